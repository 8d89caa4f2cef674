import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  codeOf,
  ourFiles,
  readOurs,
  relativeImports,
  valueImports,
} from './support/source-files.ts';

/** Pure: what comes out depends on what goes in, and on nothing else. */
const CORE = [
  'schemas',
  'engine/scoring',
  'engine/lifecycle',
  'engine/rules',
  'engine/scoreboard',
  'engine/selection',
];
/** Where the world comes in. They do not import one another. */
const EDGES = [
  'workers',
  'engine/gateway',
  'engine/history',
  'engine/audit',
  'engine/router',
  'feeds',
];
const RULES = ['schemas', 'engine/scoring', 'engine/lifecycle', 'engine/rules'];
/** What each part may import besides itself. Tests may import anything. */
const MAY_IMPORT: Readonly<Record<string, readonly string[] | 'anything'>> = {
  schemas: [],
  'engine/scoring': RULES,
  'engine/lifecycle': RULES,
  'engine/rules': RULES,
  'engine/scoreboard': CORE,
  'engine/selection': CORE,
  'engine/platform': CORE,
  ...Object.fromEntries(EDGES.map((edge) => [edge, [...CORE, 'engine/platform']])),
  'engine/cli': 'anything',
  // engine/main.ts and whatever it wires with.
  engine: 'anything',
  client: ['schemas', 'engine/scoring', 'engine/rules', 'engine/selection'],
  web: ['schemas', 'client'],
  bench: 'anything',
  reliability: 'anything',
  test: 'anything',
  tools: 'anything',
  examples: ['client', 'schemas'],
};

/** What makes a result depend on the machine, the moment or the JavaScript engine. */
const IMPURE: ReadonlyArray<readonly [RegExp, string]> = [
  [/\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b/, 'the time is an argument'],
  [/\bMath\.random\b|\bcrypto\.random/, 'chance is an argument'],
  [/\bprocess\./, 'the process belongs to the edge'],
  [/\basync\b|\bawait\b|\bPromise\b/, 'the core does not wait'],
  [/\bset(?:Timeout|Interval|Immediate)\b/, 'the core has no timers'],
];
/** Their last bits differ between engines, and scores are compared by their bits. */
const INEXACT = /\bMath\.(?:pow|exp|expm1|log|log2|log10|log1p|cbrt|sin|cos|tan|tanh|hypot)\b/;

const isTest = (file: string) => /\.test\.tsx?$/.test(file);
const allFiles = ourFiles();
const sources = allFiles.filter((file) => /\.tsx?$/.test(file) && file.includes('/'));
const shipped = sources.filter((file) => !isTest(file));

/** The longest part whose folder the file lies in. */
function partOf(file: string): string | undefined {
  return Object.keys(MAY_IMPORT)
    .filter((part) => file.startsWith(`${part}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function importsOf(file: string, read = relativeImports): string[] {
  const folder = posix.dirname(file);
  return read(readOurs(file)).map((name) => posix.normalize(posix.join(folder, name)));
}

describe('imports', () => {
  it('every source file lies in a part', () => {
    expect(shipped.filter((file) => partOf(file) === undefined)).toEqual([]);
  });

  it('go the allowed way', () => {
    const wrong = shipped.flatMap((file) => {
      const from = partOf(file) ?? '';
      const allowed = MAY_IMPORT[from] ?? [];
      if (allowed === 'anything') return [];
      return importsOf(file)
        .filter((target) => partOf(target) !== from && !allowed.includes(partOf(target) ?? ''))
        .map((target) => `${file} imports ${target}: ${from} may import ${allowed.join(', ')}`);
    });
    expect(wrong).toEqual([]);
  });

  it('name files that exist', () => {
    const known = new Set(allFiles);
    const missing = sources.flatMap((file) =>
      importsOf(file)
        .filter((target) => !known.has(target))
        .map((target) => `${file} imports ${target}, which does not exist`),
    );
    expect(missing).toEqual([]);
  });

  it('have no cycle', () => {
    const graph = new Map(sources.map((file) => [file, importsOf(file, valueImports)]));
    expect(findCycle(graph)).toBeNull();
  });
});

/** The files of one cycle, in the order in which they import one another. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string | null {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(' -> ');
    if (done.has(file)) return null;
    for (const target of graph.get(file) ?? []) {
      const cycle = visit(target, [...path, file]);
      if (cycle !== null) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const cycle = visit(file, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

/** "file:line code: why" of every line of code that a pattern matches. */
function linesWith(file: string, pattern: RegExp, why: string): string[] {
  return codeOf(readOurs(file))
    .split('\n')
    .flatMap((line, index) =>
      pattern.test(line) ? [`${file}:${index + 1} ${line.trim()}: ${why}`] : [],
    );
}

describe('the core', () => {
  const core = shipped.filter((file) => CORE.includes(partOf(file) ?? ''));

  it('is pure', () => {
    const wrong = core.flatMap((file) =>
      IMPURE.flatMap(([pattern, why]) => linesWith(file, pattern, why)),
    );
    expect(wrong).toEqual([]);
  });

  it('computes with exactly rounded operations only', () => {
    const why = 'its bits differ between engines; see engine/scoring/decay.ts';
    expect(core.flatMap((file) => linesWith(file, INEXACT, why))).toEqual([]);
  });
});

describe('files', () => {
  it('stand on their own: none refers to a place outside the repository', () => {
    const outside = /(?<![\w/])(?:\.\.\/)+shared\b|(?<![\w.\-\\])\/work\b/;
    const text = allFiles.filter((file) =>
      /\.(?:[cm]?[jt]sx?|json|md|ya?ml|sql|css|html)$|run$/.test(file),
    );
    expect(text.filter((file) => outside.test(readOurs(file)))).toEqual([]);
  });
});
