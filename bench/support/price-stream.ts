import { MAX_EVENTS_PER_MESSAGE } from '../../feeds/event-batcher.ts';
import { encodeEvents } from '../../schemas/event-message.ts';
import type { EventKind, FirstcallEvent, QuoteEvent, TickEvent } from '../../schemas/events.ts';
import type { Micros, QuoteId } from '../../schemas/ids.ts';
import { type PartitionName, partitionOf } from '../../schemas/subjects.ts';
import type { BackgroundMessage } from './background.ts';
import type { MarketTape } from './market-tape.ts';
import { seededRandom } from './open-loop.ts';
import { PROBED_INSTRUMENTS } from './probe-quotes.ts';

/** Dealers' streamed quotes, of instruments that are not probed; the others are ticks. */
const QUOTES_SHARE = 0.25;
const CLOCKS_PER_SECOND = 10;
const SEED = 17;

interface Batch {
  readonly partition: PartitionName;
  readonly kind: EventKind;
  readonly events: FirstcallEvent[];
}

/**
 * What of a market comes in thousands a second: ticks and dealers' streamed quotes of all instruments in
 * turn, in full messages, at the pace of time; and clocks, so that no partition waits for a benchmark.
 */
export class PriceStream {
  readonly #tape: MarketTape;
  readonly #partitions: number;
  readonly #random = seededRandom(SEED);
  readonly #batches = new Map<string, Batch>();
  #ts: Micros = 0;
  #count = 0;

  /** Its time goes on from that of the tape. */
  constructor(tape: MarketTape, partitions: number) {
    this.#tape = tape;
    this.#partitions = partitions;
  }

  /** The next `seconds` at `perSecond` events a second; what fills no message comes the next time. */
  take(perSecond: number, seconds: number): BackgroundMessage[] {
    const messages: BackgroundMessage[] = [];
    const total = Math.round(perSecond * seconds);
    const tsFrom = Math.max(this.#ts, this.#tape.ts);
    const eventsPerClock = Math.ceil(perSecond / CLOCKS_PER_SECOND);
    for (let i = 0; i < total; i++) {
      const offset = (i * 1e9) / perSecond;
      this.#ts = Math.round(tsFrom + offset / 1000);
      if (i % eventsPerClock === 0) messages.push(this.#clock(offset));
      const batch = this.#add(this.#next());
      if (batch.events.length === MAX_EVENTS_PER_MESSAGE) {
        messages.push(messageOf(batch, this.#ts, offset));
        batch.events.length = 0;
      }
    }
    this.#ts = Math.round(tsFrom + seconds * 1e6);
    return messages;
  }

  /** Up to the next one: partitions are ahead of the shared log by nothing. */
  #clock(offset: number): BackgroundMessage {
    const tsEvent = this.#ts + 1_000_000 / CLOCKS_PER_SECOND;
    const clock: FirstcallEvent = { kind: 'clock', id: `stream-clock-${tsEvent}`, tsEvent };
    return messageOf({ partition: 'all', kind: 'clock', events: [clock] }, this.#ts, offset);
  }

  #next(): TickEvent | QuoteEvent {
    const { instruments, dealers } = this.#tape.market;
    const n = this.#count++;
    const { instrumentId, basePrice } = instruments[n % instruments.length]!;
    const mid = basePrice * (1 + (this.#random() - 0.5) / 1_000);
    const quoteId = `stream-${n}` as QuoteId;
    const event = {
      id: quoteId,
      tsEvent: this.#ts,
      instrumentId,
      bid: mid * 0.999,
      ask: mid * 1.001,
    };
    const isProbed = n % instruments.length < PROBED_INSTRUMENTS;
    if (isProbed || this.#random() >= QUOTES_SHARE) return { kind: 'tick', ...event };
    const { dealerId } = dealers[Math.floor(this.#random() * dealers.length)]!;
    return { kind: 'quote', ...event, quoteId, dealerId, quoteKind: 'indicative' };
  }

  #add(event: TickEvent | QuoteEvent): Batch {
    const { kind } = event;
    const partition = partitionOf(event.instrumentId, this.#partitions);
    const key = `${partition} ${kind}`;
    const batch = this.#batches.get(key) ?? { partition, kind, events: [] };
    this.#batches.set(key, batch);
    batch.events.push(event);
    return batch;
  }
}

const messageOf = (
  { partition, kind, events }: Batch,
  ts: Micros,
  offset: number,
): BackgroundMessage => ({
  partition,
  kind,
  events: events.length,
  bytes: encodeEvents(events),
  ts,
  offset,
});
