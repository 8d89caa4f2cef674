import assert from 'node:assert/strict';
import { BenchmarkBook } from '../../engine/lifecycle/benchmark-book.ts';
import { createBoard, mergedShape, PARTITION_SHAPE } from '../../engine/scoreboard/board.ts';
import { DEFAULT_MODEL } from '../../engine/scoring/model.ts';
import { decode, encode } from '../../schemas/codec.ts';
import type { FirstcallEvent, QuoteEvent } from '../../schemas/events.ts';
import type { DeltaFrame } from '../../schemas/protocol.ts';
import { type PartitionName, partitionOf } from '../../schemas/subjects.ts';
import { PartitionHost } from '../../workers/partition-host.ts';
import { TopicRanker } from '../../workers/topic-ranker.ts';
import { MarketTape, type TapeOptions } from '../support/market-tape.ts';
import { ProbeQuotes } from '../support/probe-quotes.ts';

/** Which rows of a change are sent: all that changed, or that of the dealer who quoted. */
export type SentRows = 'changed' | 'quoted';

export interface RecordingPlan {
  readonly tape: TapeOptions;
  readonly historyEvents: number;
  readonly topic: string;
  readonly rows: SentRows;
}

/** A ranking before and after each of some changes, as frames. */
export interface RecordedRanking {
  readonly snapshot: Buffer;
  readonly deltas: readonly Uint8Array[];
  /** After the last change. */
  readonly last: Buffer;
}

/**
 * What an engine would send if it sent each change as it comes: one quote after another is scored by
 * the shards' own code and ranked by the ranking thread's, all in this thread.
 */
export async function recordRanking(
  { tape: options, historyEvents, topic, rows }: RecordingPlan,
  changes: number,
): Promise<RecordedRanking> {
  const tape = new MarketTape(options);
  const desk = new RecordingDesk(options.partitions);
  for (const { partition, events } of await tape.take(historyEvents)) desk.take(partition, events);
  const quotes = new ProbeQuotes(
    tape.market.dealers.map(({ dealerId }) => dealerId),
    tape.market.instruments.map(({ instrumentId: id, basePrice: price }) => ({ id, price })),
  );
  for (const quote of quotes.firstOnes(tape.ts)) desk.quote(quote);
  const snapshot = desk.watch(topic);
  const deltas = Array.from({ length: changes }, () => {
    const quote = quotes.next(tape.ts);
    const delta = desk.change(quote);
    return rows === 'changed' ? delta : onlyRowOf(quote.dealerId, delta);
  });
  return { snapshot, deltas, last: desk.watch(topic) };
}

function onlyRowOf(dealerId: string, bytes: Uint8Array): Uint8Array {
  const delta = decode(bytes) as DeltaFrame;
  return encode({ ...delta, rows: delta.rows.filter((row) => row.dealerId === dealerId) });
}

/** The partitions of a log and their ranking, without threads and without a log. */
class RecordingDesk {
  readonly #partitions: number;
  readonly #benchmarks = new BenchmarkBook(DEFAULT_MODEL);
  readonly #hosts: readonly PartitionHost[];
  readonly #sequences: number[];
  readonly #ranker: TopicRanker;
  #allSequence = 0;

  constructor(partitions: number) {
    this.#partitions = partitions;
    const boards = Array.from({ length: partitions }, () => createBoard(PARTITION_SHAPE));
    this.#sequences = boards.map(() => 0);
    this.#hosts = boards.map(
      (board, p) => new PartitionHost(p, board, this.#benchmarks, DEFAULT_MODEL),
    );
    const merged = createBoard(mergedShape(partitions));
    const modelHash = '0'.repeat(64);
    this.#ranker = new TopicRanker({ partitions, model: DEFAULT_MODEL, modelHash, merged });
    for (const [p, board] of boards.entries()) this.#ranker.attach(p, board);
  }

  take(partition: PartitionName, events: readonly FirstcallEvent[]): void {
    if (partition !== 'all') {
      this.#sequences[partition]! += 1;
      this.#hosts[partition]!.take(this.#sequences[partition]!, events, 0);
      return;
    }
    const tsNeeded = Math.min(...this.#hosts.map((host) => host.tsNeeded));
    for (const event of events) this.#benchmarks.accept(event, tsNeeded);
    this.#allSequence++;
    for (const host of this.#hosts) host.resume();
  }

  /** The topic's snapshot; from then on it is ranked at each change. */
  watch(topic: string): Buffer {
    this.#publish();
    this.#ranker.refresh();
    this.#ranker.watch([topic]);
    const [frames] = this.#ranker.update(topic, true);
    return Buffer.from(frames!.snapshot);
  }

  quote(quote: QuoteEvent): void {
    this.take('all', [{ kind: 'clock', id: `clock-${quote.id}`, tsEvent: quote.tsEvent }]);
    this.take(partitionOf(quote.instrumentId, this.#partitions), [quote]);
  }

  change(quote: QuoteEvent): Uint8Array {
    this.quote(quote);
    this.#publish();
    const [frames] = this.#ranker.refresh();
    assert(frames?.delta, 'a quote that is measured changes every estimate');
    return frames.delta;
  }

  #publish(): void {
    for (const host of this.#hosts) host.publish(this.#allSequence);
  }
}
