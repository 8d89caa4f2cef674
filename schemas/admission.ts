import type { FirstcallEvent } from './events.ts';
import type { Micros } from './ids.ts';
import { type PartitionName, partitionOf } from './subjects.ts';
import { type Refusal, refuseEvent, refuseEventBriefly } from './validate.ts';

/** An event may claim to be this much later than the log's own stamp; more is a broken clock. */
const FUTURE_MICROS = 60_000_000;

/** Kinds that go to the log which all partitions share. */
const SHARED_KINDS: ReadonlySet<string> = new Set(['dealer', 'tick', 'clock']);

/** Where and when a message came into the log. */
export interface Arrival {
  /** Its last token names the kind. */
  readonly subject: string;
  /** The log's own stamp. */
  readonly tsLog: Micros;
  readonly partition: PartitionName;
  /** Number of partitions of the log. */
  readonly partitions: number;
}

/**
 * Why a decoded value of the log is not an event that counts; null when it is (narrow it with
 * `as FirstcallEvent`). Depends on the message alone, so that whoever reads the log agrees.
 * `explains`: whether the refusal says in detail what is wrong.
 */
export function refuseLogged(value: unknown, arrival: Arrival, explains = true): Refusal | null {
  return (
    (explains ? refuseEvent(value) : refuseEventBriefly(value)) ??
    refusePlace(value as FirstcallEvent, arrival) ??
    refuseFuture(value as FirstcallEvent, arrival)
  );
}

function refusePlace(event: FirstcallEvent, arrival: Arrival): Refusal | null {
  const { partition, partitions, subject } = arrival;
  if (!subject.endsWith(`.${event.kind}`)) {
    return misrouted(`kind: a ${event.kind} came on ${subject}`);
  }
  if (event.kind === 'clock') return null;
  if (partition === 'all') {
    if (SHARED_KINDS.has(event.kind)) return null;
    return misrouted(`kind: a ${event.kind} belongs to one partition, not to all`);
  }
  if (event.kind === 'dealer') return misrouted('kind: a dealer belongs to all partitions');
  const home = partitionOf(event.instrumentId, partitions);
  if (home === partition) return null;
  return misrouted(`instrumentId: ${event.instrumentId} belongs to partition ${home}`);
}

function misrouted(detail: string): Refusal {
  return { reason: 'misrouted', detail };
}

function refuseFuture(event: FirstcallEvent, { tsLog }: Arrival): Refusal | null {
  if (event.tsEvent <= tsLog + FUTURE_MICROS) return null;
  const seconds = Math.round((event.tsEvent - tsLog) / 1_000_000);
  return { reason: 'future', detail: `tsEvent: ${seconds} s after the log received it` };
}
