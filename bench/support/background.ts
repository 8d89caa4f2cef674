import { encodeEvents } from '../../schemas/event-message.ts';
import type { EventKind } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { PartitionName } from '../../schemas/subjects.ts';
import { eventCount, type MarketTape, type TapeMessage } from './market-tape.ts';
import { PriceStream } from './price-stream.ts';

/** A message of the market that goes on meanwhile, encoded beforehand. */
export interface BackgroundMessage {
  readonly partition: PartitionName;
  readonly kind: EventKind;
  readonly events: number;
  readonly bytes: Uint8Array;
  /** Event time at which an event published with it is on time. */
  readonly ts: Micros;
  /** Nanoseconds after the beginning of the round. */
  readonly offset: number;
}

/** What goes on beside what is timed. */
export interface Background {
  /** RFQs and all that belongs to them, or ticks and streamed quotes alone. */
  readonly of: 'market' | 'prices';
  readonly perSecond: number;
}

/** Draws one piece of a market after another. */
export class BackgroundSource {
  readonly #tape: MarketTape;
  readonly #prices: PriceStream;

  /** The tape: as far as the log has it already. */
  constructor(tape: MarketTape, partitions: number) {
    this.#tape = tape;
    this.#prices = new PriceStream(tape, partitions);
  }

  /** The next `seconds`, at an even pace. */
  async take({ of, perSecond }: Background, seconds: number): Promise<BackgroundMessage[]> {
    if (perSecond === 0) return [];
    if (of === 'prices') return this.#prices.take(perSecond, seconds);
    return this.#takeMarket(Math.round(perSecond * seconds), seconds);
  }

  /**
   * It goes faster than time: what partitions wait for, benchmarks and clocks, comes before what waits,
   * as it does in time.
   */
  async #takeMarket(wanted: number, seconds: number): Promise<BackgroundMessage[]> {
    const messages = benchmarksFirst(await this.#tape.take(wanted));
    const nanosPerEvent = (seconds * 1e9) / eventCount(messages);
    let count = 0;
    return messages.map(({ partition, kind, events, tsFrom }) => {
      count += events.length;
      return {
        partition,
        kind,
        events: events.length,
        bytes: encodeEvents(events),
        ts: tsFrom,
        offset: count * nanosPerEvent,
      };
    });
  }
}

/** Within each piece of the tape. */
function benchmarksFirst(messages: readonly TapeMessage[]): TapeMessage[] {
  const rank = ({ partition }: TapeMessage): number => (partition === 'all' ? 0 : 1);
  return [...messages].sort((a, b) => a.tsFrom - b.tsFrom || rank(a) - rank(b));
}
