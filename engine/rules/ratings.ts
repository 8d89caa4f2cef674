import { RATINGS, type Rating } from '../../schemas/ratings.ts';

/** Place of a rating in RATINGS, 0 the best; NR comes last and is neither above nor below anything. */
export type RatingRank = number;

const RANKS: ReadonlyMap<string, RatingRank> = new Map(
  RATINGS.map((rating, rank) => [rating, rank]),
);
export const NOT_RATED: RatingRank = RATINGS.indexOf('NR');

export function rankOf(rating: Rating): RatingRank {
  return RANKS.get(rating)!;
}

/** Ranks, both ends included. */
export interface RatingSpan {
  readonly best: RatingRank;
  readonly worst: RatingRank;
}

/**
 * What a rating names in a condition: a whole letter (BBB) all its notches, a notched one (BBB-) itself.
 * Null: no rating, which NR is not either.
 */
export function spanOf(text: string): RatingSpan | null {
  const rank = RANKS.get(text);
  if (rank === undefined || rank === NOT_RATED) return null;
  if (/[+-]$/.test(text)) return { best: rank, worst: rank };
  const notches = [`${text}+`, text, `${text}-`].flatMap((name) => RANKS.get(name) ?? []);
  return { best: notches[0]!, worst: notches.at(-1)! };
}

/** The ratings that each comparison accepts, as ranks; NR is in none. */
export const RATING_TESTS: Readonly<Record<string, (span: RatingSpan) => RatingSpan>> = {
  isBelow: ({ worst }) => ({ best: worst + 1, worst: NOT_RATED - 1 }),
  isAtLeast: ({ worst }) => ({ best: 0, worst }),
  isAbove: ({ best }) => ({ best: 0, worst: best - 1 }),
  is: (span) => span,
};
