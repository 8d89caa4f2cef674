import type { Micros } from '../../schemas/ids.ts';
import type { OrderAnalysis } from '../../schemas/order-analysis.ts';
import type { Model } from '../scoring/model.ts';
import type { AxeBook } from './axe-book.ts';
import type { Counters } from './counters.ts';
import type { DueQueue } from './due-queue.ts';
import type { Mids } from './market.ts';
import type { ObservationSink } from './observation.ts';
import type { Reference } from './reference.ts';

/** What the books work with; all of it belongs to the same partition. */
export interface BookContext {
  readonly model: Model;
  readonly dues: DueQueue;
  readonly mids: Mids;
  readonly axes: AxeBook;
  readonly reference: Reference;
  readonly sink: ObservationSink;
  readonly counters: Counters;
  readonly onAnalysis: ((analysis: OrderAnalysis) => void) | undefined;
  /** W before the event that is being taken: older mids may be gone. Written by PartitionState. */
  watermark: Micros;
}
