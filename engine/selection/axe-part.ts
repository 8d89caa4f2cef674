import type { Side } from '../../schemas/ids.ts';
import type { AxePart } from '../../schemas/selection.ts';
import { AXE_TO_BUY, AXE_TO_SELL } from '../scoring/block.ts';
import { COUNT } from '../scoring/cell.ts';
import { liveAxe } from '../scoring/marks.ts';
import { cellOf, type ScoreRows } from '../scoring/score-rows.ts';
import type { MetricAsOf } from '../scoring/shrinkage.ts';

/** What standing axes are looked at for. */
export interface AxeQuestion {
  readonly side: Side;
  /** Nominal of the order. */
  readonly quantity: number;
  /** What a full-size axe of a wholly honest dealer adds to its composite. */
  readonly weight: number;
  readonly asOf: number;
}

/**
 * What a dealer's live axe adds for an order of the rows' instrument: the axe of the side opposite
 * the client's, as far as it covers the order, weighted by how honest the dealer's axes were. Null
 * when there is none.
 */
export function axePart(
  rows: ScoreRows,
  dealer: number,
  honestyOf: (dealer: number) => number,
  { side, quantity, weight, asOf }: AxeQuestion,
): AxePart | null {
  const column = side === 'buy' ? AXE_TO_SELL : AXE_TO_BUY;
  const axe = liveAxe(rows.cells, cellOf(rows, 0, dealer, column), asOf);
  if (axe === null) return null;
  const honesty = honestyOf(dealer);
  return {
    quantity: axe.quantity,
    price: axe.price,
    tsExpires: axe.tsExpires,
    honesty,
    contribution: weight * honesty * Math.min(1, axe.quantity / quantity),
  };
}

/** Whether any axe of a dealer was put to the test, anywhere in the order's chain. */
export function wasAxeTested(rows: ScoreRows, dealer: number, { metric }: MetricAsOf): boolean {
  return rows.scopes.some((_, scope) => {
    const at = cellOf(rows, scope, dealer, metric.column);
    return at >= 0 && rows.cells[at + COUNT] !== 0;
  });
}
