import assert from 'node:assert/strict';
import type { QuoteEvent } from '../../schemas/events.ts';
import type { DealerId, InstrumentId, Micros, QuoteId } from '../../schemas/ids.ts';

const MINUTE_MICROS = 60_000_000;
/**
 * A dealer is measured once a minute in an instrument, so each probe takes another of the market's
 * first ones; nobody else may quote them meanwhile.
 */
export const PROBED_INSTRUMENTS = 25;

/**
 * Streamed quotes each of which makes one quoteDistance observation, and with it a new ranking: no
 * dealer quotes an instrument twice in a minute of event time.
 */
export class ProbeQuotes {
  readonly #dealers: readonly DealerId[];
  readonly #instruments: readonly { readonly id: InstrumentId; readonly price: number }[];
  #count = 0;
  #ts: Micros = 0;

  constructor(
    dealers: readonly DealerId[],
    instruments: readonly { readonly id: InstrumentId; readonly price: number }[],
  ) {
    this.#dealers = dealers;
    this.#instruments = instruments.slice(0, PROBED_INSTRUMENTS);
  }

  /**
   * A quote of each dealer in each instrument, which come before all others: what a dealer's distance is
   * measured from are the streams of the others.
   */
  firstOnes(ts: Micros): QuoteEvent[] {
    assert(this.#count === 0, 'these come first');
    return Array.from({ length: this.#pairs }, () => this.next(ts));
  }

  get #pairs(): number {
    return this.#dealers.length * this.#instruments.length;
  }

  /**
   * The next one; its event time is `ts`, or a little later: a minute that nobody has quoted in begins with
   * the first one, and whenever all have quoted.
   */
  next(ts: Micros): QuoteEvent {
    this.#ts = Math.max(this.#ts, ts);
    if (this.#count % this.#pairs === 0) this.#ts += MINUTE_MICROS;
    const dealer = this.#count % this.#dealers.length;
    const turn = Math.floor(this.#count / this.#dealers.length);
    const { id, price } = this.#instruments[turn % this.#instruments.length]!;
    const quoteId = `probe-${this.#count++}` as QuoteId;
    const mid = price * (1 + ((dealer % 7) - 3) / 10_000);
    return {
      kind: 'quote',
      id: quoteId,
      tsEvent: this.#ts,
      quoteId,
      dealerId: this.#dealers[dealer]!,
      instrumentId: id,
      quoteKind: 'indicative',
      bid: mid * 0.999,
      ask: mid * 1.001,
    };
  }
}
