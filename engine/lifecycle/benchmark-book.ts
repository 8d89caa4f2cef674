import type { FirstcallEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { Model } from '../scoring/model.ts';
import { ACCEPTED, Counters } from './counters.ts';
import { MidBook, type MidSnapshot } from './mid-book.ts';

/** A `BenchmarkBook`, as a snapshot has it. */
export interface BenchmarkSnapshot {
  readonly mids: MidSnapshot;
  readonly counters: Map<string, number>;
  readonly tsNewest: Micros | null;
  readonly tsKept: Micros;
}

/**
 * What the log that all partitions share says: the mids of benchmarks. They are looked up only
 * below this log's own watermark, so that it does not matter how it interleaves with a partition's.
 */
export class BenchmarkBook {
  readonly mids = new MidBook();
  readonly counters = new Counters();
  readonly #model: Model;
  #tsNewest: Micros | null = null;
  #tsKept: Micros = 0;

  constructor(model: Model) {
    this.#model = model;
  }

  get watermark(): Micros {
    return this.#tsNewest === null ? 0 : Math.max(0, this.#tsNewest - this.#model.latenessMicros);
  }

  /** What no partition will ask about is forgotten up to here. */
  get tsKept(): Micros {
    return this.#tsKept;
  }

  snapshot(): BenchmarkSnapshot {
    return {
      mids: this.mids.snapshot(),
      counters: this.counters.snapshot(),
      tsNewest: this.#tsNewest,
      tsKept: this.#tsKept,
    };
  }

  restore({ mids, counters, tsNewest, tsKept }: BenchmarkSnapshot): void {
    this.mids.restore(mids);
    this.counters.restore(counters);
    this.#tsNewest = tsNewest;
    this.#tsKept = tsKept;
  }

  /** `tsNeeded`: no partition will ask about an earlier time. */
  accept(event: FirstcallEvent, tsNeeded: Micros): void {
    const { watermark } = this;
    this.counters.add(ACCEPTED[event.kind]);
    if (event.tsEvent < watermark) {
      this.counters.add('late');
      return;
    }
    if (event.kind === 'tick') {
      const tsKept = Math.min(watermark, tsNeeded);
      this.#tsKept = Math.max(this.#tsKept, tsKept);
      this.mids.insert(event, tsKept);
    }
    if (this.#tsNewest === null || event.tsEvent > this.#tsNewest) this.#tsNewest = event.tsEvent;
  }
}
