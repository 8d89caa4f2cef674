import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { projectRoot } from '../../engine/platform/project-root.ts';
import { conditionArbitrary, factsArbitrary } from '../../engine/rules/rules-arbitraries.ts';
import type { RulesCompiler } from '../../workers/rules-compiler.ts';
import type { FuzzEntry, Outcome } from '../entry.ts';
import { bytesOf, filledWith } from '../inputs/bytes.ts';
import { texts, YAML_BOMBS, YAML_TOKENS } from '../inputs/texts.ts';
import { strictCompiler } from './fuzz-engine.ts';

const examples = fc.constant(readFileSync(join(projectRoot(), 'examples', 'rules.yaml')));
const conditions = conditionArbitrary.map((text) => ruleWith(text));

const CEL_TOKENS = [
  ...[
    '&& ',
    '|| ',
    '!',
    '-',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '? ',
    ' : ',
    ' in ',
    ' == ',
    ' < ',
    '"',
    "'",
  ],
  ...[
    'r"',
    '"""',
    'b"x"',
    '1u',
    '0x',
    '1e999',
    '-9223372036854775809',
    '18446744073709551615',
    '1.5',
  ],
  ...[
    'order.usd',
    'order',
    'instrument.rating',
    '.isBelow("BBB")',
    '.matches("(a+)+$")',
    '.map(x, x)',
  ],
  ...[
    '.all(x, true)',
    'has(order.usd)',
    'size(',
    'type(',
    'timestamp("x")',
    'duration("1s")',
    '__proto__',
  ],
  ...[
    '.constructor',
    '["__proto__"]',
    'null',
    'true',
    '// ',
    '\\u',
    '\\ud800',
    'rules:\n',
    '- name: x\n',
  ],
  ...[
    '    when: ',
    '    count: ',
    '    weights: {',
    '    call:\n',
    '    candidates: {',
    '    window: 9 years\n',
  ],
];

/** Rules files, as they are loaded over HTTP, from a file, and out of NATS KV. */
export const rulesFile: FuzzEntry = {
  name: 'rules-file',
  about: 'rules files: YAML, conditions (CEL), durations, names',
  inputs: fc.oneof(
    { arbitrary: texts(examples, [...YAML_TOKENS, ...CEL_TOKENS]), weight: 2 },
    { arbitrary: texts(conditions, CEL_TOKENS), weight: 2 },
  ),
  bombs: [
    ...YAML_BOMBS,
    ...conditionBombs().map(ruleWith),
    manyRules((i) => `- {name: r${i}, when: order.usd > ${i}}`),
    manyRules((i) => `- {name: r${i}, when: order.usd > ${i} && order.side == "buy", count: 3}`),
    manyRules((i) => `- {name: r${i}, weights: {fillRate: 0.${i}}, count: 3}`),
    manyRules((i) => `- {name: r${i}, wenn: true, cuont: 1}`),
    manyRules((i) => `- {name: same, when: order.usd > "${i}"}`),
    filledWith('- {name: x, candidates: {dealers: [A, B]}}\n', 'rules:\n'),
    filledWith('A, ', 'rules: [{name: x, candidates: {dealers: [', 'B]}}]\n'),
    filledWith('unknown field: 1\n'),
    filledWith('  - x: 1\n', 'rules:\n'),
  ],
  open: () => {
    const compiler = strictCompiler();
    return { feed: (input) => compile(compiler, input), close: () => compiler.close() };
  },
};

/** What a rule decides must not throw either. */
const someFacts = fc.sample(factsArbitrary, { numRuns: 5, seed: 1 });

async function compile(compiler: RulesCompiler, input: Uint8Array): Promise<Outcome> {
  const rules = await compiler.compile(Buffer.from(input).toString('utf8'));
  for (const facts of someFacts) rules.decide(facts, 5);
  return { taken: null };
}

function ruleWith(condition: string): Uint8Array {
  const text = condition.replaceAll('\n', ' ').replaceAll("'", "''");
  return bytesOf(`rules:\n  - name: one\n    when: '${text}'\n    count: 3\n`);
}

function manyRules(line: (i: number) => string): Uint8Array {
  const lines = Array.from({ length: 500 }, (_, i) => line(i));
  return bytesOf(`rules:\n${lines.join('\n')}\n`);
}

/** Conditions that are too deep, too long, or without end. */
function conditionBombs(): string[] {
  const times = (count: number, text: string) => text.repeat(count);
  return [
    ...[20, 190, 1_900, 3_999, 30_000].flatMap((count) => [
      `${times(count, '!')}true`,
      `${times(count, '-')}1 < 2`,
      `${times(count, '(')}true${times(count, ')')}`,
      `${times(count, '[')}1${times(count, ']')}`,
      `${times(count, 'true && ')}true`,
      `${times(count, 'true || ')}true`,
      `${times(count, 'true ? true : ')}true`,
      `${times(count, '1 + ')}1 > 0`,
      `order.usd in [${times(count, '1.0, ')}1.0]`,
      `order${times(count, '.usd')}`,
      `"${times(count, 'a')}" == "b"`,
      `"${times(count, '\\u0041')}" == "b"`,
    ]),
    'instrument.sector.matches("(a+)+$")',
    '[1,2,3].map(x, [x].map(y, y)) == []',
    `"${times(3_000, 'a')}".contains("${times(900, 'a')}b")`,
  ];
}
