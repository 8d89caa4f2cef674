import { expect, it } from 'vitest';
import { bareSelection } from '../../../schemas/testing/bare-selection.ts';
import { recordedDecision } from './load-decision.ts';

const selection = bareSelection();
const row = (sequence: number, kind: 'selection' | 'override', content: object) => ({
  sequence,
  ts_log_us: 1_000 * sequence,
  kind,
  hash: `hash ${sequence}`,
  text: JSON.stringify(content),
});

it('a decision is its newest record, with overrides and when they were made', () => {
  const override = { type: 'override', by: 'ann', reason: 'r', called: ['A'] };
  const rows = [
    row(4, 'selection', selection),
    row(7, 'override', override),
    row(9, 'selection', selection),
  ];
  expect(recordedDecision(rows)).toEqual({
    selection,
    overrides: [{ ...override, tsRecorded: 7_000 }],
    sequence: 9,
    tsRecorded: 9_000,
    hash: 'hash 9',
    timesRecorded: 2,
  });
});

it('an override alone is no decision', () => {
  expect(recordedDecision([row(7, 'override', {})])).toBeNull();
  expect(recordedDecision([])).toBeNull();
});
