import { BenchmarkBook } from '../../engine/lifecycle/benchmark-book.ts';
import { type BoardBuffer, createBoard, PARTITION_SHAPE } from '../../engine/scoreboard/board.ts';
import { DEFAULT_MODEL } from '../../engine/scoring/model.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import { PartitionHost } from '../../workers/partition-host.ts';
import { eventOfRowOf } from './event-of-row.ts';
import { linesOf, type Page } from './history-pages.ts';

/** The partition of the tables that stands for `all`. */
const ALL = -1;
/** As a shard that catches up with its log. */
const PUBLISH_MS = 50;

interface Message {
  readonly partition: number;
  readonly sequence: number;
  /** By place in the message; refused ones are not in the tables. */
  readonly events: FirstcallEvent[];
}

type EventRow = [partition: number, sequence: number, index: number, ...values: never[]];

/** The shards' own code on all partitions in this thread; messages come out of the history's tables. */
export class PageScorer {
  readonly boards: readonly BoardBuffer[];
  readonly #hosts: readonly PartitionHost[];
  readonly #benchmarks = new BenchmarkBook(DEFAULT_MODEL);
  #allSequence = 0;
  #publishedMs = 0;

  constructor(partitions: number) {
    this.boards = Array.from({ length: partitions }, () => createBoard(PARTITION_SHAPE));
    this.#hosts = this.boards.map(
      (board, p) => new PartitionHost(p, board, this.#benchmarks, DEFAULT_MODEL),
    );
  }

  /** Applies a page and returns the events of partitions in it. */
  take(page: Page): number {
    let events = 0;
    for (const message of messagesOf(page)) {
      if (message.partition === ALL) this.#takeAll(message);
      else {
        this.#hosts[message.partition]!.take(message.sequence, message.events, 0);
        events += message.events.length;
      }
      if (performance.now() - this.#publishedMs >= PUBLISH_MS) this.publish();
    }
    return events;
  }

  publish(): void {
    for (const host of this.#hosts) host.publish(this.#allSequence);
    this.#publishedMs = performance.now();
  }

  #takeAll({ sequence, events }: Message): void {
    const tsNeeded = Math.min(...this.#hosts.map((host) => host.tsNeeded));
    for (const event of events) this.#benchmarks.accept(event, tsNeeded);
    this.#allSequence = sequence;
    for (const host of this.#hosts) host.resume();
  }
}

/** Messages put together again from rows of several tables; those that partitions share come first. */
function messagesOf({ tables }: Page): Message[] {
  const messages = new Map<number, Message>();
  for (const { table, columns, text } of tables) {
    const eventOf = eventOfRowOf(table, columns);
    for (const row of linesOf(text) as EventRow[]) {
      const [partition, sequence, index, ...values] = row;
      const key = sequence * 1024 + partition + 1;
      let message = messages.get(key);
      if (message === undefined) {
        message = { partition, sequence, events: [] };
        messages.set(key, message);
      }
      message.events[index] = eventOf(values);
    }
  }
  return [...messages.values()].sort(
    (a, b) => Number(a.partition !== ALL) - Number(b.partition !== ALL) || a.sequence - b.sequence,
  );
}
