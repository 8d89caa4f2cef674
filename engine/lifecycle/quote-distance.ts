import type { QuoteEvent } from '../../schemas/events.ts';
import type { DealerId, InstrumentId, Micros } from '../../schemas/ids.ts';
import { MICROS_PER_SECOND } from '../scoring/model.ts';
import { BPS } from '../scoring/signs.ts';
import type { Mid } from './mid-book.ts';
import { type Measured, measuredBps } from './observation.ts';

const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;

/** Whether a quote is streamed to the world rather than an answer to an RFQ of ours. */
export function isStreamed(quote: QuoteEvent): boolean {
  const priced = quote.bid !== undefined || quote.ask !== undefined;
  return priced && (quote.quoteKind === 'indicative' || quote.rfqId === undefined);
}

/**
 * How far dealers' streamed quotes are from the others'. Bounded: one mid per (instrument, dealer),
 * and the quotes of the minutes that the watermark has not passed.
 */
export class QuoteDistance {
  readonly #mids = new Map<InstrumentId, Map<DealerId, Mid>>();
  readonly #observed = new Map<number, Set<string>>();

  /**
   * Takes a streamed quote in log order. Returns abs(own mid - C) / C in bps, where C is the median
   * of the other dealers' latest mids, each at most `staleAfter` older than this quote; null when
   * it is one-sided or a repeat, when the dealer has had its one observation of this UTC minute, or when no
   * other dealer has a fresh mid.
   */
  take(quote: QuoteEvent, staleAfter: Micros): Measured | null {
    const { bid, ask, dealerId, instrumentId, tsEvent } = quote;
    if (bid === undefined || ask === undefined) return null;
    if (!this.#isNew(quote)) return null;
    const mids = this.#midsOf(instrumentId);
    const mid = (bid + ask) / 2;
    const others: number[] = [];
    for (const [other, latest] of mids) {
      if (other !== dealerId && tsEvent - latest.tsTick <= staleAfter) others.push(latest.mid);
    }
    mids.set(dealerId, { mid, tsTick: tsEvent });
    if (others.length === 0 || !this.#isFirstOfMinute(quote)) return null;
    const centre = median(others);
    return measuredBps((Math.abs(mid - centre) / centre) * BPS);
  }

  /** Forgets the minutes that the watermark has passed: what comes for them now is late. */
  prune(watermark: Micros): void {
    for (const minute of this.#observed.keys()) {
      if ((minute + 1) * MICROS_PER_MINUTE <= watermark) this.#observed.delete(minute);
    }
  }

  #midsOf(instrumentId: InstrumentId): Map<DealerId, Mid> {
    let mids = this.#mids.get(instrumentId);
    if (mids === undefined) {
      mids = new Map();
      this.#mids.set(instrumentId, mids);
    }
    return mids;
  }

  #isFirstOfMinute({ dealerId, instrumentId, tsEvent }: QuoteEvent): boolean {
    return this.#note(tsEvent, `${dealerId} ${instrumentId}`);
  }

  #isNew({ id, tsEvent }: QuoteEvent): boolean {
    return this.#note(tsEvent, id);
  }

  /** Whether the minute of a time has not noted the key before. Ids have no space in them. */
  #note(tsEvent: Micros, key: string): boolean {
    const minute = Math.floor(tsEvent / MICROS_PER_MINUTE);
    let observed = this.#observed.get(minute);
    if (observed === undefined) {
      observed = new Set();
      this.#observed.set(minute, observed);
    }
    if (observed.has(key)) return false;
    observed.add(key);
    return true;
  }
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  if (values.length % 2 === 1) return values[middle]!;
  return (values[middle - 1]! + values[middle]!) / 2;
}
