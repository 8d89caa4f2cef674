import type { EventOf } from '../../schemas/events.ts';
import type { Micros, QuoteId } from '../../schemas/ids.ts';
import { metricsPer } from '../scoring/metrics.ts';
import { SETTLE_MICROS } from '../scoring/model.ts';
import type { BookContext } from './book-context.ts';
import type { Observation } from './observation.ts';
import type { Standing } from './rfq.ts';
import { isSameContent } from './seen.ts';

export interface Acceptance {
  /** Null: only its rejection has come. */
  event: EventOf<'quoteAccept'> | null;
  isRejected: boolean;
  scopes: readonly string[];
  readonly standing: Standing;
}

const PER_ACCEPTANCE = metricsPer('acceptance');

/**
 * Acceptances that name no RFQ, each closed when it is made and kept until it is settled. A
 * rejection before its acceptance waits until the watermark has passed it.
 */
export class AcceptanceBook {
  #acceptances = new Map<QuoteId, Acceptance>();
  readonly #context: BookContext;

  constructor(context: BookContext) {
    this.#context = context;
  }

  snapshot(): Map<QuoteId, Acceptance> {
    return this.#acceptances;
  }

  restore(acceptances: Map<QuoteId, Acceptance>): void {
    this.#acceptances = acceptances;
  }

  accept(event: EventOf<'quoteAccept'>): void {
    const { reference, counters, dues } = this.#context;
    const { quoteId, instrumentId, tsEvent } = event;
    const acceptance = this.#acceptances.get(quoteId) ?? this.#open(quoteId);
    if (acceptance.event !== null) {
      if (!isSameContent(acceptance.event, event)) counters.add('conflict');
      return;
    }
    acceptance.event = event;
    acceptance.scopes = reference.scopes(instrumentId, reference.instrument(instrumentId), tsEvent);
    dues.schedule(tsEvent + SETTLE_MICROS, { what: 'acceptance', quoteId });
    this.#revise(acceptance);
  }

  refuse({ quoteId, tsEvent }: EventOf<'quoteAcceptReject'>): void {
    const acceptance = this.#acceptances.get(quoteId) ?? this.#open(quoteId);
    acceptance.isRejected = true;
    if (acceptance.event !== null) this.#revise(acceptance);
    else this.#context.dues.schedule(tsEvent, { what: 'acceptance', quoteId });
  }

  /** Forgets what is settled, or a rejection of nothing. */
  settle(quoteId: QuoteId, at: Micros): void {
    const acceptance = this.#acceptances.get(quoteId);
    if (acceptance === undefined) return;
    const { event } = acceptance;
    if (event !== null && at < event.tsEvent + SETTLE_MICROS) return;
    if (event === null) this.#context.counters.add('orphan');
    this.#acceptances.delete(quoteId);
  }

  #open(quoteId: QuoteId): Acceptance {
    const acceptance = { event: null, isRejected: false, scopes: [], standing: [] };
    this.#acceptances.set(quoteId, acceptance);
    return acceptance;
  }

  #revise({ event, isRejected, scopes, standing }: Acceptance): void {
    const { sink } = this.#context;
    const { dealerId, tsEvent: tsMeasured } = event!;
    for (const { name: metric, column, measure } of PER_ACCEPTANCE) {
      const measured = measure({ isRejected });
      if (measured === null || 'missing' in measured) continue;
      const { value } = measured;
      const old = standing[column];
      if (old?.value === value) continue;
      if (old !== undefined) sink.observe(old, -1);
      const made: Observation = { dealerId, metric, value, quantity: 1, tsMeasured, scopes };
      standing[column] = made;
      sink.observe(made, 1);
    }
  }
}
