import { EventBatcher } from '../../feeds/event-batcher.ts';
import { Market } from '../../feeds/sim/market.ts';
import type { EventKind, FirstcallEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { PartitionName } from '../../schemas/subjects.ts';

const SECOND_MICROS = 1_000_000;
/** A Monday: 2026-01-05, midnight UTC. */
const TAPE_START: Micros = Date.UTC(2026, 0, 5) * 1000;
/** Simulated time of one piece: the simulator's own while it catches up, under the lateness. */
const PIECE_MICROS = 300 * SECOND_MICROS;
/** Long enough for every mark-out of the last fill to be due. */
const SETTLE_MICROS = 5400 * SECOND_MICROS;

export interface TapeOptions {
  readonly seed: number;
  readonly dealers: number;
  readonly instruments: number;
  readonly rfqsPerDay: number;
  readonly partitions: number;
}

/** One message of the log: events of one kind and one partition. */
export interface TapeMessage {
  readonly partition: PartitionName;
  readonly kind: EventKind;
  readonly events: readonly FirstcallEvent[];
  /** Beginning of the piece that it is of: no event of it but reference data is older. */
  readonly tsFrom: Micros;
}

/** A simulated market, cut into the messages that the simulator would publish. Deterministic. */
export class MarketTape {
  readonly market: Market;
  readonly #batcher: EventBatcher;
  #piece: TapeMessage[] = [];
  #ts: Micros = TAPE_START;
  #pieceMicros: Micros = PIECE_MICROS;
  #began = false;

  constructor(options: TapeOptions) {
    this.market = new Market({
      ...options,
      liveRfqsPerMinute: 0,
      startTs: TAPE_START,
      liveFromTs: null,
    });
    this.#batcher = new EventBatcher(async (partition, kind, events) => {
      this.#piece.push({ partition, kind, events, tsFrom: this.#ts - this.#pieceMicros });
    }, options.partitions);
  }

  /** Event time that the tape has reached. */
  get ts(): Micros {
    return this.#ts;
  }

  /**
   * Messages with at least `events` events more; the reference data come first. A clock ends each piece of
   * event time, and what needs a benchmark waits for it: shorter pieces wait less, in smaller messages.
   */
  async take(events: number, pieceMicros: Micros = PIECE_MICROS): Promise<TapeMessage[]> {
    this.#pieceMicros = pieceMicros;
    const messages: TapeMessage[] = [];
    for (let count = 0; count < events; ) {
      const piece = await this.#nextPiece();
      messages.push(...piece);
      count += eventCount(piece);
    }
    return messages;
  }

  /** A clock to every partition that is late enough for all that is still due. */
  async settle(): Promise<TapeMessage[]> {
    this.#ts += SETTLE_MICROS;
    this.#batcher.addClock(this.#ts);
    return this.#flush();
  }

  async #nextPiece(): Promise<TapeMessage[]> {
    const reference = this.#began ? [] : this.market.reference();
    this.#began = true;
    for (const event of reference) this.#batcher.add(event);
    // Nights and weekends are skipped.
    this.#ts = Math.max(this.#ts + this.#pieceMicros, Math.floor(this.market.nextTs) + 1);
    for (const event of this.market.advance(this.#ts)) {
      this.#batcher.add(event);
      if (this.#batcher.isFull) await this.#batcher.flush();
    }
    this.#batcher.addClock(this.#ts);
    return this.#flush();
  }

  async #flush(): Promise<TapeMessage[]> {
    await this.#batcher.flush();
    const piece = this.#piece;
    this.#piece = [];
    return piece;
  }
}

export function eventCount(messages: readonly TapeMessage[]): number {
  return messages.reduce((sum, { events }) => sum + events.length, 0);
}
