import type { EventOf, QuoteEvent } from '../../../schemas/events.ts';
import type { DealerId, InstrumentId, Micros } from '../../../schemas/ids.ts';
import { type Admitted, eventsOf, type Market } from './admitted.ts';
import { bpsOf, type Value } from './mids.ts';
import { type NaiveResult, resultOf } from './results.ts';
import { termsAt } from './terms.ts';
import { partsInTime } from './trades.ts';

interface LooseEvent {
  readonly instrumentId: InstrumentId;
  readonly dealerId: DealerId;
  readonly tsEvent: Micros;
}

/** A result of an event that belongs to no RFQ and no order. */
function looseResult(
  market: Market,
  entry: { readonly event: LooseEvent; readonly index: number },
  metric: string,
  value: Value,
  weight = 1,
): NaiveResult[] {
  const { dealerId, instrumentId, tsEvent: tsMeasured } = entry.event;
  const terms = termsAt(market, instrumentId, entry.index);
  const subject = { terms, side: null, quantity: null, weight };
  return resultOf(market, subject, { dealerId, metric, tsMeasured, value });
}

/** Acceptances of quotes without an RFQ; each is closed when it is made. */
export function looseFades(market: Market): NaiveResult[] {
  const accepts = eventsOf(market.log, 'quoteAccept').filter(
    ({ event }) => event.rfqId === undefined,
  );
  return accepts.flatMap((accept) => {
    const rejects = partsInTime(eventsOf(market.log, 'quoteAcceptReject'), accept.event.tsEvent);
    const faded = rejects.some(
      ({ event }) => event.rfqId === undefined && event.quoteId === accept.event.quoteId,
    );
    return looseResult(market, accept, 'fadeRate', faded ? 1 : 0);
  });
}

/** `tca` events that the model lists. */
export function tcaResults(market: Market): NaiveResult[] {
  return eventsOf(market.log, 'tca')
    .filter(({ event }) => market.model.tcaMetrics.some(({ name }) => name === event.name))
    .flatMap((entry: Admitted<EventOf<'tca'>>) =>
      looseResult(
        market,
        entry,
        `tca.${entry.event.name}`,
        entry.event.value,
        entry.event.quantity ?? 1,
      ),
    );
}

type Quote = Admitted<QuoteEvent>;

/** One per dealer, instrument and UTC minute: the first in the log that is not alone. */
export function quoteDistances(market: Market): NaiveResult[] {
  const streamed = eventsOf(market.log, 'quote').filter(
    ({ event }) =>
      (event.quoteKind === 'indicative' || event.rfqId === undefined) &&
      event.bid !== undefined &&
      event.ask !== undefined,
  );
  const valued = streamed.map((quote) => ({ quote, value: distance(market, streamed, quote) }));
  const isFirst = (quote: Quote) =>
    valued.find((other) => other.value !== 'lone' && isSameMinute(other.quote, quote))?.quote ===
    quote;
  return valued
    .filter(({ quote, value }) => value === 'lone' || isFirst(quote))
    .flatMap(({ quote, value }) => looseResult(market, quote, 'quoteDistanceBps', value));
}

const MICROS_PER_MINUTE = 60_000_000;

function isSameMinute({ event: a }: Quote, { event: b }: Quote): boolean {
  return (
    a.dealerId === b.dealerId &&
    a.instrumentId === b.instrumentId &&
    Math.floor(a.tsEvent / MICROS_PER_MINUTE) === Math.floor(b.tsEvent / MICROS_PER_MINUTE)
  );
}

const ownMid = ({ event }: Quote): number => (event.bid! + event.ask!) / 2;

/** From the median of the other dealers' mids, each its latest in the log before this quote. */
function distance(market: Market, streamed: readonly Quote[], quote: Quote): Value {
  const { event, index } = quote;
  const { staleAfterMicros } = termsAt(market, event.instrumentId, index);
  const earlier = streamed.filter(
    (other) => other.index < index && other.event.instrumentId === event.instrumentId,
  );
  const dealers = [...new Set(earlier.map((other) => other.event.dealerId))];
  const mids = dealers
    .filter((dealerId) => dealerId !== event.dealerId)
    .map((dealerId) => earlier.filter((other) => other.event.dealerId === dealerId).at(-1)!)
    .filter((other) => event.tsEvent - other.event.tsEvent <= staleAfterMicros)
    .map(ownMid);
  if (mids.length === 0) return 'lone';
  const median = medianOf(mids);
  return bpsOf(Math.abs(ownMid(quote) - median) / median);
}

/** Of an even number, the mean of the middle two. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const high = sorted[Math.floor(sorted.length / 2)]!;
  const low = sorted[Math.ceil(sorted.length / 2) - 1]!;
  return (low + high) / 2;
}
