import { median } from './rounds.ts';

/** A figure over the rounds of a run. */
export interface OverRounds {
  readonly median: number;
  /** A quarter of the rounds lies below it, */
  readonly quarter: number;
  /** and another quarter above this. */
  readonly threeQuarters: number;
  readonly better: 'less' | 'more';
  /** `x`: times a baseline. Null: of this machine and this hour, so no other run is compared with it. */
  readonly unit: 'x' | 'bytes' | null;
}

type Rounds = readonly (number | null)[];

/** A ratio to what took turns with it, round by round. Null when a round has none. */
export const ratioOverRounds = (rounds: Rounds, better: OverRounds['better']): OverRounds | null =>
  overRounds(rounds, better, 'x');

/** Memory that something takes, in bytes. */
export const bytesOverRounds = (rounds: Rounds): OverRounds | null =>
  overRounds(rounds, 'less', 'bytes');

/** A speed or a duration: it is drawn, and never compared with another run. */
export const amountOverRounds = (rounds: Rounds, better: OverRounds['better']): OverRounds | null =>
  overRounds(rounds, better, null);

function overRounds(
  rounds: Rounds,
  better: OverRounds['better'],
  unit: OverRounds['unit'],
): OverRounds | null {
  const known = rounds.filter((value) => value !== null && Number.isFinite(value)) as number[];
  // A median over fewer rounds would compare other rounds.
  if (known.length === 0 || known.length < rounds.length) return null;
  const sorted = known.sort((a, b) => a - b);
  return {
    median: median(sorted),
    quarter: sorted[sorted.length >> 2]!,
    threeQuarters: sorted[(3 * sorted.length) >> 2]!,
    better,
    unit,
  };
}
