import type { NatsConnection } from '@nats-io/transport-node';
import { createPublisher } from '../../engine/platform/publisher.ts';
import { Disorder, type DisorderOptions, type EventSource } from '../../feeds/sim/disorder.ts';
import { Market } from '../../feeds/sim/market.ts';
import type { EventKind, FirstcallEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import { type LogNames, type PartitionName, partitionOf } from '../../schemas/subjects.ts';

const SECOND_MICROS = 1_000_000;
const DAY_MICROS = 86_400 * SECOND_MICROS;
/** A Monday: 2026-01-05, midnight UTC. */
export const SIM_START: Micros = Date.UTC(2026, 0, 5) * 1000;

export interface SimulatedLogOptions {
  readonly seed: number;
  readonly days: number;
  readonly rfqsPerDay: number;
  readonly dealers: number;
  readonly instruments: number;
  /** Minutes of simulated time from clock to clock. Default: 1. */
  readonly clockMinutes?: number;
  /** What else happens, given what the market does, both in time order. Default: nothing. */
  readonly more?: (market: readonly FirstcallEvent[]) => readonly FirstcallEvent[];
  /** How badly the log is fed. Default: in order, once. */
  readonly disorder?: Pick<DisorderOptions, 'duplicates' | 'outOfOrder'>;
}

/** One partition's share of a market, in order. */
export type PartitionedLog = ReadonlyMap<PartitionName, readonly FirstcallEvent[]>;

/**
 * A simulated market as logs by partition: its reference data, its events in time order, and a
 * clock every so many simulated minutes on each, ending an hour and a half after the last event.
 */
export function simulatePartitions(
  options: SimulatedLogOptions,
  partitions: number,
): { readonly market: Market; readonly log: PartitionedLog } {
  const market = new Market({
    ...options,
    liveRfqsPerMinute: 0,
    startTs: SIM_START,
    liveFromTs: null,
  });
  const log = new Map<PartitionName, FirstcallEvent[]>();
  for (const p of [...Array(partitions).keys(), 'all' as const]) log.set(p, []);
  const benchmarks = new Set(market.reference().flatMap(benchmarkOf));
  const put = (event: FirstcallEvent): void => {
    log.get(homeOf(event, partitions, benchmarks))!.push(event);
  };
  for (const event of market.reference()) put(event);
  const end = SIM_START + options.days * DAY_MICROS;
  const source = sourceOf(market, end, options);
  const step = (options.clockMinutes ?? 1) * 60 * SECOND_MICROS;
  for (let ts = SIM_START; ts <= end; ts += step) {
    for (const event of source.advance(ts)) put(event);
    for (const [partition, events] of log) events.push(clock(partition, ts));
  }
  for (const event of source.release?.() ?? []) put(event);
  for (const [partition, events] of log) events.push(clock(partition, end + 5400 * SECOND_MICROS));
  return { market, log };
}

/**
 * Publishes logs as messages of up to `batch` events of one kind; the order of events within a
 * partition is kept, wherever the messages are cut. Resolves to the number of events.
 */
export async function publishLog(
  nc: NatsConnection,
  names: LogNames,
  log: PartitionedLog,
  batch = 50,
): Promise<number> {
  const publisher = createPublisher(nc, names);
  let count = 0;
  for (const [partition, events] of log) {
    for (const run of runsOf(events, batch)) {
      await publisher.publish(partition, run[0]!.kind, run);
      count += run.length;
    }
  }
  await publisher.flush();
  return count;
}

/** The market, with whatever more happens, as the log hears of it. */
function sourceOf(market: Market, end: Micros, options: SimulatedLogOptions): EventSource {
  const { seed, more, disorder } = options;
  const source = more === undefined ? market : withMore(market, end, more);
  return disorder === undefined ? source : new Disorder(source, { seed, ...disorder });
}

function withMore(
  market: Market,
  end: Micros,
  more: NonNullable<SimulatedLogOptions['more']>,
): EventSource {
  const events = market.advance(end);
  const all = [...events, ...more(events)].sort((a, b) => a.tsEvent - b.tsEvent);
  let next = 0;
  return {
    get nextTs() {
      return all[next]?.tsEvent ?? Number.POSITIVE_INFINITY;
    },
    advance: (ts) => {
      const from = next;
      while (next < all.length && all[next]!.tsEvent <= ts) next++;
      return all.slice(from, next);
    },
  };
}

function benchmarkOf(event: FirstcallEvent): string[] {
  return event.kind === 'instrument' && event.benchmarkId !== undefined ? [event.benchmarkId] : [];
}

function homeOf(
  event: FirstcallEvent,
  partitions: number,
  benchmarks: ReadonlySet<string>,
): PartitionName {
  if (event.kind === 'dealer' || event.kind === 'clock') return 'all';
  if (event.kind === 'tick' && benchmarks.has(event.instrumentId)) return 'all';
  return partitionOf(event.instrumentId, partitions);
}

function clock(partition: PartitionName, tsEvent: Micros): FirstcallEvent {
  return { kind: 'clock', id: `c${partition}-${tsEvent}`, tsEvent };
}

function runsOf(events: readonly FirstcallEvent[], batch: number): FirstcallEvent[][] {
  const runs: FirstcallEvent[][] = [];
  let kind: EventKind | null = null;
  for (const event of events) {
    const last = runs[runs.length - 1];
    if (last === undefined || event.kind !== kind || last.length >= batch) runs.push([event]);
    else last.push(event);
    kind = event.kind;
  }
  return runs;
}
