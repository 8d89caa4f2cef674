import type { EventKind } from './events.ts';

/** Where an event lives: a numbered partition, or `all` for what every partition needs. */
export type PartitionName = number | 'all';

/** A partition that refused an event of its log, or a feed that could not make an event at all. */
type DeadLetterOrigin = PartitionName | 'feed';

/** What the audit log keeps beside decisions: changes of tiers, of records and of rules, and overrides. */
export type AuditKind = 'tiers' | 'dealer' | 'instrument' | 'override' | 'rules';

/**
 * NATS names of one log. The default log has none; `--log NAME` sets its own events, dead letters,
 * decisions, post-trade records and rankings apart from every other log on the same server.
 */
export interface LogNames {
  readonly log: string;
  /** Subject root, `firstcall.v1` or `firstcall.v1-NAME`. */
  readonly root: string;
  stream(partition: PartitionName): string;
  readonly deadLetterStream: string;
  readonly decisionStream: string;
  /** Post-trade analyses of all partitions. */
  readonly tcaStream: string;
  events(partition: PartitionName, kind: EventKind): string;
  /** Filter that matches every event of a partition. */
  eventsOf(partition: PartitionName): string;
  readonly select: string;
  rankings(topic: string): string;
  readonly decisions: string;
  /** Whatever else is to be kept for ever, by kind. */
  audit(kind: AuditKind | '*'): string;
  /** Analyses of the orders of a partition, so that the newest of each can be looked up. */
  tca(partition: number): string;
  /** By reason and by where it was refused, so that the newest of each can be looked up. */
  deadLetter(reason: string, origin: DeadLetterOrigin): string;
}

const LOG_NAME = /^[a-z0-9]{1,32}$/;

/** Throws a RangeError on a log name that is not 1 to 32 of `a-z0-9`. */
export function logNames(log = ''): LogNames {
  if (log !== '' && !LOG_NAME.test(log)) {
    throw new RangeError(`log name "${log}": use 1 to 32 lower-case letters and digits`);
  }
  const root = log === '' ? 'firstcall.v1' : `firstcall.v1-${log}`;
  const prefix = log === '' ? 'FC' : `FC_${log.toUpperCase()}`;
  return {
    log,
    root,
    stream: (partition) => `${prefix}_EVENTS_${partition}`,
    deadLetterStream: `${prefix}_DEADLETTER`,
    decisionStream: `${prefix}_DECISIONS`,
    tcaStream: `${prefix}_TCA`,
    events: (partition, kind) => `${root}.events.${partition}.${kind}`,
    eventsOf: (partition) => `${root}.events.${partition}.*`,
    select: `${root}.select`,
    rankings: (topic) => `${root}.rankings.${topic.replace('/', '.')}`,
    decisions: `${root}.decisions`,
    audit: (kind) => `${root}.audit.${kind}`,
    tca: (partition) => `${root}.tca.${partition}`,
    deadLetter: (reason, origin) => `${root}.deadletter.${reason}.${origin}`,
  };
}

const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** 32-bit FNV-1a of the UTF-8 bytes, as nats-server's own `partition()` mapping computes it. */
export function fnv1a32(text: string): number {
  let hash = FNV_BASIS;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // Ids are ASCII, whose UTF-8 bytes are their codes; encoding them first took 5% of ingest.
    if (code > 0x7f) return fnv1a32Bytes(new TextEncoder().encode(text));
    hash = Math.imul(hash ^ code, FNV_PRIME);
  }
  return hash >>> 0;
}

/** The same of bytes. `hash`: of what comes before them. */
export function fnv1a32Bytes(bytes: Uint8Array, hash = FNV_BASIS): number {
  let next = hash;
  for (let i = 0; i < bytes.length; i++) next = Math.imul(next ^ bytes[i]!, FNV_PRIME);
  return next >>> 0;
}

/** The partition in [0, partitions) that owns an instrument. Fixed for the life of a log. */
export function partitionOf(instrumentId: string, partitions: number): number {
  return fnv1a32(instrumentId) % partitions;
}
