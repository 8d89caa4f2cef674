import { expect, test } from 'vitest';
import { compareRuns } from '../support/compare-runs.ts';
import { madeUpRun } from '../support/made-up-run.ts';
import { inUnit, limitText, nameOfTarget } from '../support/target-text.ts';
import { TARGET_GROUPS } from '../targets.ts';
import { renderPage } from './page.ts';
import { renderPicture } from './picture.ts';
import { assertWellFormed, textsOf } from './testing/well-formed.ts';

const NO_FIGURE = /NaN|undefined|Infinity|\[object/;
const FROM_THE_NETWORK = /(?:src|href)="(?!#)|@import|url\((?!#)/;

test('every figure, text, check, note and target of the file is on the page', () => {
  const run = madeUpRun({ checksPass: false });
  const page = renderPage(run, 'not compared: there is no run before this one');
  const texts = textsOf(page);
  const all = texts.join('\n');
  for (const { name, question, load, notes, checks, tables } of run.benches) {
    for (const text of [name, question, load, ...notes]) expect(all).toContain(text);
    for (const check of checks) expect(all).toContain(`${check.name} (${check.detail})`);
    for (const { title, columns, rows } of tables) {
      for (const text of [title, ...columns]) expect(texts).toContain(text);
      for (const row of rows)
        for (const text of [row.contender, ...row.texts]) expect(texts).toContain(text);
    }
  }
  for (const target of run.targets) {
    expect(texts).toContain(nameOfTarget(target));
    expect(texts).toContain(limitText(target));
    expect(texts).toContain(
      target.value === null ? `not measured: ${target.why}` : inUnit(target.unit, target.value),
    );
  }
  expect(all).toContain('FAILED');
  expect(all).toContain('there is no run before this one');
});

test.each([
  ['of a full run', madeUpRun()],
  ['of a quick one', madeUpRun({ quick: true })],
  ['of one whose checks failed', madeUpRun({ checksPass: false })],
  ['of one round', madeUpRun({ rounds: 1 })],
  ['of nothing', { ...madeUpRun(), benches: [] }],
])(
  'the page %s is well-formed, has no figure that is none, and asks the network for nothing',
  (_, run) => {
    const page = renderPage(run, compareRuns(madeUpRun({ speedup: 2 }), run));
    assertWellFormed(page);
    expect(page).not.toMatch(NO_FIGURE);
    expect(page).not.toMatch(FROM_THE_NETWORK);
  },
);

test('what changed stands on the page, with what it was and is', () => {
  const page = renderPage(madeUpRun(), compareRuns(madeUpRun({ speedup: 2 }), madeUpRun()));
  const texts = textsOf(page);
  expect(texts).toContain('ingest | single events | one shard | x baseline');
  expect(texts).toContain('slower');
});

test('each plot says what it shows in words, and curves differ in more than colour', () => {
  const page = renderPage(madeUpRun(), 'not compared');
  const plots = page.match(/<svg [^>]*role="img"[\s\S]*?<\/svg>/g)!;
  expect(plots.length).toBeGreaterThanOrEqual(4);
  for (const plot of plots) expect(plot).toMatch(/<title>[^<]+<\/title>\s*<desc>[^<]+<\/desc>/);
  const curves = plots.find((plot) => plot.includes('latency by percentile'))!;
  expect(curves).toContain('engine: p50 ');
  const dashes = [...curves.matchAll(/class="curve" stroke="[^"]+" stroke-dasharray="([^"]+)"/g)];
  expect(new Set(dashes.map(([, dash]) => dash)).size).toBe(2);
});

test('a target that stands in a table is a line in its bars', () => {
  const page = renderPage(madeUpRun(), 'not compared');
  const bars = page.match(/<title>ingest, single events: x baseline<\/title>[\s\S]*?<\/svg>/)![0];
  expect(bars).toContain('class="limit"');
  expect(bars).toContain(`target ${limitText(madeUpRun().targets[0]!)}`.replace('>', '&gt;'));
});

test('the picture has all eight groups with figure, target and verdict, and brings its own ground', () => {
  const picture = renderPicture(madeUpRun());
  assertWellFormed(picture);
  expect(picture).not.toMatch(NO_FIGURE);
  const texts = textsOf(picture);
  for (const [i, group] of TARGET_GROUPS.entries()) expect(texts).toContain(`${i + 1} ${group}`);
  expect(texts.filter((text) => text === 'not measured')).toHaveLength(6);
  expect(texts.filter((text) => / [\u2713\u2717] (?:met|missed)$/.test(text))).toHaveLength(2);
  expect(picture).toContain('class="ground"');
  expect(picture).toContain('prefers-color-scheme: dark');
});
