import { setTimeout as delay } from 'node:timers/promises';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { Bell } from '../engine/scoreboard/bell.ts';
import { type BoardBuffer, createBoard, PARTITION_SHAPE } from '../engine/scoreboard/board.ts';
import type { Model } from '../engine/scoring/model.ts';
import { FirstcallError } from '../schemas/errors.ts';
import type { Micros } from '../schemas/ids.ts';
import type {
  PartitionCounters,
  ShardCommand,
  ShardReport,
  SnapshotNews,
  SnapshotSettings,
} from './messages.ts';
import { ShardThread } from './shard-thread.ts';
import type { FrozenSums } from './tier-keeper.ts';

/** How long shards may take to stop before their threads are ended. */
const STOP_DEADLINE_MS = 5_000;
const RESTART_DELAY_MS = 200;
const RESTART_DELAY_MS_MAX = 10_000;

export interface ShardPoolOptions {
  readonly natsUrl: string;
  readonly log: string;
  readonly partitions: number;
  readonly shards: number;
  /** Partitions that are hosted here, each once. Default: all of the log. */
  readonly hosted?: readonly number[];
  readonly model: Model;
  /** Default false: what the shards refuse and analyse is written to the log's other streams. */
  readonly isReadOnly?: boolean;
  /** Rung when boards have changed. */
  readonly bell?: Bell;
  /** Event time at which each partition stops reading on. Default: never. */
  readonly stopAt?: Micros;
  /** Default: none are kept, and shards read the log from its beginning. */
  readonly snapshots?: SnapshotSettings | null;
  /** The newest midnight of a partition, in days, that the keeper of tiers has. */
  frozenThrough?(partition: number): number;
  /** The same of the tiers' file, which is written later (`tiersKept`). */
  tiersKept?(partition: number): number;
  onSnapshot?(what: SnapshotNews, detail: string): void;
  /** A partition's board is there to be read: its first, or a rebuilt one that has caught up. */
  onBoard(partition: number, board: BoardBuffer): void;
  /**
   * A shard has died, and its partitions are behind; it is started again. FirstcallError
   * `logReplaced`: the log is no longer the one that was read, and others than shards have read it too.
   */
  onFailure(partitions: readonly number[], error: unknown): void;
  /** The partition's board has caught up with the log: it holds everything up to `sequence`. */
  onCaughtUp(partition: number, sequence: number): void;
  /** A partition's watermark has passed a midnight; told again by a shard that was started again. */
  onFrozen(frozen: FrozenSums): void;
  /** What a partition has counted since the beginning of its log; replaces what it had before. */
  onCounters(partition: number, counters: PartitionCounters): void;
}

/**
 * The shard threads, each one long-lived piscina task. A shard that dies is started again with
 * fresh boards, which are handed on when they have caught up with the log; until then readers keep
 * the dead shard's last version.
 */
export class ShardPool {
  readonly #options: ShardPoolOptions;
  readonly #bell: Bell;
  readonly #hosted: readonly number[];
  readonly #threads: readonly ShardThread[];
  readonly #controls = new Map<number, MessagePort>();
  readonly #running: Promise<void>[];
  #stopping = false;

  constructor(options: ShardPoolOptions) {
    this.#options = options;
    const { partitions, hosted = [...Array(partitions).keys()] } = options;
    const shards = Math.min(options.shards, hosted.length);
    this.#bell = options.bell ?? new Bell();
    this.#hosted = hosted;
    this.#threads = Array.from({ length: shards }, () => new ShardThread());
    this.#running = this.#threads.map((_, shard) =>
      this.#keepRunning(
        shard,
        hosted.filter((_, i) => i % shards === shard),
      ),
    );
  }

  /** Which thread has a partition. */
  shardOf(partition: number): number {
    return this.#hosted.indexOf(partition) % this.#threads.length;
  }

  /** The threads, for those who want to see one die. */
  get threads(): Piscina['threads'] {
    return this.#threads.flatMap((thread) => thread.threads);
  }

  /** The tiers' file has been written. By partition: the newest midnight, in days, that it has. */
  tellTiersKept(days: readonly number[]): void {
    const command: ShardCommand = { type: 'tiersKept', days };
    for (const control of this.#controls.values()) control.postMessage(command);
  }

  /** Lets every shard finish what it is doing; ends those that do not within five seconds. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const command: ShardCommand = { type: 'stop' };
    for (const control of this.#controls.values()) control.postMessage(command);
    const deadline = new AbortController();
    const late = delay(STOP_DEADLINE_MS, undefined, { signal: deadline.signal }).catch(() => {});
    await Promise.race([Promise.all(this.#running), late]);
    deadline.abort();
    for (const thread of this.#threads) await thread.destroy();
  }

  async #keepRunning(shard: number, hosted: number[]): Promise<void> {
    for (let failures = 0; !this.#stopping; failures++) {
      try {
        await this.#runOnce(shard, hosted, failures === 0);
      } catch (error) {
        if (this.#stopping) return;
        this.#options.onFailure(hosted, error);
        await delay(Math.min(RESTART_DELAY_MS * 2 ** Math.min(failures, 10), RESTART_DELAY_MS_MAX));
      }
    }
  }

  async #runOnce(shard: number, partitions: number[], first: boolean): Promise<void> {
    const { natsUrl, log, model, onBoard, onCounters } = this.#options;
    const boards = new Map(partitions.map((p) => [p, createBoard(PARTITION_SHAPE)] as const));
    // At first there is nothing better to show than scores that are catching up.
    if (first) for (const [partition, board] of boards) onBoard(partition, board);
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (report: ShardReport) => {
      if (report.type === 'frozen') {
        this.#options.onFrozen(report.frozen);
        return;
      }
      if ('detail' in report) {
        this.#options.onSnapshot?.(report.type, report.detail);
        return;
      }
      if (report.type === 'counters') {
        onCounters(report.partition, report.counters);
        return;
      }
      if (!first) onBoard(report.partition, boards.get(report.partition)!);
      this.#options.onCaughtUp(report.partition, report.sequence);
    });
    this.#controls.set(shard, port1);
    const { frozenThrough = () => 0, tiersKept = () => 0 } = this.#options;
    const hosted = [...boards].map(([partition, board]) => ({
      partition,
      board,
      frozenThrough: frozenThrough(partition),
      tiersKept: tiersKept(partition),
    }));
    const {
      isReadOnly = false,
      stopAt = Number.POSITIVE_INFINITY,
      snapshots = null,
    } = this.#options;
    const bell = this.#bell.buffer;
    const task = { natsUrl, log, model, isReadOnly, stopAt, snapshots, bell, hosted };
    try {
      const all = { ...task, partitions: this.#options.partitions, control: port2 };
      const failure = await this.#threads[shard]!.run(all);
      if (failure !== null) throw new FirstcallError(failure.code, failure.message);
    } finally {
      this.#controls.delete(shard);
      port1.close();
    }
  }
}
