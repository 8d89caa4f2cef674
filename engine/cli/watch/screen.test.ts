import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { DealerId } from '../../../schemas/ids.ts';
import type { ScoredDealer } from '../../../schemas/selection.ts';
import { screenLines, type View, type Watched } from './screen.ts';

const dealer = (dealerId: string, rank: number | null, composite: number): ScoredDealer =>
  ({
    dealerId: dealerId as DealerId,
    rank,
    value: composite,
    composite,
    compositeStandardError: 0.0124,
    displayScore: 10 * composite,
    insufficient: rank === null,
    tier: rank,
    metrics: [{ metric: 'fillRate', estimate: 0.25 }],
  }) as unknown as ScoredDealer;

const ROWS = [dealer('ALDER', 1, 0.5), dealer('A-VERY-LONG-NAME', 2, 0.25), dealer('C', null, 0)];

const watched = (changes: Partial<Watched> = {}): Watched => ({
  topic: 'ALL',
  metric: null,
  places: ROWS.map(({ dealerId, rank }, i) => ({ dealerId, rank, moved: i - 1 })),
  row: (dealerId) => ROWS.find((row) => row.dealerId === dealerId),
  asOf: Date.UTC(2026, 10, 27, 9, 30, 15) * 1000,
  trouble: null,
  ageMs: 90,
  ...changes,
});

const WIDE: View = { columns: 120, lines: 24, first: 0, timeZone: 'UTC' };
const show = (changes: Partial<Watched> = {}, view: Partial<View> = {}) =>
  screenLines(watched(changes), { ...WIDE, ...view }).map(stripVTControlCharacters);

test('a live ranking, best first, those without enough evidence last', () => {
  expect(show()).toEqual([
    'Firstcall  ALL  by composite  2 ranked, 1 with too little evidence',
    '● live  as of 27 Nov 2026 09:30:15 UTC (event time)',
    expect.stringMatching(/^ {3}# {7}dealer +score +composite +± +tier +Fill % /),
    expect.stringMatching(/^ {3}1 {2}▼1 {3}ALDER +5\.0 +\+0\.500 +±0\.012 +1 +25\.0 +–/),
    expect.stringMatching(/^ {3}2 {7}A-VERY-LONG… +2\.5/),
    expect.stringMatching(/^ {3}– {2}▲1 {3}C +0\.0 +0\.000 +±0\.012 +– /),
    'dealers 1 to 3 of 3  ↑↓ PgUp PgDn: scroll   q: quit',
  ]);
});

describe('what is not live is never shown as if it were', () => {
  test('a lost connection, with the age of the rows', () => {
    const [, state] = show({ trouble: 'connection lost', ageMs: 12_300 });
    expect(state).toBe(
      '○ NOT LIVE: connection lost; 12 s old, as of 27 Nov 2026 09:30:15 UTC (event time)',
    );
  });

  test('no ranking yet', () => {
    const lines = show({ asOf: null, places: [] });
    expect(lines[1]).toBe('waiting for the first ranking');
    expect(lines.at(-1)).toMatch(/^no dealers/);
  });
});

test('a metric is named in the title, and its scope apart', () => {
  const [title] = show({ topic: 'assetClass:IG/responseSeconds', metric: 'responseSeconds' });
  expect(title).toMatch(/^Firstcall {2}assetClass:IG {2}by response /);
});

test.each([120, 80, 50, 20, 5, 1])('no line is wider than %i columns', (columns) => {
  for (const line of show({ trouble: 'connection lost' }, { columns })) {
    expect(line.length).toBeLessThanOrEqual(columns);
  }
});

test('it shows as many dealers as there are lines for, from the first that is asked for', () => {
  const lines = show({}, { lines: 5, first: 1 });
  expect(lines).toHaveLength(5);
  expect(lines[3]).toContain('A-VERY-LONG…');
  expect(lines[4]).toContain('dealers 2 to 2 of 3');
});
