import assert from 'node:assert/strict';
import { BenchmarkBook } from '../../engine/lifecycle/benchmark-book.ts';
import { type BoardBuffer, createBoard, PARTITION_SHAPE } from '../../engine/scoreboard/board.ts';
import { DEFAULT_MODEL, type Model } from '../../engine/scoring/model.ts';
import { EventBatcher } from '../../feeds/event-batcher.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { PartitionName } from '../../schemas/subjects.ts';
import { PartitionHost } from '../../workers/partition-host.ts';

export const PARTITIONS = 8;

export interface Message {
  readonly partition: PartitionName;
  readonly events: readonly FirstcallEvent[];
}

/** What a counter that starts so says is that an event did not do what it was made to do. */
const MISHAPS = ['late', 'orphan', 'conflict', 'settled'];

/** All partitions in this thread, as one shard hosts them, without a log between. */
export class CrowdDesk {
  readonly boards: readonly BoardBuffer[];
  readonly #hosts: readonly PartitionHost[];
  readonly #benchmarks: BenchmarkBook;
  readonly #sequences: number[];
  #allSequence = 0;
  #messages: Message[] = [];
  readonly #batcher = new EventBatcher(async (partition, _, events) => {
    this.#messages.push({ partition, events });
  }, PARTITIONS);
  /** Events that partitions were given, clocks to each of them included. */
  #given = 0;

  constructor(model: Model = DEFAULT_MODEL) {
    this.#benchmarks = new BenchmarkBook(model);
    this.boards = Array.from({ length: PARTITIONS }, () => createBoard(PARTITION_SHAPE));
    this.#hosts = this.boards.map(
      (board, p) => new PartitionHost(p, board, this.#benchmarks, model),
    );
    this.#sequences = this.boards.map(() => 0);
  }

  get given(): number {
    return this.#given;
  }

  /** Events that were late, belonged to nothing or contradicted another. */
  get mishaps(): number {
    const counts = this.#hosts.flatMap((host) => host.counters);
    return counts.reduce((sum, [name, n]) => sum + (MISHAPS.includes(name) ? n : 0), 0);
  }

  get live(): { readonly pairs: number; readonly bytes: number } {
    const live = this.#hosts.map((host) => host.live);
    return {
      pairs: live.reduce((sum, { pairs }) => sum + pairs, 0),
      bytes: live.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  /** Makes messages of events as a feed would, and of a clock that follows them. Not measured. */
  async prepare(events: readonly FirstcallEvent[], tsClock: Micros): Promise<Message[]> {
    for (const event of events) {
      this.#batcher.add(event);
      if (this.#batcher.isFull) await this.#batcher.flush();
    }
    this.#batcher.addClock(tsClock);
    await this.#batcher.flush();
    const messages = this.#messages;
    this.#messages = [];
    return messages;
  }

  /** What a shard does with decoded messages: applies them, and publishes a version of each board. */
  take(messages: readonly Message[]): void {
    for (const { partition, events } of messages) {
      if (partition === 'all') this.#takeAll(events);
      else {
        this.#given += events.length;
        this.#sequences[partition]! += 1;
        this.#hosts[partition]!.take(this.#sequences[partition]!, events, 0);
      }
    }
    for (const host of this.#hosts) host.publish(this.#allSequence);
  }

  /** Nothing may be left that waits for a benchmark. */
  assertIdle(): void {
    for (const { partition, backlog } of this.#hosts) {
      assert(backlog === 0, `partition ${partition} still waits for a benchmark`);
    }
  }

  #takeAll(events: readonly FirstcallEvent[]): void {
    const tsNeeded = Math.min(...this.#hosts.map((host) => host.tsNeeded));
    for (const event of events) this.#benchmarks.accept(event, tsNeeded);
    this.#allSequence++;
    for (const host of this.#hosts) host.resume();
  }
}
