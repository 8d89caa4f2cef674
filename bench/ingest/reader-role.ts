import { setTimeout as delay } from 'node:timers/promises';
import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import { contentHash } from '../../engine/platform/hash.ts';
import { connectNats } from '../../engine/platform/log.ts';
import type { BoardBuffer } from '../../engine/scoreboard/board.ts';
import { boardState } from '../../engine/scoreboard/board-digest.ts';
import { DEFAULT_MODEL } from '../../engine/scoring/model.ts';
import { logNames, type PartitionName } from '../../schemas/subjects.ts';
import { ShardPool } from '../../workers/shard-pool.ts';
import { MemoryMeter, type MemoryUse } from '../support/memory-meter.ts';
import type { RoleMethods } from '../support/role.ts';
import { BoardCounter } from './board-counter.ts';
import { SpeedMeter } from './speed-meter.ts';

export interface ReadTask {
  readonly natsUrl: string;
  readonly log: string;
  readonly partitions: number;
  /** Shard threads; 0: a bare consumer that does nothing. */
  readonly shards: number;
  /** Partitions that the shards host. Default: all of the log. */
  readonly hosted?: readonly number[];
  /** Default false: the first to read a log also writes what came of its orders, and the next do not. */
  readonly isReadOnly?: boolean;
  /** Events in the streams of the hosted partitions. */
  readonly events: number;
  /** Messages in all streams, that of `all` included. */
  readonly messages: number;
  /** Part of the log that is read before anything is measured. Default: a quarter. */
  readonly warmUpShare?: number;
}

export interface ReadResult {
  readonly eventsPerSecond: number;
  readonly cpuSecondsPerMillion: number;
  readonly events: number;
  readonly deadLetters: number;
  /** Of the sums of each hosted partition, in their order; null from who keeps none. */
  readonly stateHashes: readonly string[] | null;
  readonly memory: MemoryUse;
}

/** A log that is read no further for so long will not be. */
const STALL_MS_MAX = 60_000;
const POLL_MS = 2;
/** As many as a shard asks for, so that only what is done with them differs. */
const MESSAGES_IN_FLIGHT = 200;

/** Reads a whole log once, in a process of its own, whose processor time is then all the reader's. */
export function readerRole(): RoleMethods {
  return {
    read: (task: ReadTask): Promise<ReadResult> =>
      task.shards === 0 ? readBare(task) : readWithShards(task),
  };
}

async function readWithShards(task: ReadTask): Promise<ReadResult> {
  const boards = new Map<number, BoardBuffer>();
  const counter = new BoardCounter();
  const failure: { error?: unknown } = {};
  const meter = new SpeedMeter(task.events, task.warmUpShare);
  const memory = new MemoryMeter(task.events);
  const pool = new ShardPool({
    natsUrl: task.natsUrl,
    log: task.log,
    partitions: task.partitions,
    shards: task.shards,
    ...(task.hosted === undefined ? {} : { hosted: task.hosted }),
    isReadOnly: task.isReadOnly ?? false,
    model: DEFAULT_MODEL,
    onBoard: (partition, board) => {
      boards.set(partition, board);
      counter.add(board);
    },
    onFailure: (_, error) => {
      failure.error = error;
    },
    onCaughtUp: () => {},
    onFrozen: () => {},
    onCounters: () => {},
  });
  await untilRead(() => {
    if (failure.error !== undefined) throw failure.error;
    const { events } = counter;
    memory.reached(events);
    return { read: events, isAll: meter.reached(events) };
  });
  const { events, deadLetters } = counter;
  await pool.stop();
  const ordered = [...boards].sort(([a], [b]) => a - b);
  const stateHashes = ordered.map(([, board]) => contentHash(boardState(board).lines.join('\n')));
  return { ...meter.speed(), events, deadLetters, stateHashes, memory: memory.use() };
}

/** Counts messages; of how many events they are, it need not look. */
async function readBare(task: ReadTask): Promise<ReadResult> {
  const nc = await connectNats(task.natsUrl, 'bench-reader');
  const js = jetstream(nc);
  const names = logNames(task.log);
  const meter = new SpeedMeter(task.messages, task.warmUpShare);
  const memory = new MemoryMeter(task.messages);
  let messages = 0;
  const callback = (): void => {
    meter.reached(++messages);
    memory.reached(messages);
  };
  const partitions: PartitionName[] = [...Array(task.partitions).keys(), 'all'];
  for (const partition of partitions) {
    const consumer = await js.consumers.get(names.stream(partition), {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: 1,
    });
    await consumer.consume({ max_messages: MESSAGES_IN_FLIGHT, callback });
  }
  await untilRead(() => ({ read: messages, isAll: messages >= task.messages }));
  await nc.close();
  const speed = meter.speed();
  const eventsPerMessage = task.events / task.messages;
  return {
    eventsPerSecond: speed.eventsPerSecond * eventsPerMessage,
    cpuSecondsPerMillion: speed.cpuSecondsPerMillion / eventsPerMessage,
    events: messages === task.messages ? task.events : 0,
    deadLetters: 0,
    stateHashes: null,
    memory: memory.use(),
  };
}

/** Waits until all is read, or for as long as something still is. */
async function untilRead(look: () => { read: number; isAll: boolean }): Promise<void> {
  let [before, sinceMs] = [-1, performance.now()];
  for (;;) {
    const { read, isAll } = look();
    if (isAll) return;
    if (read > before) [before, sinceMs] = [read, performance.now()];
    else if (performance.now() - sinceMs > STALL_MS_MAX) return;
    await delay(POLL_MS);
  }
}
