import type { EventKind } from '../../../schemas/events.ts';

const SECOND = 1_000_000;
export const DAY = 86_400 * SECOND;
/** A UTC midnight. */
export const T0 = 19_000 * DAY;
/** Of quantity. */
export const M = 1e6;

/** An event without its id, times in seconds after T0, and ids as plain text. */
export type Written = { readonly kind: EventKind; readonly at: number } & Readonly<
  Record<string, unknown>
>;

export const usOf = (seconds: number): number => T0 + Math.round(seconds * SECOND);

const BOND = { instrumentId: 'BOND' };

/** What tests write, with usual contents; everything can be overridden. */
export const write = {
  tick: (at: number, mid: number, extra: object = {}): Written => ({
    kind: 'tick',
    at,
    ...BOND,
    mid,
    ...extra,
  }),
  benchmark: (at: number, mid: number): Written => ({
    kind: 'tick',
    at,
    all: true,
    instrumentId: 'BENCH',
    mid,
  }),
  clock: (at: number, extra: object = {}): Written => ({ kind: 'clock', at, ...extra }),
  instrument: (at: number, fields: object): Written => ({
    kind: 'instrument',
    at,
    ...BOND,
    ...fields,
  }),
  /** Asks each dealer at its second after T0. */
  rfq: (at: number, asks: Readonly<Record<string, number>>, extra: object = {}): Written => ({
    kind: 'rfq',
    at,
    rfqId: 'R',
    ...BOND,
    side: 'buy',
    quantity: 4e6,
    asks: Object.entries(asks).map(([dealerId, second]) => ({ dealerId, tsSent: usOf(second) })),
    tsDeadline: usOf(at + 60),
    ...extra,
  }),
  firm: (at: number, dealerId: string, ask: number | undefined, extra: object = {}): Written => ({
    kind: 'quote',
    at,
    quoteId: `q-${dealerId}-${at}`,
    rfqId: 'R',
    dealerId,
    ...BOND,
    quoteKind: 'firm',
    ...(ask === undefined ? {} : { ask }),
    ...extra,
  }),
  pass: (at: number, dealerId: string, extra: object = {}): Written => ({
    kind: 'quote',
    at,
    quoteId: `q-${dealerId}-${at}`,
    rfqId: 'R',
    dealerId,
    ...BOND,
    quoteKind: 'pass',
    ...extra,
  }),
  action: (
    kind: EventKind,
    at: number,
    dealerId: string,
    quoteId: string,
    extra: object = {},
  ): Written => ({
    kind,
    at,
    quoteId,
    rfqId: 'R',
    dealerId,
    ...BOND,
    ...extra,
  }),
  fill: (
    at: number,
    dealerId: string,
    price: number,
    quantity: number,
    extra: object = {},
  ): Written => ({
    kind: 'fill',
    at,
    fillId: `f-${dealerId}-${at}-${price}`,
    rfqId: 'R',
    dealerId,
    ...BOND,
    side: 'buy',
    price,
    quantity,
    ...extra,
  }),
  bust: (at: number, dealerId: string, fillId: string, extra: object = {}): Written => ({
    kind: 'fillBust',
    at,
    fillId,
    rfqId: 'R',
    dealerId,
    ...BOND,
    ...extra,
  }),
  closed: (at: number, reason: string, extra: object = {}): Written => ({
    kind: 'rfqClosed',
    at,
    rfqId: 'R',
    ...BOND,
    reason,
    ...extra,
  }),
  axe: (at: number, dealerId: string, extra: object = {}): Written => ({
    kind: 'axe',
    at,
    axeId: `a-${dealerId}-${at}`,
    dealerId,
    ...BOND,
    dealerSide: 'sell',
    quantity: 2e6,
    tsExpires: usOf(at + 3600),
    ...extra,
  }),
};

/** Four asked at once: A and B quote the same, C passes, D is silent. */
export const GOLDEN_QUOTES: readonly Written[] = [
  write.tick(0, 100),
  write.rfq(0, { A: 0, B: 0, C: 0, D: 0 }),
  write.pass(3, 'C'),
  write.firm(5, 'A', 100.02),
  write.firm(8, 'B', 100.02),
];
export const GOLDEN: readonly Written[] = [
  ...GOLDEN_QUOTES,
  write.fill(10, 'A', 100.02, 3 * M),
  write.fill(10, 'B', 100.02, 1 * M),
  write.closed(10, 'traded'),
  write.clock(700),
];
