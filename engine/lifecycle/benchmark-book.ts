import type { FirstcallEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { Model } from '../scoring/model.ts';
import { ACCEPTED, Counters } from './counters.ts';
import { MidBook } from './mid-book.ts';

/**
 * What the log that all partitions share says: the mids of benchmarks. They are looked up only
 * below this log's own watermark, so that it does not matter how it interleaves with a partition's.
 */
export class BenchmarkBook {
  readonly mids = new MidBook();
  readonly counters = new Counters();
  readonly #model: Model;
  #tsNewest: Micros | null = null;

  constructor(model: Model) {
    this.#model = model;
  }

  get watermark(): Micros {
    return this.#tsNewest === null ? 0 : Math.max(0, this.#tsNewest - this.#model.latenessMicros);
  }

  /** `tsNeeded`: no partition will ask about an earlier time. */
  accept(event: FirstcallEvent, tsNeeded: Micros): void {
    const { watermark } = this;
    this.counters.add(ACCEPTED[event.kind]);
    if (event.tsEvent < watermark) {
      this.counters.add('late');
      return;
    }
    if (event.kind === 'tick') this.mids.insert(event, Math.min(watermark, tsNeeded));
    if (this.#tsNewest === null || event.tsEvent > this.#tsNewest) this.#tsNewest = event.tsEvent;
  }
}
