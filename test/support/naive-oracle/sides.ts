import type { QuoteEvent } from '../../../schemas/events.ts';
import type { Side } from '../../../schemas/ids.ts';

/** s: +1 when the client buys, -1 when it sells. */
export function signOf(side: Side): 1 | -1 {
  return side === 'buy' ? 1 : -1;
}

/** What the client would pay, or get. */
export function priceFor(quote: QuoteEvent, side: Side): number | undefined {
  return side === 'buy' ? quote.ask : quote.bid;
}
