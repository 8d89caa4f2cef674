import type { EventOf } from '../../schemas/events.ts';
import type { Micros, QuoteId } from '../../schemas/ids.ts';
import type { Acceptance } from './acceptance-book.ts';
import type { AxeSnapshot } from './axe-book.ts';
import type { DueSnapshot } from './due-queue.ts';
import type { FillSnapshot } from './fill-book.ts';
import type { MidSnapshot } from './mid-book.ts';
import type { AxeEvent } from './observation.ts';
import type { OrderSnapshot } from './order-book.ts';
import type { OrderLinks } from './order-links.ts';
import type { DistanceSnapshot } from './quote-distance.ts';
import type { ReferenceSnapshot } from './reference.ts';
import type { RfqSnapshot } from './rfq-book.ts';
import type { SeenSnapshot } from './seen.ts';

/**
 * Everything that a partition's events have led to, short of the sums: what is seen and so no longer
 * new, open RFQs and orders, what waits for its whole, what is due. The objects are the live ones, so
 * it is serialized before anything else happens; who restores it owns them. `links` comes first, so
 * that RFQs are serialized one by one.
 */
export interface PartitionSnapshot {
  readonly links: OrderLinks;
  readonly rfqs: RfqSnapshot;
  readonly orders: OrderSnapshot;
  readonly fills: FillSnapshot;
  readonly acceptances: Map<QuoteId, Acceptance>;
  readonly dues: DueSnapshot;
  readonly mids: MidSnapshot;
  readonly axes: AxeSnapshot;
  readonly seenAxes: SeenSnapshot<AxeEvent>;
  readonly seenQuotes: SeenSnapshot<true>;
  readonly distances: DistanceSnapshot;
  readonly tca: SeenSnapshot<EventOf<'tca'>>;
  readonly reference: ReferenceSnapshot;
  readonly counters: Map<string, number>;
  readonly tsNewest: Micros | null;
  readonly tsPruned: Micros;
}
