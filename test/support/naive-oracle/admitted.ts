import type { Model } from '../../../engine/scoring/model.ts';
import type { EventKind, EventOf, FirstcallEvent } from '../../../schemas/events.ts';
import type { Micros } from '../../../schemas/ids.ts';

/** An event that counts, its place in the log, and the watermark W before it (docs/scoring.md, 2). */
export interface Admitted<E extends FirstcallEvent = FirstcallEvent> {
  readonly event: E;
  readonly index: number;
  /** -Infinity before the first event. */
  readonly watermark: Micros;
}

/** What a partition has to be judged by: its own log, the shared one, and how far both have come. */
export interface Market {
  readonly model: Model;
  readonly log: readonly Admitted[];
  readonly shared: readonly Admitted[];
  /** W after the last event of the log. */
  readonly watermark: Micros;
  /** W after the last event of the shared log. */
  readonly sharedWatermark: Micros;
}

export function marketOf(
  log: readonly FirstcallEvent[],
  shared: readonly FirstcallEvent[],
  model: Model,
): Market {
  return {
    model,
    log: admitted(log, model),
    shared: admitted(shared, model),
    watermark: watermarkBefore(log, log.length, model),
    sharedWatermark: watermarkBefore(shared, shared.length, model),
  };
}

function watermarkBefore(log: readonly FirstcallEvent[], index: number, model: Model): Micros {
  const newest = log
    .slice(0, index)
    .reduce((max, { tsEvent }) => Math.max(max, tsEvent), -Infinity);
  return newest - model.latenessMicros;
}

/** All events but late ones and those that are the same thing as an earlier one. */
function admitted(log: readonly FirstcallEvent[], model: Model): Admitted[] {
  const inTime = log
    .map((event, index) => ({ event, index, watermark: watermarkBefore(log, index, model) }))
    .filter(({ event, watermark }) => event.tsEvent >= watermark);
  return inTime.filter(
    (entry) => inTime.find(({ event }) => thingOf(event) === thingOf(entry.event)) === entry,
  );
}

/** What makes two events the same thing: its own id, else the event's. */
function thingOf(event: FirstcallEvent): string {
  switch (event.kind) {
    case 'quote':
    case 'quoteAccept':
      return `${event.kind} ${event.quoteId}`;
    case 'fill':
      return `fill ${event.fillId}`;
    case 'axe':
      return `axe ${event.axeId}`;
    case 'order':
      return `order ${event.orderId}`;
    case 'rfqClosed':
      return `rfqClosed ${event.rfqId}`;
    default:
      return `${event.kind} ${event.id}`;
  }
}

export function eventsOf<K extends EventKind>(
  log: readonly Admitted[],
  kind: K,
): Admitted<EventOf<K>>[] {
  return log.filter(({ event }) => event.kind === kind) as Admitted<EventOf<K>>[];
}

/** Negative where `a` comes first: by event time, then by place in the log. */
export function byTime(a: Admitted, b: Admitted): number {
  return a.event.tsEvent - b.event.tsEvent || a.index - b.index;
}
