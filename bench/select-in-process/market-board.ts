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
import { MarketTape, type TapeMessage } from '../support/market-tape.ts';

const PARTITIONS = 8;
/** Room for what a partition of these markets holds. */
const PARTITION_SHAPE = { rows: 65_536, cells: 16 << 20, nameBytes: 4 << 20, headerFields: 16 };

/** A merged board, as the engine's main thread reads it. */
export interface MarketBoard {
  readonly merged: BoardBuffer;
  readonly partitions: number;
  /** Event time after the last event. */
  readonly ts: Micros;
  readonly instrumentIds: readonly InstrumentId[];
  readonly events: number;
  readonly rows: number;
  /** The simulated dealers' own records. */
  readonly records: DealerRecords;
}

/** Scores a simulated market in this thread, without a log: the shards' code on the same messages. */
export async function fillBoard(
  dealers: number,
  events: number,
  model: Model,
): Promise<MarketBoard> {
  const options = { seed: 11, dealers, instruments: 200, rfqsPerDay: 4000, partitions: PARTITIONS };
  const tape = new MarketTape(options);
  const messages = [...(await tape.take(events)), ...(await tape.settle())];
  const boards = score(messages, model);
  const merged = createBoard(mergedShape(PARTITIONS));
  const board = new MergedBoard(merged, PARTITIONS, model, new RowIndex());
  for (const [partition, buffer] of boards.entries()) board.attach(partition, buffer);
  board.refresh();
  const records = recordsOf(messages);
  giveTiers(board, records);
  return {
    merged,
    partitions: PARTITIONS,
    ts: tape.ts,
    instrumentIds: tape.market.instruments.map((instrument) => instrument.instrumentId),
    events: messages.reduce((sum, message) => sum + message.events.length, 0),
    rows: board.writer.rowCount,
    records: { sequence: 1, get: (id) => records.get(id) },
  };
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

function score(messages: readonly TapeMessage[], model: Model): BoardBuffer[] {
  const benchmarks = new BenchmarkBook(model);
  const boards = Array.from({ length: PARTITIONS }, () => createBoard(PARTITION_SHAPE));
  const hosts = boards.map((board, p) => new PartitionHost(p, board, benchmarks, model));
  const sequences = hosts.map(() => 0);
  for (const { partition, events } of messages) {
    if (partition === 'all') {
      for (const event of events) benchmarks.accept(event, 0);
      for (const host of hosts) host.resume();
    } else {
      sequences[partition]! += 1;
      hosts[partition]!.take(sequences[partition]!, events, 0);
    }
  }
  for (const host of hosts)
    assert(host.publish(0) === 'all', 'nobody reads yet, so nothing is put off');
  return boards;
}
