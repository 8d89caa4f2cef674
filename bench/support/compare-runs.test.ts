import { describe, expect, test } from 'vitest';
import { type Change, compareRuns, notComparable } from './compare-runs.ts';
import { madeUpRun } from './made-up-run.ts';
import { comparisonLines } from './print-comparison.ts';

const NOTHING = 'nothing got slower or larger by more than its noise';

function ratioOfShard(changes: readonly Change[]): Change {
  return changes.find(({ place }) => place[2] === 'one shard' && place[3] === 'x baseline')!;
}

describe('what got slower by more than its noise is named', () => {
  test.each([
    ['the same run', {}, {}, 'as before'],
    ['a third slower', {}, { speedup: 0.67 }, 'slower'],
    ['a third faster', {}, { speedup: 1.33 }, 'faster'],
    ['outside the quartiles, but by less than a tenth', {}, { speedup: 0.95 }, 'as before'],
    [
      'slower, where rounds of before lie far apart',
      { spread: 1.5 },
      { speedup: 0.8 },
      'as before',
    ],
    ['slower, where rounds of now lie far apart', {}, { speedup: 0.8, spread: 1.5 }, 'as before'],
  ] as const)('%s', (_, before, after, verdict) => {
    const { changes } = compareRuns(madeUpRun(before), madeUpRun({ seed: 2, ...after }));
    expect(ratioOfShard(changes).verdict).toBe(verdict);
  });

  test('in the printed lines, with both figures, their noise, and what it comes to', () => {
    const lines = comparisonLines(compareRuns(madeUpRun(), madeUpRun({ speedup: 0.67 })));
    const line = lines.find((text) =>
      text.includes('ingest | single events | one shard | x baseline'),
    );
    expect(line).toMatch(
      /slower: .+0\.13x \(0\.1\dx to 0\.1\dx\) +0\.08\dx \(0\.08\dx to 0\.08\dx\) +0\.67$/,
    );
    expect(lines.at(-1)).toMatch(
      / 2 got slower or larger; 0 got faster or smaller, of \d+ compared$/,
    );
  });

  test('and when nothing did, that is said', () => {
    const lines = comparisonLines(compareRuns(madeUpRun(), madeUpRun({ seed: 2 })));
    expect(lines.at(-1)).toContain(NOTHING);
    expect(lines.join('\n')).not.toMatch(/NaN|undefined|slower:/);
  });
});

test('events a second of different runs are not compared, only ratios to the baseline', () => {
  const { changes } = compareRuns(madeUpRun(), madeUpRun());
  expect(new Set(changes.map(({ place }) => place[3]))).toEqual(
    new Set(['x baseline', 'CPU x baseline', 'x p50', 'x p99']),
  );
  expect(changes.every(({ place }) => place[2] !== 'a consumer that does nothing')).toBe(true);
});

test('bytes are compared as they are, and told as larger', () => {
  const withBytes = (bytes: number) => {
    const run = madeUpRun();
    const figure = { median: bytes, quarter: bytes, threeQuarters: bytes };
    run.benches[0]!.tables[0]!.rows[0]!.measured.bytes = {
      ...figure,
      better: 'less',
      unit: 'bytes',
    };
    return run;
  };
  const { changes } = compareRuns(withBytes(700), withBytes(900));
  expect(changes.find(({ place }) => place[3] === 'bytes')?.verdict).toBe('larger');
});

test('what is nothing beside its baseline is not compared', () => {
  const run = madeUpRun({ speedup: 1e-4 });
  const { changes } = compareRuns(run, run);
  expect(changes.some(({ place }) => place[2] === 'one shard' && place[3] === 'x baseline')).toBe(
    false,
  );
});

test('figures beside which a check failed are not compared', () => {
  const { changes, unmatched } = compareRuns(madeUpRun(), madeUpRun({ checksPass: false }));
  expect(changes).toEqual([]);
  expect(unmatched).toBeGreaterThan(0);
});

test('a quick run, or one of another length, is not compared', () => {
  expect(notComparable(madeUpRun(), madeUpRun())).toBeNull();
  expect(notComparable(madeUpRun({ quick: true }), madeUpRun())).toContain('quick');
  expect(notComparable(madeUpRun({ rounds: 9 }), madeUpRun())).toContain('rounds: 9, now 5');
});

test('what else differs is said', () => {
  const { caveats } = compareRuns(madeUpRun(), madeUpRun({ node: 'v22.1.0' }));
  expect(caveats).toEqual(['node: v20.20.2, now v22.1.0']);
});
