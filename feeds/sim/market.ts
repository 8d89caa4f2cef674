import { segmentOf } from '../../engine/scoring/scopes.ts';
import type { FirstcallEvent, QuoteEvent } from '../../schemas/events.ts';
import type { Micros, OrderId, RfqId } from '../../schemas/ids.ts';
import { Arrivals, RETRY_PROBABILITY } from './arrivals.ts';
import { AxeBook, drawAxe } from './axes.ts';
import { Background, type BackgroundItem } from './background.ts';
import { drawBusts } from './busts.ts';
import { type Period, Periods } from './calendar.ts';
import { inventDealers, type SimDealer, TraitBook } from './dealers.ts';
import { inventInstruments, type SimInstrument } from './instruments.ts';
import { Prices } from './prices.ts';
import { keyOf, Random } from './random.ts';
import { instrumentEvent, referenceEvents } from './reference-events.ts';
import { orderClosedEvent, orderEvent, rfqEvents } from './rfq-events.ts';
import { drawDeskDelayMicros, drawRfqPlan, type SimOrder } from './rfq-plan.ts';
import { playRfq, type RfqOutcome } from './rfq-play.ts';
import type { RfqPlan, RfqWorld } from './rfq-types.ts';
import { Schedule } from './schedule.ts';
import { drawStreamedQuote } from './streams.ts';
import { drawTickTimes } from './tick-times.ts';

export interface MarketOptions {
  readonly seed: number;
  readonly instruments: number;
  readonly dealers: number;
  readonly rfqsPerDay: number;
  readonly liveRfqsPerMinute: number;
  /** First moment of the market. */
  readonly startTs: Micros;
  /** From here on the market never closes and is as busy as `liveRfqsPerMinute`; null for never. */
  readonly liveFromTs: Micros | null;
}

const SECOND_MICROS = 1_000_000;
const RETRY = keyOf('retry');
const AXE = keyOf('axe');
const MAX_ATTEMPTS = 2;
const AXE_LIFE_MICROS = { day: 4 * 3600 * SECOND_MICROS, minute: 1800 * SECOND_MICROS };

/** An event that is ready, or what makes one when its time has come. */
type Happening = FirstcallEvent | ((at: Micros) => FirstcallEvent | null);

/**
 * A dealer market: a pure generator of events. Orders arrive, clients ask dealers, dealers with
 * hidden traits answer, the mid hears of it. The same options give the same events, however
 * `advance` is called. Costs one to two microseconds an event.
 */
export class Market {
  readonly instruments: readonly SimInstrument[];
  readonly dealers: readonly SimDealer[];
  readonly #options: MarketOptions;
  readonly #periods: Periods;
  readonly #arrivals: Arrivals;
  readonly #background: Background;
  readonly #prices: Prices;
  readonly #traits: TraitBook;
  readonly #axes = new AxeBook();
  readonly #segments: ReadonlyMap<SimInstrument, string>;
  readonly #schedule = new Schedule<Happening>();

  constructor(options: MarketOptions) {
    const { seed, startTs } = options;
    this.#options = options;
    this.instruments = inventInstruments(seed, options.instruments, startTs);
    this.dealers = inventDealers(seed, options.dealers);
    this.#periods = new Periods(startTs, options.liveFromTs ?? Number.POSITIVE_INFINITY);
    this.#arrivals = new Arrivals(seed, this.instruments);
    this.#background = new Background(seed, this.instruments, this.dealers);
    this.#prices = new Prices(seed);
    this.#traits = new TraitBook(seed);
    this.#segments = new Map(
      this.instruments.map((instrument) => [
        instrument,
        segmentOf(instrumentEvent(instrument, startTs), startTs),
      ]),
    );
  }

  /** Dealers, benchmarks and instruments; to be in the log before the first order. */
  reference(): FirstcallEvent[] {
    return referenceEvents(this.dealers, this.instruments, this.#options.startTs);
  }

  /** No event lies between the last `advance` and this. */
  get nextTs(): Micros {
    return Math.min(this.#schedule.next, this.#periods.peek.from);
  }

  /** The events up to `ts`, included, that `advance` has not yet returned, in time order. */
  advance(ts: Micros): FirstcallEvent[] {
    const events: FirstcallEvent[] = [];
    while (this.nextTs <= ts) {
      if (this.#periods.peek.from <= this.#schedule.next) {
        this.#plan(this.#periods.take());
        continue;
      }
      const { at, item } = this.#schedule.pop();
      const event = typeof item === 'function' ? item(at) : item;
      if (event !== null) events.push(event);
    }
    return events;
  }

  #plan(period: Period): void {
    const { rfqsPerDay, liveRfqsPerMinute } = this.#options;
    for (const item of this.#background.draw(period)) {
      this.#schedule.push(item.at, (at) => this.#happen(item, at, period.isLive));
    }
    const rfqs = period.isLive ? liveRfqsPerMinute : rfqsPerDay;
    for (const order of this.#arrivals.draw(period, rfqs)) {
      const { tsArrived, instrument } = order;
      // A client looks at the market before it orders, so that the mid at arrival is a fresh one.
      const before = order.key % Math.min(45 * SECOND_MICROS, tsArrived - period.from + 1);
      this.#schedule.push(tsArrived - before, (at) => this.#prices.tick(instrument, at, 0));
      this.#schedule.push(tsArrived, () => this.#arrive(order));
    }
  }

  #happen(item: BackgroundItem, at: Micros, isLive: boolean): FirstcallEvent {
    switch (item.what) {
      case 'benchmarkTick':
        return this.#prices.benchmarkTick(item.benchmark, at);
      case 'tick':
        return this.#prices.tick(item.instrument, at, 0);
      case 'stream':
        return this.#streamQuote(item.dealer, item.instrument, at);
      case 'axe':
        return this.#showAxe(item.dealer, item.instrument, at, isLive);
    }
  }

  #arrive(order: SimOrder): FirstcallEvent {
    const orderId =
      `o-${this.#options.seed.toString(36)}-${order.tsArrived.toString(36)}` as OrderId;
    const delay = drawDeskDelayMicros(this.#options.seed, order);
    this.#schedule.push(order.tsArrived + delay, (at) => this.#attempt(order, orderId, 0, at));
    return orderEvent(order, orderId);
  }

  /** Plays an order's RFQ at its sending, and lays its events where they belong. */
  #attempt(order: SimOrder, orderId: OrderId, attempt: number, tsSent: Micros): null {
    const { seed } = this.#options;
    const plan = drawRfqPlan(seed, order, attempt, tsSent, this.dealers);
    this.#prices.settle(plan.instrument, tsSent);
    const outcome = playRfq(plan, this.#world(plan));
    this.#prices.push(plan.instrument, outcome.impulses);
    const rfqId = `${orderId}.${attempt + 1}` as RfqId;
    const events = rfqEvents(order, plan, outcome, orderId, rfqId);
    const busts = drawBusts(seed, plan, outcome, orderId, rfqId);
    for (const event of [...events, ...busts]) this.#schedule.push(event.tsEvent, event);
    this.#scheduleTicks(plan, outcome);
    this.#scheduleEnd(order, orderId, attempt, outcome);
    return null;
  }

  #world({ instrument, side, tsSent }: RfqPlan): RfqWorld {
    const segment = this.#segments.get(instrument)!;
    return {
      seed: this.#options.seed,
      midAt: (ts) => this.#prices.midAt(instrument, ts),
      traitsOf: (dealer) => this.#traits.of(dealer, segment),
      isAxed: (dealer) => this.#axes.isAxed(instrument, dealer, side, tsSent),
    };
  }

  #scheduleTicks(plan: RfqPlan, outcome: RfqOutcome): void {
    for (const { at, volume } of drawTickTimes(this.#options.seed, plan, outcome)) {
      this.#schedule.push(at, (ts) => this.#prices.tick(plan.instrument, ts, volume));
    }
  }

  #scheduleEnd(order: SimOrder, orderId: OrderId, attempt: number, outcome: RfqOutcome): void {
    const random = new Random(this.#options.seed, RETRY, order.key, attempt);
    const wantsMore = random.chance(RETRY_PROBABILITY);
    const pauseSeconds = random.between(120, 900) * order.instrument.profile.pace;
    if (wantsMore && outcome.reason !== 'traded' && attempt + 1 < MAX_ATTEMPTS) {
      const again = outcome.tsClosed + Math.round(pauseSeconds * SECOND_MICROS);
      this.#schedule.push(again, (at) => this.#attempt(order, orderId, attempt + 1, at));
      return;
    }
    const tsEnd = outcome.tsClosed + Math.round(random.between(0.5, 5) * SECOND_MICROS);
    this.#schedule.push(tsEnd, orderClosedEvent(order, orderId, tsEnd));
  }

  #streamQuote(dealer: SimDealer, instrument: SimInstrument, at: Micros): QuoteEvent {
    const mid = this.#prices.midAt(instrument, at);
    return drawStreamedQuote(this.#options.seed, dealer, instrument, mid, at);
  }

  #showAxe(dealer: SimDealer, instrument: SimInstrument, ts: Micros, isLive: boolean) {
    const random = new Random(this.#options.seed, AXE, dealer.key, ts / 1000);
    const life = isLive ? AXE_LIFE_MICROS.minute : AXE_LIFE_MICROS.day;
    const { axe, event } = drawAxe(dealer, instrument, ts, life, random);
    this.#axes.add(instrument, axe, ts);
    return event;
  }
}
