import type { QuoteEvent } from '../../schemas/events.ts';
import type { Micros, QuoteId } from '../../schemas/ids.ts';
import type { SimDealer } from './dealers.ts';
import type { SimInstrument } from './instruments.ts';
import { keyOf, Random } from './random.ts';
import { roundPrice } from './rounding.ts';

const STREAM = keyOf('stream');
/** Error of a streamed mid, bps, for the typical dealer. */
const STREAM_NOISE_BPS = 2;
/** A dealer this much worse than the typical one errs e times as much. */
const NOISE_MARKUP_BPS = 6;

/** Draws an indicative quote that nobody asked for, around the true mid. */
export function drawStreamedQuote(
  seed: number,
  dealer: SimDealer,
  instrument: SimInstrument,
  mid: number,
  ts: Micros,
): QuoteEvent {
  const random = new Random(seed, STREAM, dealer.key, ts / 1000);
  const noise = STREAM_NOISE_BPS * Math.exp(dealer.base.markupBps / NOISE_MARKUP_BPS);
  const off = random.normal(0, noise);
  const half = instrument.halfSpreadBps * random.between(1, 1.5);
  const quoteId = `s-${ts.toString(36)}-${dealer.dealerId}` as QuoteId;
  return {
    kind: 'quote',
    id: quoteId,
    tsEvent: ts,
    quoteId,
    dealerId: dealer.dealerId,
    instrumentId: instrument.instrumentId,
    quoteKind: 'indicative',
    bid: roundPrice(mid * (1 + (off - half) / 10_000), instrument.basePrice),
    ask: roundPrice(mid * (1 + (off + half) / 10_000), instrument.basePrice),
  };
}
