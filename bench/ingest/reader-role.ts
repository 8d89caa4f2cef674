import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import { contentHash } from '../../engine/platform/hash.ts';
import { connectNats } from '../../engine/platform/log.ts';
import type { BoardBuffer } from '../../engine/scoreboard/board.ts';
import { boardState } from '../../engine/scoreboard/board-digest.ts';
import { DEFAULT_MODEL } from '../../engine/scoring/model.ts';
import { logNames, type PartitionName } from '../../schemas/subjects.ts';
import { ShardPool } from '../../workers/shard-pool.ts';
import { atMost } from '../support/at-most.ts';
import type { RoleMethods } from '../support/role.ts';
import { BoardCounter } from './board-counter.ts';
import { SpeedMeter } from './speed-meter.ts';

export interface ReadTask {
  readonly natsUrl: string;
  readonly log: string;
  readonly partitions: number;
  /** Shard threads; 0: a bare consumer that does nothing. */
  readonly shards: number;
  /** Events in the streams of the partitions. */
  readonly events: number;
  /** Messages in all streams, that of `all` included. */
  readonly messages: number;
}

export interface ReadResult {
  readonly eventsPerSecond: number;
  readonly cpuSecondsPerMillion: number;
  readonly events: number;
  readonly deadLetters: number;
  /** Of all sums; null from who keeps none. */
  readonly stateHash: string | null;
}

const READ_MS_MAX = 300_000;
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
  const meter = new SpeedMeter(task.events);
  const pool = new ShardPool({
    natsUrl: task.natsUrl,
    log: task.log,
    partitions: task.partitions,
    shards: task.shards,
    model: DEFAULT_MODEL,
    onBoard: (partition, board) => {
      boards.set(partition, board);
      counter.add(board);
    },
    onFailure: (_, error) => {
      failure.error = error;
    },
    onCaughtUp: () => {},
    onCounters: () => {},
  });
  await atMost(READ_MS_MAX, () => {
    if (failure.error !== undefined) throw failure.error;
    return meter.reached(counter.events);
  });
  const { events, deadLetters } = counter;
  await pool.stop();
  const ordered = [...boards].sort(([a], [b]) => a - b);
  const hashes = ordered.map(([, board]) => contentHash(boardState(board).lines.join('\n')));
  return { ...meter.speed(), events, deadLetters, stateHash: contentHash(hashes.join()) };
}

/** Counts messages; of how many events they are, it need not look. */
async function readBare(task: ReadTask): Promise<ReadResult> {
  const nc = await connectNats(task.natsUrl, 'bench-reader');
  const js = jetstream(nc);
  const names = logNames(task.log);
  const meter = new SpeedMeter(task.messages);
  let messages = 0;
  const callback = (): void => {
    meter.reached(++messages);
  };
  const partitions: PartitionName[] = [...Array(task.partitions).keys(), 'all'];
  for (const partition of partitions) {
    const consumer = await js.consumers.get(names.stream(partition), {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: 1,
    });
    await consumer.consume({ max_messages: MESSAGES_IN_FLIGHT, callback });
  }
  await atMost(READ_MS_MAX, () => messages >= task.messages);
  await nc.close();
  const speed = meter.speed();
  const eventsPerMessage = task.events / task.messages;
  return {
    eventsPerSecond: speed.eventsPerSecond * eventsPerMessage,
    cpuSecondsPerMillion: speed.cpuSecondsPerMillion / eventsPerMessage,
    events: messages === task.messages ? task.events : 0,
    deadLetters: 0,
    stateHash: null,
  };
}
