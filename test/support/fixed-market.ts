import { BenchmarkBook } from '../../engine/lifecycle/benchmark-book.ts';
import { contentHash } from '../../engine/platform/hash.ts';
import { readRules } from '../../engine/rules/rules-file.ts';
import { createBoard } from '../../engine/scoreboard/board.ts';
import { BoardSelector } from '../../engine/scoreboard/board-selector.ts';
import { MergedBoard } from '../../engine/scoreboard/merged-board.ts';
import { RowIndex } from '../../engine/scoreboard/row-index.ts';
import { canonicalModel, DEFAULT_MODEL } from '../../engine/scoring/model.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { Selection, SelectRequest } from '../../schemas/selection.ts';
import { partitionOf } from '../../schemas/subjects.ts';
import { PartitionHost } from '../../workers/partition-host.ts';
import { type FrozenSums, TierKeeper } from '../../workers/tier-keeper.ts';
import { DEALER_RECORDS, MINUTE, NOW } from './fixed-market/desk.ts';
import { scriptedEvents } from './fixed-market/script.ts';

const PARTITIONS = 2;
const SHAPE = { rows: 4096, cells: 1 << 20, nameBytes: 1 << 20, headerFields: 16 };
/** Fine enough that each midnight is passed on its own, so that its tiers are of what was known then. */
const CLOCK_MINUTES = 60;

/** A hand-written market (fixed-market/) as the engine holds it, without a server. */
export class FixedMarket {
  readonly #selector: BoardSelector;

  constructor() {
    const { merged } = scoreEvents(scriptedEvents());
    const rules = readRules('rules: []');
    this.#selector = new BoardSelector({
      merged,
      partitions: PARTITIONS,
      model: DEFAULT_MODEL,
      modelHash: contentHash(canonicalModel(DEFAULT_MODEL)),
      rules,
      rulesHash: contentHash(rules.canonical),
      records: { sequence: DEALER_RECORDS.size, get: (dealerId) => DEALER_RECORDS.get(dealerId) },
    });
  }

  /** Throws FirstcallError `badRules`. */
  selectOn(order: SelectRequest, rulesText: string): Selection {
    const rules = readRules(rulesText);
    this.#selector.useRules(rules, contentHash(rules.canonical));
    return this.#selector.select(order, []);
  }
}

function scoreEvents(events: readonly FirstcallEvent[]) {
  const frozen: FrozenSums[] = [];
  const benchmarks = new BenchmarkBook(DEFAULT_MODEL);
  benchmarks.accept(clock(NOW), 0);
  const boards = Array.from({ length: PARTITIONS }, () => createBoard(SHAPE));
  for (const [partition, board] of boards.entries()) {
    const listener = { frozen: (sums: FrozenSums) => void frozen.push(sums) };
    const host = new PartitionHost(partition, board, benchmarks, DEFAULT_MODEL, listener);
    const own = events.filter((event) => homeOf(event) === partition);
    host.take(1, withClocks(own), 0);
    host.publish(0);
  }
  const merged = createBoard({ ...SHAPE, rows: 8192, headerFields: 16 + PARTITIONS });
  const board = new MergedBoard(merged, PARTITIONS, DEFAULT_MODEL, new RowIndex());
  for (const [partition, buffer] of boards.entries()) board.attach(partition, buffer);
  const keeper = new TierKeeper(DEFAULT_MODEL, PARTITIONS);
  for (const sums of frozen) keeper.take(sums);
  for (const { assetClass, changes } of keeper.judge()) {
    for (const { dealerId, to } of changes) board.setTier(assetClass, dealerId, to);
  }
  board.setTiersAt(keeper.tsJudged);
  board.refresh();
  return { merged };
}

function homeOf(event: FirstcallEvent): number {
  return 'instrumentId' in event ? partitionOf(event.instrumentId, PARTITIONS) : 0;
}

function withClocks(events: readonly FirstcallEvent[]): FirstcallEvent[] {
  const clocked: FirstcallEvent[] = [];
  let next = events[0]!.tsEvent;
  for (const event of events) {
    for (; next <= event.tsEvent; next += CLOCK_MINUTES * MINUTE) clocked.push(clock(next));
    clocked.push(event);
  }
  return [...clocked, clock(NOW)];
}

function clock(tsEvent: number): FirstcallEvent {
  return { kind: 'clock', id: `clock.${tsEvent}`, tsEvent };
}
