import fc from 'fast-check';
import type { Model } from '../../engine/scoring/model.ts';
import { Random } from '../../feeds/sim/random.ts';
import { encodeEvents } from '../../schemas/event-message.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import { logNames, type PartitionName, partitionOf } from '../../schemas/subjects.ts';
import { type MarketLog, marketLogs } from '../../test/support/market-log/market-log.ts';
import { type LoggedMessage, takeEvents } from '../../workers/event-intake.ts';

const PARTITIONS_MAX = 3;
const EVENTS_A_MESSAGE_MAX = 4;
/** One message in so many is torn: cut off, or with a bit flipped. */
const TORN_ONE_IN = 25;
const names = logNames('');

/** The messages of one partition's stream, and the events in them that a reader admits. */
export interface SimStream {
  readonly messages: readonly LoggedMessage[];
  readonly events: readonly FirstcallEvent[];
}

/** A log as it stands when all is said, of one seed. */
export interface World {
  readonly model: Model;
  readonly partitions: readonly SimStream[];
  readonly shared: SimStream;
}

/** Random markets, one a partition, with duplicates and late, displaced and torn messages. */
export function worldOf(seed: number): World {
  const random = new Random(seed, 1);
  const count = 1 + Math.floor(random.next() * PARTITIONS_MAX);
  const markets: MarketLog[] = fc.sample(marketLogs, { seed, numRuns: count });
  const [{ model, shared }] = markets as [MarketLog];
  const logs = markets.map(({ log }, p) => log.map((event) => movedTo(p, count, event)));
  // Benchmarks come as far as the partitions, which would wait for them for ever.
  const tsLast = logs.flat().reduce((last, { tsEvent }) => Math.max(last, tsEvent), 0);
  const end: FirstcallEvent = { kind: 'clock', id: 'end', tsEvent: tsLast };
  return {
    model,
    partitions: logs.map((log, p) => streamOf(p, count, log, tsLast, random)),
    shared: streamOf('all', count, [...shared, end], tsLast, random),
  };
}

function streamOf(
  partition: PartitionName,
  partitions: number,
  log: readonly FirstcallEvent[],
  tsLast: number,
  random: Random,
): SimStream {
  const messages: LoggedMessage[] = [];
  const admitted = (message: LoggedMessage): FirstcallEvent[] =>
    takeEvents(message, partition, partitions, () => {});
  for (const run of runsOf(log, random)) {
    const subject = names.events(partition, run[0]!.kind);
    const info = { timestampNanos: tsLast * 1000 };
    const data = encodeEvents(run);
    const message = { subject, data, info };
    const torn = { ...message, data: tornCopy(data, random), seq: messages.length + 1 };
    // What is torn and still says something is an event like any other, and may be an absurd one.
    const isTorn = Math.floor(random.next() * TORN_ONE_IN) === 0 && admitted(torn).length === 0;
    if (isTorn) messages.push(torn);
    messages.push({ ...message, seq: messages.length + 1 });
  }
  return { messages, events: messages.flatMap(admitted) };
}

/** The event with an instrument of the same name, but for an ending, that belongs to the partition. */
function movedTo(partition: number, partitions: number, event: FirstcallEvent): FirstcallEvent {
  if (!('instrumentId' in event)) return event;
  for (let ending = 0; ; ending++) {
    const instrumentId = `${event.instrumentId}.${ending}` as typeof event.instrumentId;
    if (partitionOf(instrumentId, partitions) === partition) return { ...event, instrumentId };
  }
}

function* runsOf(log: readonly FirstcallEvent[], random: Random): Generator<FirstcallEvent[]> {
  for (let at = 0; at < log.length; ) {
    const limit = at + 1 + Math.floor(random.next() * EVENTS_A_MESSAGE_MAX);
    let end = at + 1;
    while (end < limit && log[end]?.kind === log[at]!.kind) end++;
    yield log.slice(at, end);
    at = end;
  }
}

function tornCopy(data: Uint8Array, random: Random): Uint8Array {
  const at = Math.floor(random.next() * data.length);
  if (random.next() < 0.5) return data.slice(0, at);
  const flipped = data.slice();
  flipped[at]! ^= 1 << Math.floor(random.next() * 8);
  return flipped;
}
