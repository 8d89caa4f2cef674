import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BenchmarkBook } from '../engine/lifecycle/benchmark-book.ts';
import { createBoard, mergedShape, PARTITION_SHAPE } from '../engine/scoreboard/board.ts';
import { boardState } from '../engine/scoreboard/board-digest.ts';
import { MergedBoard } from '../engine/scoreboard/merged-board.ts';
import { RowIndex } from '../engine/scoreboard/row-index.ts';
import type { MarketFacts } from '../engine/scoring/market-mark.ts';
import { MICROS_PER_DAY, type Model } from '../engine/scoring/model.ts';
import { marketOf, newestAsk, newestQuote, type ScoreRows } from '../engine/scoring/score-rows.ts';
import type { EventOf } from '../schemas/events.ts';
import type { Micros } from '../schemas/ids.ts';
import { PartitionHost } from '../workers/partition-host.ts';
import { INSTRUMENTS } from './support/market-log/grid.ts';
import { type MarketLog, marketLogs } from './support/market-log/market-log.ts';
import { eventsOf, marketOf as judged } from './support/naive-oracle/admitted.ts';
import { isNear } from './support/naive-oracle/differences.ts';
import {
  type NewestTimes,
  naiveNewestAsks,
  naiveNewestQuotes,
} from './support/naive-oracle/newest-times.ts';
import { naiveRfqs } from './support/naive-oracle/rfqs.ts';

const ROOM = { rows: 4096, cells: 1 << 20, nameBytes: 1 << 20 };

/** Every third tick says a volume, by its id, so that repeats say the same. */
const markets = marketLogs.map((market) => ({
  ...market,
  log: market.log.map((event) =>
    event.kind === 'tick' && [...event.id].reduce((n, c) => n + c.charCodeAt(0), 0) % 3 === 0
      ? { ...event, volume: 1e6 }
      : event,
  ),
}));

/** The merged board after the whole log, published after every `every` messages. */
function boardOf({ log, shared, model }: MarketLog, every: number) {
  const benchmarks = new BenchmarkBook(model);
  for (const event of shared) benchmarks.accept(event, 0);
  const far = Math.max(0, ...log.map(({ tsEvent }) => tsEvent)) + 3 * MICROS_PER_DAY;
  benchmarks.accept({ kind: 'clock', id: 'far', tsEvent: far }, 0);
  const board = createBoard({ ...PARTITION_SHAPE, ...ROOM });
  const host = new PartitionHost(0, board, benchmarks, model);
  const index = new RowIndex();
  const buffer = createBoard({ ...mergedShape(1), ...ROOM });
  const merged = new MergedBoard(buffer, 1, model, index);
  merged.attach(0, board);
  const settle = () => {
    host.publish(1);
    merged.refresh();
  };
  for (const [i, event] of log.entries()) {
    host.take(i + 1, [event], 0);
    if (i % every === 0) settle();
  }
  settle();
  const rowsOf = (scope: string) => index.rowsOf([scope], merged.writer);
  return { rowsOf, scopes: index.scopes, lines: boardState(buffer).lines };
}

type Board = ReturnType<typeof boardOf>;

function timesOf(
  { rowsOf, scopes }: Board,
  read: (rows: ScoreRows, scope: number, dealer: number) => Micros,
): NewestTimes {
  const times: NewestTimes = new Map();
  for (const scope of scopes) {
    const rows = rowsOf(scope);
    for (const [dealer, id] of rows.dealers.entries()) {
      const time = read(rows, 0, dealer);
      if (time !== 0) times.set(`${scope} ${id}`, time);
    }
  }
  return times;
}

test('the newest quotes and asks are those of a re-scan of the log', () => {
  const seen = { quotes: 0, asks: 0 };
  fc.assert(
    fc.property(markets, (market) => {
      const board = boardOf(market, 7);
      const view = judged(market.log, market.shared, market.model);
      const rfqs = naiveRfqs(view);
      const quotes = naiveNewestQuotes(view, rfqs);
      const asks = naiveNewestAsks(view, rfqs);
      expect(timesOf(board, newestQuote)).toEqual(quotes);
      expect(timesOf(board, newestAsk)).toEqual(asks);
      seen.quotes += quotes.size;
      seen.asks += asks.size;
    }),
    { numRuns: 200 },
  );
  expect(Math.min(seen.quotes, seen.asks)).toBeGreaterThan(1000);
});

test('the market is that of a re-scan of the log', () => {
  const seen = { volatility: 0, trades: 0 };
  fc.assert(
    fc.property(markets, (market) => {
      const board = boardOf(market, 7);
      for (const instrumentId of INSTRUMENTS) {
        const facts = marketOf(board.rowsOf(`instrument:${instrumentId}`));
        const naive = naiveMarket(market, instrumentId);
        if (naive === null) {
          expect(facts).toBeNull();
          continue;
        }
        expectSame(facts!, naive);
        if (naive.volatilityPerDay !== null) seen.volatility++;
        if (facts!.tsTrade !== null) seen.trades++;
      }
    }),
    { numRuns: 200 },
  );
  expect(Math.min(seen.volatility, seen.trades)).toBeGreaterThan(50);
});

test('the board has the same bits wherever its versions were cut', () => {
  fc.assert(
    fc.property(markets, (market) => {
      expect(boardOf(market, 1).lines).toEqual(boardOf(market, Number.POSITIVE_INFINITY).lines);
    }),
    { numRuns: 50 },
  );
});

interface NaiveMarket extends Omit<MarketFacts, 'tsTrade'> {
  /** Trades that counted for sure, and those that may have: fills whose RFQ never came do not. */
  readonly trades: readonly [sure: Micros, possible: Micros];
}

function naiveMarket({ log, shared, model }: MarketLog, instrumentId: string): NaiveMarket | null {
  const view = judged(log, shared, model);
  const ofIt = <E extends { event: { instrumentId: string } }>(entries: readonly E[]) =>
    entries.filter(({ event }) => event.instrumentId === instrumentId);
  const ticks = ofIt(eventsOf(view.log, 'tick')).map(({ event }) => event);
  if (ticks.length === 0) return null;
  const chain = ticks.filter((tick, i) =>
    ticks.slice(0, i).every((other) => other.tsEvent <= tick.tsEvent),
  );
  const newest = chain.at(-1)!;
  const last = (times: readonly Micros[]) => Math.max(0, ...times);
  const traded = ticks.filter(({ volume = 0 }) => volume > 0).map(({ tsEvent }) => tsEvent);
  const fills = ofIt(eventsOf(view.log, 'fill')).map(({ event }) => event.tsEvent);
  const sure = naiveRfqs(view).flatMap((rfq) => ofIt(rfq.fills).map(({ event }) => event.tsEvent));
  return {
    tsFirstTick: ticks[0]!.tsEvent,
    tsTick: newest.tsEvent,
    mid: midOf(newest),
    bid: newest.bid ?? null,
    ask: newest.ask ?? null,
    volatilityPerDay: volatilityOf(chain, model),
    trades: [last([...traded, ...sure]), last([...traded, ...fills])],
  };
}

function midOf({ mid, bid, ask }: EventOf<'tick'>): number {
  return mid ?? (bid! + ask!) / 2;
}

/** Every return weighed again, from the newest one back. */
function volatilityOf(chain: readonly EventOf<'tick'>[], model: Model): number | null {
  const tsNewest = chain.at(-1)!.tsEvent;
  let [squares, elapsed] = [0, 0];
  for (const [i, tick] of chain.entries()) {
    if (i === 0) continue;
    const before = chain[i - 1]!;
    const weight = 2 ** ((tick.tsEvent - tsNewest) / model.halfLifeMicros.base);
    squares += weight * ((midOf(tick) - midOf(before)) / midOf(before)) ** 2;
    elapsed += weight * (tick.tsEvent - before.tsEvent);
  }
  return elapsed === 0 ? null : Math.sqrt((squares / elapsed) * MICROS_PER_DAY);
}

function expectSame(facts: MarketFacts, naive: NaiveMarket): void {
  const { volatilityPerDay, trades, ...exact } = naive;
  expect(facts).toMatchObject(exact);
  if (volatilityPerDay === null) expect(facts.volatilityPerDay).toBeNull();
  else expect(isNear(facts.volatilityPerDay!, volatilityPerDay, 1e-9, 1)).toBe(true);
  expect(facts.tsTrade ?? 0).toBeGreaterThanOrEqual(trades[0]);
  expect(facts.tsTrade ?? 0).toBeLessThanOrEqual(trades[1]);
}
