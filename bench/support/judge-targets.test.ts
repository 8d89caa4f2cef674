import { expect, test } from 'vitest';
import { BENCHES } from '../benches.ts';
import { TARGET_GROUPS, TARGETS } from '../targets.ts';
import { judgeTargets } from './judge-targets.ts';
import { targetLines } from './print-targets.ts';
import type { BenchReport } from './report.ts';
import { notMeasured, type TargetFigure, targetFigure } from './target-figure.ts';
import { nameOfTarget } from './target-text.ts';

const reportOf = (targets: readonly TargetFigure[], passed = true): BenchReport => ({
  tables: [],
  checks: [{ name: 'they agree', passed, detail: '' }],
  notes: [],
  targets,
});

const resultOf = (bench: string, report: BenchReport, name: string) =>
  judgeTargets(new Map([[bench, report]])).find((result) => result.name === name)!;

test('every target is a figure of a benchmark that there is', () => {
  const names = new Set(BENCHES.map(({ name }) => name));
  for (const { bench } of Object.values(TARGETS)) expect(names).toContain(bench);
});

test('a figure at its limit meets it, and one beyond misses', () => {
  const { limit } = TARGETS.ingestSingle;
  for (const [figure, verdict] of [
    [limit, 'met'],
    [limit * 0.99, 'missed'],
    [limit * 2, 'met'],
  ] as const) {
    const result = resultOf(
      'ingest',
      reportOf([targetFigure('ingestSingle', figure)]),
      'ingestSingle',
    );
    expect([result.value, result.verdict]).toEqual([figure, verdict]);
  }
  const tooMuch = reportOf([targetFigure('costByDealers', TARGETS.costByDealers.limit + 0.01)]);
  expect(resultOf('scale', tooMuch, 'costByDealers').verdict).toBe('missed');
});

test('what was not measured says why, and is never met', () => {
  const few = resultOf('ingest', reportOf([targetFigure('ingestSingle', null)]), 'ingestSingle');
  expect(few).toMatchObject({ verdict: 'not measured', why: 'too few samples to say' });
  const lacking = judgeTargets(new Map(), new Map([['decode', 'a decoder is not installed']]));
  expect(lacking.find(({ name }) => name === 'decode')?.why).toBe('a decoder is not installed');
  const infinite = targetFigure('ingestSingle', Number.POSITIVE_INFINITY);
  expect(infinite.value).toBeNull();
  const missing = reportOf([notMeasured('selectionRedisPacked', 'redis-server is not installed')]);
  const { bench } = TARGETS.selectionRedisPacked;
  expect(resultOf(bench, missing, 'selectionRedisPacked').why).toBe(
    'redis-server is not installed',
  );
  const wrong = resultOf(
    'ingest',
    reportOf([targetFigure('ingestSingle', 9)], false),
    'ingestSingle',
  );
  expect(wrong).toMatchObject({
    value: null,
    verdict: 'not measured',
    why: 'a check of ingest failed',
  });
  for (const result of judgeTargets(new Map()))
    expect(result.why).toBe(`${result.bench} was not run`);
});

test('the printed table has every group and target, each with its figure, limit and verdict', () => {
  const report = reportOf([targetFigure('ingestSingle', 0.0423)]);
  const lines = targetLines(judgeTargets(new Map([['ingest', report]])), false);
  for (const [i, group] of TARGET_GROUPS.entries()) {
    expect(lines.filter((line) => line.trim() === `${i + 1} ${group}`)).toHaveLength(1);
  }
  for (const target of Object.values(TARGETS)) {
    expect(lines.filter((line) => line.includes(`  ${nameOfTarget(target)} `))).toHaveLength(1);
  }
  expect(lines.find((line) => line.includes(TARGETS.ingestSingle.what))).toMatch(
    / 0\.042x .* MISSED$/,
  );
  expect(lines.join('\n')).not.toMatch(/NaN|undefined/);
});
