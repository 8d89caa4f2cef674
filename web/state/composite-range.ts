import type { ScoredDealer } from '../../schemas/selection.ts';

/** Ends of the scale that all whiskers of a table share, in composite units. */
export type CompositeRange = readonly [low: number, high: number];

export const EMPTY_RANGE: CompositeRange = [0.5, 1.1];
/** Ends snap outwards to multiples of this, so that the scale rests while scores move. */
const STEP = 0.05;

type Scored = Pick<ScoredDealer, 'composite' | 'compositeStandardError' | 'insufficient'>;

/** Holds every ranked dealer's composite and its standard error. */
export function compositeRange(rows: readonly Scored[]): CompositeRange {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { composite, compositeStandardError, insufficient } of rows) {
    if (insufficient) continue;
    const error = compositeStandardError ?? 0;
    low = Math.min(low, composite - error);
    high = Math.max(high, composite + error);
  }
  if (low > high) return EMPTY_RANGE;
  const from = Math.floor(low / STEP);
  return [from * STEP, Math.max(from + 1, Math.ceil(high / STEP)) * STEP];
}
