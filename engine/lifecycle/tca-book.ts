import type { EventOf } from '../../schemas/events.ts';
import type { BookContext } from './book-context.ts';
import { isSameContent, Seen, type SeenSnapshot } from './seen.ts';

/** Metrics from outside: each event is an observation as it is, if the model names its metric. */
export class TcaBook {
  readonly #seen = new Seen<EventOf<'tca'>>();
  readonly #scored: ReadonlySet<string>;
  readonly #context: BookContext;

  constructor(context: BookContext) {
    this.#context = context;
    this.#scored = new Set(context.model.tcaMetrics.map(({ name }) => name));
  }

  snapshot(): SeenSnapshot<EventOf<'tca'>> {
    return this.#seen.snapshot();
  }

  restore(seen: SeenSnapshot<EventOf<'tca'>>): void {
    this.#seen.restore(seen);
  }

  take(event: EventOf<'tca'>): void {
    const { counters, reference, sink, watermark } = this.#context;
    const known = this.#seen.note(event.id, event.tsEvent, event, watermark);
    if (known !== undefined) {
      if (!isSameContent(known, event)) counters.add('conflict');
      return;
    }
    const { name, dealerId, instrumentId, value, quantity = 1, tsEvent: tsMeasured } = event;
    if (!this.#scored.has(name)) {
      counters.add('unscored');
      return;
    }
    const scopes = reference.scopes(instrumentId, reference.instrument(instrumentId), tsMeasured);
    sink.observe({ dealerId, metric: `tca.${name}`, value, quantity, tsMeasured, scopes }, 1);
  }
}
