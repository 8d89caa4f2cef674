import type { QuoteEvent } from '../../schemas/events.ts';
import type { DealerId, Micros } from '../../schemas/ids.ts';
import { splitSuffixes } from '../scoring/scopes.ts';
import type { BookContext } from './book-context.ts';
import type { RfqTerms } from './rfq.ts';

/**
 * A firm quote counts at its own time: as its RFQ's results do where that is in the book, else, as a
 * streamed one, for the instrument as it is known by now, and for no split segments.
 */
export function countQuote(quote: QuoteEvent, terms: RfqTerms | null, context: BookContext): void {
  const { reference, sink } = context;
  const { dealerId, instrumentId, tsEvent } = quote;
  const scopes =
    terms === null
      ? reference.scopes(instrumentId, reference.instrument(instrumentId), tsEvent)
      : scopesOf(terms, tsEvent, context);
  sink.newestQuote?.(dealerId, scopes, tsEvent);
}

/** That a dealer was asked. One asked both ways counts for no segment that is split by side. */
export function countAsk(
  dealerId: DealerId,
  terms: RfqTerms,
  tsSent: Micros,
  context: BookContext,
): void {
  context.sink.newestAsk?.(dealerId, scopesOf(terms, tsSent, context), tsSent);
}

function scopesOf(terms: RfqTerms, at: Micros, { model, reference }: BookContext) {
  const { instrumentId, record } = terms.instrument;
  const suffixes = splitSuffixes(model, terms.side, terms.quantity);
  return reference.scopes(instrumentId, record, at, suffixes);
}
