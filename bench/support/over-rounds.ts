import { median } from './rounds.ts';

/** A figure over the rounds of a run. */
export interface OverRounds {
  readonly median: number;
  /** A quarter of the rounds lies below it, */
  readonly quarter: number;
  /** and another quarter above this. */
  readonly threeQuarters: number;
  readonly better: 'less' | 'more';
  /** Whether another run may be compared with it: a ratio to the baseline, or a count of bytes. */
  readonly travels: boolean;
}

type Rounds = readonly (number | null)[];

/** A ratio to what took turns with it, round by round. Null when a round has none. */
export const ratioOverRounds = (rounds: Rounds, better: OverRounds['better']): OverRounds | null =>
  overRounds(rounds, better, true);

/** Memory that something takes, in bytes. */
export const bytesOverRounds = (rounds: Rounds): OverRounds | null =>
  overRounds(rounds, 'less', true);

/** What depends on this machine and this hour: it is drawn, and never compared. */
export const amountOverRounds = (rounds: Rounds, better: OverRounds['better']): OverRounds | null =>
  overRounds(rounds, better, false);

function overRounds(
  rounds: Rounds,
  better: OverRounds['better'],
  travels: boolean,
): OverRounds | null {
  const known = rounds.filter((value) => value !== null && Number.isFinite(value)) as number[];
  // A median over fewer rounds would compare other rounds.
  if (known.length === 0 || known.length < rounds.length) return null;
  const [quarter, threeQuarters] = quartiles(known);
  return { median: median(known), quarter, threeQuarters, better, travels };
}

/** Below which a quarter of the values lies, and above which another quarter does. */
function quartiles(values: readonly number[]): [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  return [sorted[sorted.length >> 2]!, sorted[(3 * sorted.length) >> 2]!];
}
