import type { Micros } from '../../schemas/ids.ts';
import { type DecayTime, halved } from './decay.ts';
import { MICROS_PER_DAY } from './model.ts';

/**
 * The market in an instrument as a mark (marks.ts), which one partition writes: its newest tick, the
 * newest trade, and how much it moves. The variance is that of the returns from one newest tick to the
 * next, forward-decayed as sums are: r^2 and the time between the two, each at the weight
 * 2^(t/H - n) of the later one, n being floor(newest / H).
 */
const HOLDS = 0;
const FIRST_TICK = 1;
const NEWEST_TICK = 2;
const MID = 3;
/** 0: the tick said none. */
const BID = 4;
const ASK = 5;
/** 0: never. */
const NEWEST_TRADE = 6;
/** Decayed sum of w r^2. */
const SQUARES = 7;
/** Decayed sum of w dt, microseconds. */
const ELAPSED = 8;

/** What is known of the market in an instrument. */
export interface MarketFacts {
  /** Of the first tick in the log. */
  readonly tsFirstTick: Micros;
  /** Of the newest tick, whose mid, bid and ask these are. */
  readonly tsTick: Micros;
  readonly mid: number;
  readonly bid: number | null;
  readonly ask: number | null;
  /** Of the newest trade, of others or our own. */
  readonly tsTrade: Micros | null;
  /** Standard deviation of a day's return, a fraction; null before two ticks of different times. */
  readonly volatilityPerDay: number | null;
}

/** A tick as the mark takes it; null: it says none. */
export interface MarketTick {
  readonly tsEvent: Micros;
  readonly mid: number;
  readonly bid: number | null;
  readonly ask: number | null;
}

/**
 * Brings the mark in the cell at `at` to a tick that no known one is newer than; `time` is the
 * tick's. Of two at one time the later in the log holds. The step from the first to it is a return
 * that took no time: what was before the first is not kept, so that it cannot be taken back.
 */
export function moveMarket(
  cells: Float64Array,
  at: number,
  { tsEvent, mid, bid, ask }: MarketTick,
  { halfLife, whole, scale }: DecayTime,
): void {
  if (cells[at + HOLDS] !== 1) {
    cells[at + HOLDS] = 1;
    cells[at + FIRST_TICK] = tsEvent;
  } else {
    const before = cells[at + NEWEST_TICK]!;
    const factor = halved(whole - Math.floor(before / halfLife));
    const r = (mid - cells[at + MID]!) / cells[at + MID]!;
    const squares = cells[at + SQUARES]! * factor + scale * r * r;
    // An absurd tick must not spoil the sums for good.
    if (Number.isFinite(squares)) {
      cells[at + SQUARES] = squares;
      cells[at + ELAPSED] = cells[at + ELAPSED]! * factor + scale * (tsEvent - before);
    }
  }
  cells[at + NEWEST_TICK] = tsEvent;
  cells[at + MID] = mid;
  cells[at + BID] = bid ?? 0;
  cells[at + ASK] = ask ?? 0;
}

/** Notes a trade in the mark in the cell at `at`; the newest holds. */
export function noteTrade(cells: Float64Array, at: number, ts: Micros): void {
  cells[at + NEWEST_TRADE] = Math.max(cells[at + NEWEST_TRADE]!, ts);
}

/** The mark in the cell at `at`; null before the first tick, and where -1 says that there is no cell. */
export function readMarket(cells: Float64Array, at: number): MarketFacts | null {
  if (at < 0 || cells[at + HOLDS] !== 1) return null;
  const known = (field: number): number | null =>
    cells[at + field] === 0 ? null : cells[at + field]!;
  return {
    tsFirstTick: cells[at + FIRST_TICK]!,
    tsTick: cells[at + NEWEST_TICK]!,
    mid: cells[at + MID]!,
    bid: known(BID),
    ask: known(ASK),
    tsTrade: known(NEWEST_TRADE),
    volatilityPerDay: volatilityOf(cells[at + SQUARES]!, cells[at + ELAPSED]!),
  };
}

function volatilityOf(squares: number, elapsed: number): number | null {
  const volatility = Math.sqrt(squares / elapsed) * Math.sqrt(MICROS_PER_DAY);
  // Two ticks at one time have no rate.
  return Number.isFinite(volatility) ? volatility : null;
}
