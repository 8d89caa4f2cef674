import { describe, expect, it } from 'vitest';
import type { DealerEvent } from '../../schemas/reference.ts';
import type { DealerFilter } from '../rules/decided.ts';
import { DEFAULT_RULES } from '../rules/rules.ts';
import { DEFAULT_MODEL, MICROS_PER_SECOND } from '../scoring/model.ts';
import { findCandidates } from './candidates.ts';
import type { DealerRecords } from './dealer-records.ts';
import { DealerView } from './dealer-view.ts';
import { someRows, T0 } from './testing/some-rows.ts';

const MINUTE = 60 * MICROS_PER_SECOND;
const decided = DEFAULT_RULES.decide({
  order: { side: 'buy', quantity: 1 },
  instrument: { id: 'X' },
  market: {},
});
const admission = { quantity: 2e6, currency: 'EUR', usdPer: () => undefined };

/** Only the dealers named. */
const only = (...names: readonly string[]): DealerFilter => ({
  refuse: ({ dealerId }) => (names.includes(dealerId) ? null : `is not one of ${names}`),
  says: `is one of ${names}`,
});

function candidatesOf(
  askedAgo: Readonly<Record<string, number | null>>,
  said: Partial<typeof decided>,
  entries: Readonly<Record<string, Partial<DealerEvent>>> = {},
) {
  const asks = Object.entries(askedAgo).map(([dealer, micros]) => [
    dealer,
    micros === null ? {} : { askedAt: T0 - micros },
  ]);
  return candidatesAmong(Object.fromEntries(asks), said, entries);
}

function candidatesAmong(
  dealers: Parameters<typeof someRows>[0][string],
  said: Partial<typeof decided>,
  entries: Readonly<Record<string, Partial<DealerEvent>>> = {},
) {
  const rows = someRows({ 'instrument:X': dealers, ALL: {} });
  const records: DealerRecords = {
    sequence: 1,
    get: (dealerId) => {
      const entry = entries[dealerId];
      return entry && ({ enabled: true, ...entry } as DealerEvent);
    },
  };
  const view = new DealerView({
    rows,
    records,
    instrument: undefined,
    model: DEFAULT_MODEL,
    memory: undefined,
    asOf: T0,
  });
  const { refused, filtered } = findCandidates(view, { ...decided, ...said }, admission);
  return {
    allowed: rows.dealers.filter((_, dealer) => refused[dealer] === 0),
    filtered: filtered.map(
      ({ dealerId, rule, why }) => `${dealerId} ${why} (${rule ?? 'database'})`,
    ),
  };
}

describe('who may be asked', () => {
  it('is everybody where nothing is said', () => {
    expect(candidatesOf({ A: 1, B: null }, {})).toEqual({ allowed: ['A', 'B'], filtered: [] });
  });

  it('is whom a filter lets through that asks about quotes alone, as when it asks more', () => {
    const quoted = {
      scopes: ['instrument'],
      withinMicros: MINUTE,
      reason: 'has no quote',
    } as const;
    const asksMore: DealerFilter = {
      refuse: (dealer) => (dealer.hasQuoted(['instrument'], T0 - MINUTE) ? null : 'has no quote'),
      says: 'has a quote',
    };
    const quotes = { A: { quotedAt: T0 - MINUTE }, B: { quotedAt: T0 - MINUTE - 1 }, C: {} };
    const said = (value: DealerFilter) => ({ candidates: { value, rule: 'quoted' } });
    const expected = {
      allowed: ['A'],
      filtered: ['B has no quote (quoted)', 'C has no quote (quoted)'],
    };
    expect(candidatesAmong(quotes, said({ ...asksMore, quoted }))).toEqual(expected);
    expect(candidatesAmong(quotes, said(asksMore))).toEqual(expected);
  });

  it('tells the first reason: database, exclusion, candidates, cool-off', () => {
    const asked = { A: 1, B: 1, C: 1, D: 1, E: null };
    const said = {
      exclusions: [
        { value: only('Z'), rule: 'nobody' },
        { value: only('A', 'B'), rule: 'excludes' },
      ],
      candidates: { value: only('A', 'B', 'D', 'E'), rule: 'few' },
      coolOffMicros: { value: MINUTE, rule: 'rest' },
    };
    expect(candidatesOf(asked, said, { A: { enabled: false } })).toEqual({
      allowed: ['E'],
      filtered: [
        'A is disabled (database)',
        'B is excluded: it is one of A,B (excludes)',
        'C is not one of A,B,D,E (few)',
        'D was asked about the issuer 0 seconds ago (rest)',
      ],
    });
  });

  it('counts a credit limit in another currency as too small where there is no rate', () => {
    const limit = (quantity: number, currency: string) => ({ creditLimit: { quantity, currency } });
    const entries = { A: limit(2e6, 'EUR'), B: limit(1e6, 'EUR'), C: limit(9e9, 'USD') };
    expect(candidatesOf({ A: null, B: null, C: null }, {}, entries)).toEqual({
      allowed: ['A'],
      filtered: [
        'B has a credit limit of 1,000,000 EUR per order (database)',
        'C has a credit limit in USD that cannot be compared with EUR (database)',
      ],
    });
  });
});

describe('a cool-off', () => {
  const rest = { coolOffMicros: { value: 30 * MINUTE, rule: 'rest' } };

  it('ends on its last microsecond', () => {
    expect(candidatesOf({ A: 30 * MINUTE, B: 30 * MINUTE - 1 }, rest)).toEqual({
      allowed: ['A'],
      filtered: ['B was asked about the issuer 29 minutes ago (rest)'],
    });
  });

  it('says times as they are read', () => {
    const long = { coolOffMicros: { value: 1e15, rule: 'rest' } };
    const asked = { A: 119 * MICROS_PER_SECOND, B: 2 * MINUTE, C: 119 * MINUTE, D: 120 * MINUTE };
    expect(candidatesOf(asked, long).filtered).toEqual([
      'A was asked about the issuer 119 seconds ago (rest)',
      'B was asked about the issuer 2 minutes ago (rest)',
      'C was asked about the issuer 119 minutes ago (rest)',
      'D was asked about the issuer 2 hours ago (rest)',
    ]);
  });

  it('holds for a late order, whose dealer was asked after it', () => {
    expect(candidatesOf({ A: -5 * MINUTE }, rest).filtered).toEqual([
      'A was asked about the issuer after the time of the order (rest)',
    ]);
  });
});
