import type { Micros } from '../../schemas/ids.ts';

/**
 * Marks stand in a row beside its sums and say what holds now: in the form of cells, so that they go
 * wherever sums go, to selections and replicas alike. One partition or one thread writes each, so
 * that merging is copying. The first field is 1 where the mark holds, as a cell's count would be.
 */
const HOLDS = 0;

/** A dealer's newest axe in an instrument, on one of its sides. */
export interface StandingAxe {
  readonly tsEvent: Micros;
  readonly tsExpires: Micros;
  /** Nominal. */
  readonly quantity: number;
  /** Null: it says no price. */
  readonly price: number | null;
}

export function writeAxe(cells: Float64Array, at: number, axe: StandingAxe): void {
  cells[at + HOLDS] = 1;
  cells[at + 1] = axe.tsEvent;
  cells[at + 2] = axe.tsExpires;
  cells[at + 3] = axe.quantity;
  // A price is above 0.
  cells[at + 4] = axe.price ?? 0;
}

/** The axe in the cell at `at` if it is live at a moment, else null; -1 is no cell. */
export function liveAxe(cells: Float64Array, at: number, asOf: Micros): StandingAxe | null {
  if (at < 0 || cells[at + HOLDS] !== 1) return null;
  const [tsEvent, tsExpires] = [cells[at + 1]!, cells[at + 2]!];
  if (tsEvent > asOf || tsExpires <= asOf) return null;
  const price = cells[at + 4]!;
  return { tsEvent, tsExpires, quantity: cells[at + 3]!, price: price === 0 ? null : price };
}

export function writeTier(cells: Float64Array, at: number, tier: number | null): void {
  cells[at + HOLDS] = tier === null ? 0 : 1;
  cells[at + 1] = tier ?? 0;
}

/** Null where there is none; -1 is no cell. */
export function readTier(cells: Float64Array, at: number): number | null {
  return at < 0 || cells[at + HOLDS] !== 1 ? null : cells[at + 1]!;
}
