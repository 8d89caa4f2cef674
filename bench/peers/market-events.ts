import type { EventOf, FirstcallEvent } from '../../schemas/events.ts';
import type { RfqId } from '../../schemas/ids.ts';
import { PEER_METRICS } from './metrics.ts';
import { INSTRUMENTS, type JudgedQuote, type PeerMarket, START } from './peer-market.ts';

/** RFQs in every instrument that ask everybody: enough that nobody's evidence counts as insufficient. */
const RFQS_AN_INSTRUMENT = 2;
const ASKED_MAX = 250;
const MINUTE_MICROS = 60_000_000;

/** Dealers, instruments, and RFQs that expire. The composite here gives what these measure no weight. */
export function referenceEvents(market: PeerMarket): FirstcallEvent[] {
  const dealers = market.dealerIds.map((dealerId): FirstcallEvent => {
    return { kind: 'dealer', id: `d-${dealerId}`, tsEvent: START, dealerId, enabled: true };
  });
  const rounds = INSTRUMENTS * RFQS_AN_INSTRUMENT;
  const rfqs = Array.from({ length: rounds }, (_, n) => expiredRfqs(market, n)).flat();
  return [...dealers, ...market.instruments, ...rfqs];
}

function expiredRfqs({ dealerIds, instruments }: PeerMarket, n: number): FirstcallEvent[] {
  const { instrumentId } = instruments[n % instruments.length]!;
  const events: FirstcallEvent[] = [];
  for (let from = 0; from < dealerIds.length; from += ASKED_MAX) {
    const id = `${n}-${from}`;
    const rfqId = `r${id}` as RfqId;
    const about = { tsEvent: START, instrumentId, rfqId };
    const asks = dealerIds.slice(from, from + ASKED_MAX);
    const rfq: EventOf<'rfq'> = {
      kind: 'rfq',
      id: `rfq-${id}`,
      ...about,
      side: 'buy',
      quantity: 1e6,
      asks: asks.map((dealerId) => ({ dealerId, tsSent: START })),
      tsDeadline: START + MINUTE_MICROS,
    };
    events.push(rfq, { kind: 'rfqClosed', id: `x-${id}`, ...about, reason: 'expired' });
  }
  return events;
}

/** A judged quote as events: one for each metric. */
export function quoteEvents(
  { dealerIds, instruments }: PeerMarket,
  quotes: readonly JudgedQuote[],
): FirstcallEvent[] {
  return quotes.flatMap(({ dealer, instrument, tsEvent, values }) =>
    values.map((value, metric): FirstcallEvent => {
      const { name } = PEER_METRICS[metric]!;
      return {
        kind: 'tca',
        id: `${tsEvent.toString(36)}-${metric}`,
        tsEvent,
        name,
        dealerId: dealerIds[dealer]!,
        instrumentId: instruments[instrument]!.instrumentId,
        value,
      };
    }),
  );
}
