import type { FirstcallEvent } from '../../schemas/events.ts';
import { type PartitionName, partitionOf } from '../../schemas/subjects.ts';
import { type DeadLetterReason, refuseEvent } from '../../schemas/validate.ts';

/** docs/scoring.md, 3: an event later than this after the log's stamp is from a broken clock. */
const FUTURE_US_MAX = 60_000_000;

/** Kinds that the log has for all partitions at once. */
const SHARED_KINDS: ReadonlySet<string> = new Set(['dealer', 'tick', 'clock']);

/** What of its message decides whether an event counts. */
export interface Arrival {
  readonly subject: string;
  /** When the log took the message, epoch microseconds. */
  readonly tsLogUs: number;
}

/**
 * Why an event of the log does not count, null if it does. History keeps what scores are made of, so
 * it leaves out what a shard sends to the dead letters (whose stream it keeps as well).
 */
export function refuseLogged(
  value: unknown,
  arrival: Arrival,
  partition: PartitionName,
  partitions: number,
): DeadLetterReason | null {
  const refusal = refuseEvent(value);
  if (refusal !== null) return refusal.reason;
  const event = value as FirstcallEvent;
  const isHome =
    arrival.subject.endsWith(`.${event.kind}`) && belongs(event, partition, partitions);
  if (!isHome) return 'misrouted';
  return event.tsEvent > arrival.tsLogUs + FUTURE_US_MAX ? 'future' : null;
}

function belongs(event: FirstcallEvent, partition: PartitionName, partitions: number): boolean {
  if (event.kind === 'clock') return true;
  if (partition === 'all') return SHARED_KINDS.has(event.kind);
  return event.kind !== 'dealer' && partitionOf(event.instrumentId, partitions) === partition;
}
