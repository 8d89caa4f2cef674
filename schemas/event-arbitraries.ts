import fc from 'fast-check';
import { type RecordTable, tableOf } from './codec-table.ts';
import type { EventKind, EventOf, FirstcallEvent } from './events.ts';
import type { DealerId, FillId, InstrumentId, IssuerId, OrderId, QuoteId, RfqId } from './ids.ts';
import { RATINGS } from './ratings.ts';

/**
 * Generators of valid events for property tests: every kind, every optional property there or not,
 * values up to the bounds of the schemas. No -0, because neither wire format keeps it apart from 0.
 */
type EventArbitraries = { readonly [K in EventKind]: fc.Arbitrary<EventOf<K>> };

const PRINTABLE = Array.from({ length: 94 }, (_, i) => String.fromCharCode(0x21 + i));
const UPPER = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const DIGITS = [...'0123456789'];

function lettersOf(letters: readonly string[], minLength: number, maxLength = minLength) {
  return fc.string({ unit: fc.constantFrom(...letters), minLength, maxLength });
}

function idOf<T extends string>(): fc.Arbitrary<T> {
  return lettersOf(PRINTABLE, 1, 64).map((id) => id as T);
}

const dealerId = idOf<DealerId>().filter((id) => id !== '*');
const instrumentId = idOf<InstrumentId>();
const issuerId = idOf<IssuerId>();
const orderId = idOf<OrderId>();
const rfqId = idOf<RfqId>();
const quoteId = idOf<QuoteId>();
const fillId = idOf<FillId>();
const micros = fc.maxSafeNat();
const eventTime = fc.integer({ min: 946_684_800e6, max: 4_102_444_800e6 });
const side = fc.constantFrom('buy', 'sell');
const token = lettersOf([...UPPER, ...DIGITS, '_'], 1, 32).filter((name) => name !== 'ALL');
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => value.length <= 200);
const texts = fc.array(text, { maxLength: 4 });

function numberIn(constraints: fc.DoubleConstraints): fc.Arbitrary<number> {
  return fc.double({ ...constraints, noNaN: true, noDefaultInfinity: true }).map((x) => x + 0);
}

const positiveUpTo = (max: number) => numberIn({ min: 0, minExcluded: true, max });
const price = fc.oneof(
  positiveUpTo(1e12),
  fc.integer({ min: 1, max: 1_000_000 }).map((cents) => cents / 100),
);
const quantity = fc.oneof(positiveUpTo(1e15), fc.integer({ min: 1, max: 50_000_000 }));
const notNegative = numberIn({ min: 0 });

/** A record of an event: `kind`, `id`, `tsEvent`, the given properties, and some of the optional. */
function eventOf<K extends EventKind, R extends object, O extends object = object>(
  kind: K,
  required: { [P in keyof R]: fc.Arbitrary<R[P]> },
  optional = {} as { [P in keyof O]: fc.Arbitrary<O[P]> },
) {
  const head = fc.record({ kind: fc.constant(kind), id: idOf<string>(), tsEvent: eventTime });
  const body = fc.record(required) as fc.Arbitrary<R>;
  const extras = fc.record(optional, { requiredKeys: [] }) as fc.Arbitrary<Partial<O>>;
  return fc.tuple(head, body, extras).map(([a, b, c]) => ({ ...a, ...b, ...c }));
}

/** A bid, an ask, or both with the ask above the bid. */
const quotedPrices = fc.oneof(
  fc.record({ bid: price }),
  fc.record({ ask: price }),
  fc
    .tuple(price, price)
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({ bid: Math.min(a, b), ask: Math.max(a, b) })),
);

const quoteReference = { quoteId, dealerId, instrumentId };

const answer = { quoteId, dealerId, instrumentId };
const pricedQuote = fc
  .tuple(
    eventOf(
      'quote',
      { ...answer, quoteKind: fc.constantFrom('firm', 'indicative') },
      { rfqId, quantity, tsExpires: micros },
    ),
    quotedPrices,
  )
  .map(([quote, prices]) => ({ ...quote, ...prices }));
const unpricedQuote = eventOf(
  'quote',
  { ...answer, quoteKind: fc.constantFrom('pass', 'reject') },
  { rfqId, quantity, tsExpires: micros },
);

const tickPrices = fc.oneof(
  fc.record({ mid: price }),
  fc.tuple(quotedPrices, price).map(([prices, mid]) => ({ ...prices, mid })),
  quotedPrices.filter((prices) => 'bid' in prices && 'ask' in prices),
);

/** An execution names its RFQ, its order or both. */
const parent = fc.oneof(
  fc.record({ rfqId }),
  fc.record({ orderId }),
  fc.record({ rfqId, orderId }),
);

const rfq = fc
  .tuple(
    eventOf(
      'rfq',
      {
        rfqId,
        instrumentId,
        side: fc.constantFrom('buy', 'sell', 'two_sided'),
        quantity,
        tsDeadline: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      },
      { orderId, lines: fc.integer({ min: 1, max: 10_000 }), allOrNone: fc.boolean() },
    ),
    fc.array(fc.tuple(dealerId, micros), { minLength: 1, maxLength: 8 }),
  )
  .map(([event, asked]) => ({
    ...event,
    asks: asked.map(([id, ts]) => ({ dealerId: id, tsSent: ts % event.tsDeadline })),
  }));

const date = fc
  .tuple(fc.integer({ min: 1000, max: 9999 }), fc.integer({ min: 1, max: 12 }))
  .map(([year, month]) => `${year}-${String(month).padStart(2, '0')}-15`);

const instrument = eventOf(
  'instrument',
  { instrumentId },
  {
    isin: fc
      .tuple(lettersOf(UPPER, 2), lettersOf([...UPPER, ...DIGITS], 9), lettersOf(DIGITS, 1))
      .map((parts) => parts.join('')),
    cusip: lettersOf([...UPPER, ...DIGITS], 9),
    issuerId,
    assetClass: token,
    sector: token,
    rating: fc.constantFrom(...RATINGS),
    maturityDate: date,
    currency: lettersOf(UPPER, 3),
    averageDailyVolume: notNegative,
    benchmarkId: instrumentId,
    beta: numberIn({ min: -100, max: 100 }),
    staleAfterSeconds: numberIn({ min: 0, minExcluded: true }),
  },
);

const desk = fc.record({ name: text, contacts: texts }, { requiredKeys: ['name'] });
const agreement = fc.record(
  { name: text, validFrom: date, validUntil: date },
  { requiredKeys: ['name'] },
);

const dealer = eventOf(
  'dealer',
  { dealerId, enabled: fc.boolean() },
  {
    name: text,
    legalEntity: text,
    lei: fc
      .tuple(lettersOf([...UPPER, ...DIGITS], 18), lettersOf(DIGITS, 2))
      .map((parts) => parts.join('')),
    desks: fc.array(desk, { maxLength: 4 }),
    assetClasses: fc.array(token, { maxLength: 4 }),
    agreements: fc.array(agreement, { maxLength: 4 }),
    fixCompId: text,
    restricted: text,
    creditLimit: fc.record({
      quantity: numberIn({ min: 0, max: 1e15 }),
      currency: lettersOf(UPPER, 3),
    }),
    changedBy: text,
    changeReason: text,
  },
);

export const EVENT_ARBITRARIES: EventArbitraries = {
  order: eventOf('order', { orderId, instrumentId, side, quantity }),
  orderClosed: eventOf('orderClosed', { orderId, instrumentId }),
  rfq,
  quote: fc.oneof(pricedQuote, unpricedQuote),
  quoteCancel: eventOf('quoteCancel', quoteReference, { rfqId }),
  quoteAccept: eventOf('quoteAccept', quoteReference, { rfqId }),
  quoteAcceptReject: eventOf('quoteAcceptReject', quoteReference, { rfqId }),
  fill: fc
    .tuple(eventOf('fill', { fillId, dealerId, instrumentId, side, price, quantity }), parent)
    .map(([event, ids]) => ({ ...event, ...ids })),
  fillBust: fc
    .tuple(eventOf('fillBust', { fillId, dealerId, instrumentId }), parent)
    .map(([event, ids]) => ({ ...event, ...ids })),
  rfqClosed: eventOf('rfqClosed', {
    rfqId,
    instrumentId,
    reason: fc.constantFrom('traded', 'cancelled', 'expired'),
  }),
  tick: fc
    .tuple(eventOf('tick', { instrumentId }, { volume: notNegative }), tickPrices)
    .map(([event, prices]) => ({ ...event, ...prices })),
  axe: eventOf(
    'axe',
    { axeId: quoteId, dealerId, instrumentId, dealerSide: side, quantity, tsExpires: micros },
    { price },
  ),
  tca: eventOf(
    'tca',
    {
      name: lettersOf([...UPPER, ...DIGITS, '_', 'a', 'z'], 1, 48),
      dealerId,
      instrumentId,
      value: numberIn({ min: -1e12, max: 1e12 }),
    },
    { quantity: positiveUpTo(1e6) },
  ),
  clock: eventOf<'clock', object>('clock', {}),
  dealer,
  // The schema's static type of `rating` is narrower than the schema.
  instrument: instrument as fc.Arbitrary<EventOf<'instrument'>>,
};

/** A valid event of any kind. */
const arbitraryEvent: fc.Arbitrary<FirstcallEvent> = fc.oneof(
  ...(Object.values(EVENT_ARBITRARIES) as fc.Arbitrary<FirstcallEvent>[]),
);

/** What a log message carries: one event, or some of one kind as an array. */
export const arbitraryMessage: fc.Arbitrary<FirstcallEvent | FirstcallEvent[]> = fc.oneof(
  arbitraryEvent,
  fc
    .constantFrom(...(Object.values(EVENT_ARBITRARIES) as fc.Arbitrary<FirstcallEvent>[]))
    .chain((events) => fc.array(events, { maxLength: 5 })),
);

/** What a log message carries: some events of one kind as a table. */
export const arbitraryTable: fc.Arbitrary<RecordTable> = arbitraryMessage
  .map((message) => [message].flat())
  .filter((events) => events.length > 0)
  .map((events) => tableOf(events)!);
