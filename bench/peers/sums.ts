import { ALL_SCOPE, POOL_DEALER } from '../../engine/scoring/scopes.ts';
import { PEER_METRICS, PRIOR_STRENGTH, signedWeight } from './metrics.ts';
import { forwardWeight, type JudgedQuote, type PeerMarket, type Question } from './peer-market.ts';

/**
 * Sums of forward weights, by scope and dealer: [metrics x 2], sum v and sum v x of each metric. They
 * are what peers hold, and all that an estimate needs.
 */
export type Sums = Map<string, Map<string, Float64Array>>;

/** One metric of one dealer at one scope. */
export interface Cell {
  readonly scope: string;
  readonly dealerId: string;
  readonly metric: number;
  readonly v: number;
  readonly vx: number;
}

/** Best first. */
export interface Best {
  readonly dealerId: string;
  readonly composite: number;
}

export const CALLED = 5;

/** Adds quotes to sums in the plainest way there is. */
export function addQuotes(sums: Sums, market: PeerMarket, quotes: readonly JudgedQuote[]): void {
  for (const { scope, dealerId, metric, v, vx } of additionsOf(market, quotes)) {
    const row = rowOf(sums, scope, dealerId, market.metrics);
    row[2 * metric]! += v;
    row[2 * metric + 1]! += vx;
  }
}

/** What quotes add to each sum, one cell after another. */
export function* additionsOf(market: PeerMarket, quotes: readonly JudgedQuote[]): Generator<Cell> {
  for (const quote of quotes) {
    const v = forwardWeight(quote.tsEvent);
    for (const { scope, dealerId } of market.rowsOf(quote)) {
      for (let metric = 0; metric < quote.values.length; metric++) {
        yield { scope, dealerId, metric, v, vx: v * quote.values[metric]! };
      }
    }
  }
}

/** The row of a dealer at a scope, opened on first use. */
export function rowOf(sums: Sums, scope: string, dealerId: string, metrics: number): Float64Array {
  let dealers = sums.get(scope);
  if (dealers === undefined) {
    dealers = new Map();
    sums.set(scope, dealers);
  }
  let row = dealers.get(dealerId);
  if (row === undefined) {
    row = new Float64Array(2 * metrics);
    dealers.set(dealerId, row);
  }
  return row;
}

export function* cellsOf(sums: Sums): Generator<Cell> {
  for (const [scope, dealers] of sums) {
    for (const [dealerId, row] of dealers) {
      for (let metric = 0; metric < row.length / 2; metric++) {
        yield { scope, dealerId, metric, v: row[2 * metric]!, vx: row[2 * metric + 1]! };
      }
    }
  }
}

export function sumsOf(cells: Iterable<Cell>, metrics: number): Sums {
  const sums: Sums = new Map();
  for (const { scope, dealerId, metric, v, vx } of cells) {
    const row = rowOf(sums, scope, dealerId, metrics);
    row[2 * metric] = v;
    row[2 * metric + 1] = vx;
  }
  return sums;
}

/**
 * The best five for a question: at each scope, widest first, a dealer's estimate is
 * (mass x mean + k x the parent's) / (mass + k); above `ALL` stands the pool, shrunk to the prior.
 */
export function bestOf(sums: Sums, { chain, factor }: Question, count = CALLED): Best[] {
  const pool = sums.get(ALL_SCOPE)!.get(POOL_DEALER)!;
  const field = PEER_METRICS.map(({ prior }, m) => shrink(pool, m, factor, prior));
  const rows = chain.map((scope) => sums.get(scope));
  const ranked: Best[] = [];
  for (const dealerId of sums.get(ALL_SCOPE)!.keys()) {
    if (dealerId === POOL_DEALER) continue;
    let composite = 0;
    for (const [m, metric] of PEER_METRICS.entries()) {
      let estimate = field[m]!;
      for (let scope = rows.length - 1; scope >= 0; scope--) {
        const row = rows[scope]?.get(dealerId);
        if (row !== undefined) estimate = shrink(row, m, factor, estimate);
      }
      composite += signedWeight(metric) * estimate;
    }
    ranked.push({ dealerId, composite });
  }
  ranked.sort((a, b) => b.composite - a.composite || (a.dealerId < b.dealerId ? -1 : 1));
  return ranked.slice(0, count);
}

function shrink(row: Float64Array, metric: number, factor: number, parent: number): number {
  const mass = row[2 * metric]! * factor;
  return (row[2 * metric + 1]! * factor + PRIOR_STRENGTH * parent) / (mass + PRIOR_STRENGTH);
}

/** The largest difference of two tables of sums, over max(1, both); infinite where one lacks a sum. */
export function largestDifference(a: Sums, b: Sums): number {
  const [left, right] = [a, b].map((sums) => new Map([...cellsOf(sums)].map((c) => [keyOf(c), c])));
  let largest = left!.size === right!.size ? 0 : Number.POSITIVE_INFINITY;
  for (const [key, cell] of left!) {
    const other = right!.get(key);
    if (other === undefined) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, differ(cell.v, other.v), differ(cell.vx, other.vx));
  }
  return largest;
}

const keyOf = ({ scope, dealerId, metric }: Cell): string => `${scope} ${dealerId} ${metric}`;

/** NaN, which is no sum at all, differs without bound. */
function differ(a: number, b: number): number {
  const difference = Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
}
