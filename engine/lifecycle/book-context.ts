import type { Model } from '../scoring/model.ts';
import type { Counters } from './counters.ts';
import type { DueQueue } from './due-queue.ts';
import type { Mids } from './mark-outs.ts';
import type { ObservationSink } from './observation.ts';
import type { Reference } from './reference.ts';

/** What the RFQ book works with; all of it belongs to the same partition. */
export interface BookContext {
  readonly model: Model;
  readonly dues: DueQueue;
  readonly mids: Mids;
  readonly reference: Reference;
  readonly sink: ObservationSink;
  readonly counters: Counters;
}
