import type { JsMsg } from '@nats-io/jetstream';
import { decode, encode } from '../schemas/codec.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import { type PartitionName, partitionOf } from '../schemas/subjects.ts';
import { type Refusal, refuseEvent } from '../schemas/validate.ts';

/** An event may claim to be this much later than the log's own stamp. */
const FUTURE_MICROS = 60_000_000;

/** Kinds that go to the log which all partitions share. */
const SHARED_KINDS: ReadonlySet<string> = new Set(['dealer', 'tick', 'clock']);

/** Takes what is refused; the rest of the message goes on. */
export type OnRefused = (refusal: Refusal, index: number, bytes: Uint8Array) => void;

/**
 * The valid events of a log message, in order. What is not one is handed to `onRefused` with its
 * reason and its bytes. Depends on the message alone.
 */
export function takeEvents(
  message: JsMsg,
  partition: PartitionName,
  partitions: number,
  onRefused: OnRefused,
): FirstcallEvent[] {
  let decoded: unknown;
  try {
    decoded = decode(message.data);
  } catch (error) {
    const detail = (error as Error).message;
    onRefused({ reason: 'undecodable', detail }, 0, new Uint8Array(message.data));
    return [];
  }
  const values = Array.isArray(decoded) ? decoded : [decoded];
  const kind = message.subject.slice(message.subject.lastIndexOf('.') + 1);
  const tsLatest = Math.floor(message.info.timestampNanos / 1000) + FUTURE_MICROS;
  const events: FirstcallEvent[] = [];
  for (const [index, value] of values.entries()) {
    const refusal =
      refuseEvent(value) ??
      refusePlace(value as FirstcallEvent, kind, partition, partitions) ??
      refuseFuture(value as FirstcallEvent, tsLatest);
    if (refusal === null) events.push(value as FirstcallEvent);
    else onRefused(refusal, index, encode(value));
  }
  return events;
}

function refusePlace(
  event: FirstcallEvent,
  kind: string,
  partition: PartitionName,
  partitions: number,
): Refusal | null {
  if (event.kind !== kind) {
    return { reason: 'misrouted', detail: `kind: a ${event.kind} came on the subject of ${kind}` };
  }
  if (event.kind === 'clock') return null;
  if (partition === 'all') {
    if (SHARED_KINDS.has(event.kind)) return null;
    return {
      reason: 'misrouted',
      detail: `kind: a ${event.kind} belongs to one partition, not all`,
    };
  }
  if (event.kind === 'dealer') {
    return { reason: 'misrouted', detail: 'kind: a dealer belongs to all partitions' };
  }
  const home = partitionOf(event.instrumentId, partitions);
  if (home === partition) return null;
  const detail = `instrumentId: ${event.instrumentId} belongs to partition ${home}`;
  return { reason: 'misrouted', detail };
}

function refuseFuture(event: FirstcallEvent, tsLatest: number): Refusal | null {
  if (event.tsEvent <= tsLatest) return null;
  const seconds = Math.round((event.tsEvent - tsLatest + FUTURE_MICROS) / 1_000_000);
  return { reason: 'future', detail: `tsEvent: ${seconds} s after the log received it` };
}
