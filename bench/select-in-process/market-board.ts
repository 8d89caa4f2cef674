import assert from 'node:assert/strict';
import { BenchmarkBook } from '../../engine/lifecycle/benchmark-book.ts';
import { type BoardBuffer, createBoard, mergedShape } from '../../engine/scoreboard/board.ts';
import { MergedBoard } from '../../engine/scoreboard/merged-board.ts';
import { RowIndex } from '../../engine/scoreboard/row-index.ts';
import type { Model } from '../../engine/scoring/model.ts';
import type { DealerRecords } from '../../engine/selection/dealer-records.ts';
import type { InstrumentId, Micros } from '../../schemas/ids.ts';
import type { DealerEvent } from '../../schemas/reference.ts';
import { PartitionHost } from '../../workers/partition-host.ts';
import { eventCount, MarketTape, type TapeMessage } from '../support/market-tape.ts';

const PARTITIONS = 8;
/** Room for what a partition of these markets holds. */
const PARTITION_SHAPE = { rows: 65_536, cells: 16 << 20, nameBytes: 4 << 20, headerFields: 16 };

/**
 * The merged board of a simulated market, as the engine's main thread reads it. The market is scored in this
 * thread, without a log: the shards' code on the same messages.
 */
export class MarketBoard {
  readonly partitions = PARTITIONS;
  readonly instrumentIds: readonly InstrumentId[];
  /** The simulated dealers' own records. */
  readonly records: DealerRecords;
  readonly #tape: MarketTape;
  readonly #benchmarks: BenchmarkBook;
  readonly #hosts: readonly PartitionHost[];
  readonly #sequences = new Array<number>(PARTITIONS).fill(0);
  readonly #board: MergedBoard;
  readonly merged: BoardBuffer;
  #events = 0;
  #ts: Micros;

  private constructor(tape: MarketTape, model: Model, messages: readonly TapeMessage[]) {
    this.#tape = tape;
    this.#ts = tape.ts;
    this.instrumentIds = tape.market.instruments.map((instrument) => instrument.instrumentId);
    this.#benchmarks = new BenchmarkBook(model);
    const boards = Array.from({ length: PARTITIONS }, () => createBoard(PARTITION_SHAPE));
    this.#hosts = boards.map((board, p) => new PartitionHost(p, board, this.#benchmarks, model));
    this.merged = createBoard(mergedShape(PARTITIONS));
    this.#board = new MergedBoard(this.merged, PARTITIONS, model, new RowIndex());
    for (const [partition, buffer] of boards.entries()) this.#board.attach(partition, buffer);
    const records = recordsOf(messages);
    this.records = { sequence: 1, get: (id) => records.get(id) };
    this.apply(messages);
    giveTiers(this.#board, records);
  }

  /** A market of at least so many events. */
  static async fill(dealers: number, events: number, model: Model): Promise<MarketBoard> {
    const of = { seed: 11, dealers, instruments: 200, rfqsPerDay: 4000, partitions: PARTITIONS };
    const tape = new MarketTape(of);
    return new MarketBoard(tape, model, await tape.take(events));
  }

  /** Event time of the newest event. */
  get ts(): Micros {
    return this.#ts;
  }

  /** Events applied. */
  get events(): number {
    return this.#events;
  }

  get rows(): number {
    return this.#board.writer.rowCount;
  }

  /** What comes next in the market, at least so many events. */
  next(events: number): Promise<TapeMessage[]> {
    return this.#tape.take(events);
  }

  /** Scores what has come, and publishes the next version of the board. Returns the scopes that changed. */
  apply(messages: readonly TapeMessage[]): ReadonlySet<string> {
    for (const { partition, events } of messages) {
      if (partition === 'all') {
        for (const event of events) this.#benchmarks.accept(event, 0);
        for (const host of this.#hosts) host.resume();
      } else {
        this.#sequences[partition]! += 1;
        this.#hosts[partition]!.take(this.#sequences[partition]!, events, 0);
      }
      for (const { tsEvent } of events) this.#ts = Math.max(this.#ts, tsEvent);
    }
    for (const host of this.#hosts) {
      assert(host.publish(0) !== 'deferred', 'nobody reads at leisure, so nothing is put off');
    }
    this.#events += eventCount(messages);
    return this.#board.refresh();
  }
}

function recordsOf(messages: readonly TapeMessage[]): Map<string, DealerEvent> {
  const records = new Map<string, DealerEvent>();
  for (const event of messages.flatMap(({ events }) => events)) {
    if (event.kind === 'dealer') records.set(event.dealerId, event);
  }
  return records;
}

/** A third of the dealers in each tier of every asset class: rules may call by tier. */
function giveTiers(board: MergedBoard, records: ReadonlyMap<string, DealerEvent>): void {
  for (const [i, dealerId] of [...records.keys()].entries()) {
    for (const assetClass of ['CORP', 'MUNI']) board.setTier(assetClass, dealerId, 1 + (i % 3));
  }
  board.refresh();
}
