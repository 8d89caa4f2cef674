import { expect, it } from 'vitest';
import type { DealerId } from '../../schemas/ids.ts';
import type { SnapshotFrame } from '../../schemas/protocol.ts';
import type { ScoredDealer } from '../../schemas/selection.ts';
import { describeDeadLetters, describeLeaderboard } from './leaderboard.ts';

function dealer(id: string, rank: number | null, value: number): ScoredDealer {
  const effectiveSample = rank === null ? 1.25 : 40;
  const shared = { normalised: 0, weight: 0, contribution: 0, mass: 0, effectiveSample };
  return {
    dealerId: id as DealerId,
    rank,
    value,
    composite: 0.5,
    compositeStandardError: null,
    displayScore: 5,
    insufficient: rank === null,
    tier: null,
    appetite: { state: 'unknown', z: null },
    metrics: [
      { metric: 'fillRate', estimate: 0.2, standardError: 0.05, ...shared },
      { metric: 'coverBps', estimate: value, standardError: 0.125, ...shared, effectiveSample: 7 },
    ],
  };
}

function frame(topic: string, rows: readonly ScoredDealer[]): SnapshotFrame {
  const asOf = Date.UTC(2026, 0, 31) * 1000;
  const position = { partitions: [0], all: 0, tiers: 0 };
  return { type: 'snapshot', topic, seq: 1, asOf, position, modelHash: 'm', rows };
}

it('shows the composite by rank, and who has too little evidence apart', () => {
  const rows = [dealer('B', 2, 0.25), dealer('NEW', null, 0.75), dealer('LONGER', 1, 0.5)];
  expect(describeLeaderboard(frame('ALL', rows), null)).toBe(
    [
      'ALL, as of 2026-01-31T00:00:00.000Z',
      '',
      'rank  dealer  composite  se  n_eff',
      '   1  LONGER     0.5000   -   40.0',
      '   2  B          0.2500   -   40.0',
      '',
      'insufficient observations, not ranked:',
      'rank  dealer  composite  se  n_eff',
      '   -  NEW        0.7500   -    1.3',
      '',
    ].join('\n'),
  );
});

it('shows one metric with its own error and sample', () => {
  const text = describeLeaderboard(frame('ALL/coverBps', [dealer('A', 1, -1.5)]), 'coverBps');
  expect(text).toContain(
    'rank  dealer  coverBps      se  n_eff\n   1  A        -1.5000  0.1250    7.0\n',
  );
});

it('says so when nobody can be ranked', () => {
  expect(describeLeaderboard(frame('ALL', []), null)).toContain('no dealer has enough');
});

it('counts what was refused, the most frequent first', () => {
  const letters = [
    { reason: 'crossed', count: 2, first: 'f.csv:3: ask is not above bid' },
    { reason: 'invalid', count: 11, first: 'f.csv:1: no price' },
  ];
  expect(describeDeadLetters(letters)).toBe(
    'dead letters:\n  11 invalid; the first: f.csv:1: no price\n' +
      '  2 crossed; the first: f.csv:3: ask is not above bid\n',
  );
  expect(describeDeadLetters([])).toBe('dead letters: none\n');
});
