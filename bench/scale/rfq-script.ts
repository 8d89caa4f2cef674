import type { Random } from '../../feeds/sim/random.ts';
import type { EventKind, EventOf, FirstcallEvent } from '../../schemas/events.ts';
import type { FillId, Micros, OrderId, QuoteId, RfqId, Side } from '../../schemas/ids.ts';
import { benchmarkIdOf, dealerIdOf, instrumentIdOf, priceOf } from './crowd-reference.ts';

export const SECOND_MICROS = 1_000_000;
export const MINUTE_MICROS = 60 * SECOND_MICROS;

/** Who plays in one RFQ, by number. */
export interface RfqCast {
  readonly instrument: number;
  /** Five: three quote, one passes, one stays silent. */
  readonly asked: readonly number[];
  /** Stream a quote in the instrument in the minute before. */
  readonly streamers: readonly number[];
}

/** Every third RFQ is cancelled; the others trade. */
const CANCELLED_EVERY = 3;
/** Every so many RFQs the accepted dealer refuses first; counted apart from the cancelled ones. */
const REFUSED_EVERY = 20;
const QUOTED = 3;
const QUANTITY = 2_000_000;
/** Seconds after the send. Those after the close are what mark-outs are measured at. */
const TICK_SECONDS = [-1, 20, 70, 310, 1_810];
const CLOSE_SECONDS = 40;
const DEADLINE_SECONDS = 120;
/** The streamed quotes come in so many seconds before the order. */
const STREAM_SECONDS = 8;
/** Nothing comes earlier before the order. */
export const LEAD_MICROS = STREAM_SECONDS * SECOND_MICROS;

/**
 * Everything that happens about RFQ number `n`, sent at `ts`: an order, the RFQ, three firm quotes, one
 * of them withdrawn, a pass, an acceptance, a fill and the closes; an axe and eight streamed quotes
 * before, five ticks around, and one of a benchmark. Which events there are depends on `n` alone.
 */
export function playRfq(n: number, ts: Micros, cast: RfqCast, random: Random): FirstcallEvent[] {
  const script = new Script(n, ts, cast, random);
  script.market();
  script.request();
  script.end();
  return script.events;
}

class Script {
  readonly events: FirstcallEvent[] = [];
  readonly #n: number;
  readonly #ts: Micros;
  readonly #cast: RfqCast;
  readonly #random: Random;
  readonly #side: Side;
  readonly #rfqId: RfqId;
  readonly #orderId: OrderId;

  constructor(n: number, ts: Micros, cast: RfqCast, random: Random) {
    this.#n = n;
    this.#ts = ts;
    this.#cast = cast;
    this.#random = random;
    this.#side = n % 2 === 0 ? 'buy' : 'sell';
    this.#rfqId = `r${n}` as RfqId;
    this.#orderId = `o${n}` as OrderId;
  }

  market(): void {
    const { streamers, asked } = this.#cast;
    for (const seconds of TICK_SECONDS) this.#add('tick', seconds, { mid: this.#price(5) });
    const benchmark = {
      instrumentId: benchmarkIdOf(this.#n),
      mid: 100 + this.#random.normal(0, 0.05),
    };
    this.#add('tick', 0, benchmark);
    for (const [i, dealer] of streamers.entries()) {
      const mid = this.#price(10);
      const prices = { bid: mid - 0.1, ask: mid + 0.1 };
      const quoteId = `s${this.#n}.${i}` as QuoteId;
      const seconds = (i * STREAM_SECONDS) / streamers.length - STREAM_SECONDS;
      const dealerId = dealerIdOf(dealer);
      this.#add('quote', seconds, { quoteId, dealerId, quoteKind: 'indicative', ...prices });
    }
    this.#add('axe', -2, {
      axeId: `a${this.#n}` as QuoteId,
      dealerId: dealerIdOf(asked[this.#n % asked.length]!),
      dealerSide: this.#side === 'buy' ? 'sell' : 'buy',
      quantity: QUANTITY,
      tsExpires: this.#ts + 60 * MINUTE_MICROS,
    });
  }

  request(): void {
    const { asked } = this.#cast;
    const [rfqId, orderId, side] = [this.#rfqId, this.#orderId, this.#side];
    this.#add('order', 0, { orderId, side, quantity: QUANTITY });
    this.#add('rfq', 1, {
      rfqId,
      orderId,
      side,
      quantity: QUANTITY,
      asks: asked.map((d) => ({ dealerId: dealerIdOf(d), tsSent: this.#at(1) })),
      tsDeadline: this.#at(DEADLINE_SECONDS),
    });
    for (const [i, dealer] of asked.slice(0, QUOTED).entries()) {
      const price = this.#price(3);
      const own = { rfqId, dealerId: dealerIdOf(dealer), quoteId: this.#quoteId(i) };
      const priced = side === 'buy' ? { ask: price } : { bid: price };
      const seconds = 5 + this.#random.between(0, 20);
      this.#add('quote', seconds, { ...own, quoteKind: 'firm', quantity: QUANTITY, ...priced });
    }
    const pass = { rfqId, dealerId: dealerIdOf(asked[QUOTED]!), quoteId: this.#quoteId(QUOTED) };
    this.#add('quote', 6, { ...pass, quoteKind: 'pass' });
  }

  end(): void {
    const { asked } = this.#cast;
    const rfqId = this.#rfqId;
    const withdrawn = { dealerId: dealerIdOf(asked[1]!), quoteId: this.#quoteId(1), rfqId };
    this.#add('quoteCancel', 30, withdrawn);
    const isCancelled = this.#n % CANCELLED_EVERY === CANCELLED_EVERY - 1;
    if (!isCancelled) this.#trade();
    const reason = isCancelled ? 'cancelled' : 'traded';
    this.#add('rfqClosed', CLOSE_SECONDS, { rfqId, reason });
    this.#add('orderClosed', CLOSE_SECONDS + 1, { orderId: this.#orderId });
  }

  #trade(): void {
    const rfqId = this.#rfqId;
    const winner = dealerIdOf(this.#cast.asked[0]!);
    const accepted = { rfqId, dealerId: winner, quoteId: this.#quoteId(0) };
    this.#add('quoteAccept', 35, accepted);
    if (this.#n % REFUSED_EVERY === 0) this.#add('quoteAcceptReject', 36, accepted);
    this.#add('fill', 38, {
      fillId: `f${this.#n}` as FillId,
      rfqId,
      orderId: this.#orderId,
      dealerId: winner,
      side: this.#side,
      price: this.#price(3),
      quantity: QUANTITY,
    });
  }

  /** About the instrument's own price; `bps` is the standard deviation. */
  #price(bps: number): number {
    return priceOf(this.#cast.instrument) * (1 + this.#random.normal(0, bps / 1e4));
  }

  #at(seconds: number): Micros {
    return this.#ts + Math.round(seconds * SECOND_MICROS);
  }

  #quoteId(i: number): QuoteId {
    return `q${this.#n}.${i}` as QuoteId;
  }

  #add<K extends EventKind>(kind: K, seconds: number, fields: Fields<K>): void {
    const id = `e${this.#n}.${this.events.length}`;
    const instrumentId = instrumentIdOf(this.#cast.instrument);
    const event = { kind, id, tsEvent: this.#at(seconds), instrumentId, ...fields };
    this.events.push(event as unknown as FirstcallEvent);
  }
}

/** What an event says besides its kind, id and time; its instrument, unless it is the RFQ's. */
type Fields<K extends EventKind> = Omit<EventOf<K>, 'kind' | 'id' | 'tsEvent' | 'instrumentId'> & {
  readonly instrumentId?: string;
};
