import type { Appetite } from '../../schemas/selection.ts';
import { COUNT, cellMass, cellMean, cellStandardError } from '../scoring/cell.ts';
import { MEMORIES } from '../scoring/metrics.ts';
import type { MetricAsOf } from '../scoring/shrinkage.ts';

const FAST = MEMORIES.indexOf('fast');
const SLOW = MEMORIES.indexOf('slow');
const UNKNOWN: Appetite = { state: 'unknown', z: null };
/** Standard errors that a change has to be away from chance. */
const FLAGGED_AT = 2;
/** Recent observations below this say nothing. */
const FAST_MASS_MIN = 5;

/**
 * Whether a dealer is coming in or backing off, from its raw quote rate at one scope, whose cell is
 * at `at` (-1: none). The memories share data, so that the error of their difference is smaller
 * than is taken here: conservative. `quoteRate` is the metric read in the fast memory.
 */
export function appetiteOf(cells: Float64Array, at: number, quoteRate: MetricAsOf): Appetite {
  if (at < 0 || cells[at + COUNT] === 0) return UNKNOWN;
  const fastError = cellStandardError(cells, at, FAST);
  const slowError = cellStandardError(cells, at, SLOW);
  if (fastError === null || slowError === null) return UNKNOWN;
  const difference = cellMean(cells, at, FAST) - cellMean(cells, at, SLOW);
  const error = Math.sqrt(fastError * fastError + slowError * slowError);
  // A dealer that has always quoted, or never, has no error and does not change.
  const z = error === 0 ? 0 : difference / error;
  const isHeard = cellMass(cells, at, FAST, quoteRate.asOf) >= FAST_MASS_MIN;
  if (!isHeard || Math.abs(z) < FLAGGED_AT) return { state: 'steady', z };
  return { state: z > 0 ? 'comingIn' : 'backingOff', z };
}
