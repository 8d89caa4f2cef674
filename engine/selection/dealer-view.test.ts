import { expect, test } from 'vitest';
import type { DealerId } from '../../schemas/ids.ts';
import type { DealerEvent, InstrumentEvent } from '../../schemas/reference.ts';
import { MEMORIES } from '../scoring/metrics.ts';
import { DEFAULT_MODEL, MICROS_PER_DAY } from '../scoring/model.ts';
import { type DealerRecords, NO_DEALER_RECORDS } from './dealer-records.ts';
import { DealerView } from './dealer-view.ts';
import { someRows, T0 } from './testing/some-rows.ts';

const INSTRUMENT = { assetClass: 'CORP' } as InstrumentEvent;
const [A, B] = [0, 1];

function viewOf(
  scopes: Parameters<typeof someRows>[0],
  over: {
    readonly records?: DealerRecords;
    readonly instrument?: InstrumentEvent;
    readonly memory?: number;
  } = {},
): DealerView {
  const { records = NO_DEALER_RECORDS, instrument, memory } = over;
  return new DealerView({
    rows: someRows(scopes),
    records,
    instrument,
    model: DEFAULT_MODEL,
    memory,
    asOf: T0,
  });
}

test('each kind of scope is found, split segments or not', () => {
  const view = viewOf({
    'instrument:X': { A: { quotedAt: 1 } },
    'issuer:I': { A: { quotedAt: 2, askedAt: 12 } },
    'CORP-INDU-BB-2_5-BUY': { A: { quotedAt: 3 } },
    'CORP-INDU-BB-2_5': { A: { quotedAt: 4 } },
    CORP: { A: { quotedAt: 5, tier: 2 } },
    ALL: { A: { quotedAt: 6 }, B: {} },
  });
  const kinds = ['instrument', 'issuer', 'segment', 'assetClass', 'any'] as const;
  for (const [i, time] of [1, 2, 4, 5, 6].entries()) {
    const quoted = (since: number) => view.hasQuoted([kinds[i]!], since);
    view.at(A);
    expect([quoted(-1), quoted(time), quoted(time + 1)]).toEqual([true, true, false]);
    view.at(B);
    expect([quoted(-1), quoted(time)]).toEqual([false, false]);
  }
  expect(view.at(A).hasQuoted(kinds, 6)).toBe(true);
  expect([view.at(A).tier, view.at(B).tier]).toEqual([2, null]);
  expect([view.at(A).askedAt, view.at(B).askedAt]).toEqual([12, 0]);
});

test('without an issuer, an ask is one about the instrument', () => {
  const view = viewOf({
    'instrument:X': { A: { askedAt: 7 } },
    'CORP-INDU-BB-2_5': { A: { askedAt: 9 } },
    CORP: { A: { askedAt: 9 } },
    ALL: { A: { askedAt: 9 } },
  });
  expect(view.at(A).askedAt).toBe(7);
  expect(view.at(A).hasQuoted(['issuer'], -1)).toBe(false);
});

test('an instrument that is not known has neither segment nor tier', () => {
  const view = viewOf({
    'instrument:X': { A: { quotedAt: 1, askedAt: 7 } },
    ALL: { A: { quotedAt: 6, tier: 1 } },
  }).at(A);
  expect(view.hasQuoted(['segment', 'assetClass'], -1)).toBe(false);
  expect([view.hasQuoted(['instrument'], 1), view.hasQuoted(['any'], 6)]).toEqual([true, true]);
  expect(view.askedAt).toBe(7);
  expect([view.tier, view.isSpecialist]).toEqual([null, false]);
});

test('a specialist is one by its record and the asset class of the order', () => {
  const record = { dealerId: 'A' as DealerId, enabled: true, assetClasses: ['CORP'] };
  const records: DealerRecords = {
    sequence: 1,
    get: (dealerId) => (dealerId === 'A' ? (record as DealerEvent) : undefined),
  };
  const scopes = { 'instrument:X': {}, CORP: {}, ALL: { A: {}, B: {} } };
  const view = viewOf(scopes, { records, instrument: INSTRUMENT });
  expect([view.at(A).isSpecialist, view.at(B).isSpecialist]).toEqual([true, false]);
  expect(view.at(B).record).toBeUndefined();
  const other = { ...INSTRUMENT, assetClass: 'MUNI' };
  expect(viewOf(scopes, { records, instrument: other }).at(A).isSpecialist).toBe(false);
});

test('an estimate is read in the memory that the rules name', () => {
  const asksAt = T0 - 30 * MICROS_PER_DAY;
  const scopes = {
    'instrument:X': { A: { fills: [1, 1, 1, 1], asksAt } },
    ALL: { A: {}, B: {} },
  };
  const estimates = [undefined, ...MEMORIES.keys()].map((memory) =>
    viewOf(scopes, memory === undefined ? {} : { memory })
      .at(A)
      .estimate('fillRate'),
  );
  // Four fills of mass 4 x 2^-(30 / half-life), shrunk with 5 to the prior of 0.25.
  const [fast, base, slow] = [5, 30, 90].map((days) => {
    const mass = 4 * 2 ** (-30 / days);
    return (mass + 5 * 0.25) / (mass + 5);
  });
  for (const [i, wanted] of [base, fast, base, slow].entries()) {
    expect(estimates[i]).toBeCloseTo(wanted!, 12);
  }
  expect(viewOf(scopes).at(B).estimate('fillRate')).toBe(0.25);
});
