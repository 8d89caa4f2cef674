import { fixed, signed } from '../../format/number.ts';

/** One figure of a bucket: the dealer's own, and the median over dealers with enough observations. */
interface FigureCell {
  readonly own: number | null;
  readonly median: number | null;
  /** Behind `own`. */
  readonly observations: number;
  /** Behind `median`. */
  readonly dealers: number;
}

/** A row of the named query `dealerTrend`. */
export interface TrendRow {
  readonly scope: string;
  /** UTC; a bucket ends so many `days` later. */
  readonly bucket_us: number;
  readonly days: number;
  /** The newest RFQ of all. */
  readonly through_us: number;
  readonly asked_count: number;
  /** In the order of OUTCOMES. */
  readonly outcome_counts: readonly number[];
  readonly all_outcome_counts: readonly number[];
  /** In the order of RESPONSE_BINS. */
  readonly response_counts: readonly number[];
  readonly all_response_counts: readonly number[];
  /** In the order of FIGURES. */
  readonly figures: readonly FigureCell[];
}

export interface Figure {
  readonly title: string;
  readonly explanation: string;
  readonly better: 'higher' | 'lower';
  /** Zero is the floor of the scale. */
  readonly isPositive: boolean;
  text(value: number | null): string;
}

const percent = (value: number | null): string =>
  withUnit(fixed(hundredfold(value), 1), ' %', value);
const hundredfold = (value: number | null): number | null => (value === null ? null : 100 * value);
const withUnit = (text: string, unit: string, value: number | null): string =>
  value === null ? text : text + unit;

export const FIGURES: readonly Figure[] = [
  {
    title: 'Hit rate',
    explanation: 'RFQs that it traded, of those it was asked.',
    better: 'higher',
    isPositive: true,
    text: percent,
  },
  {
    title: 'Quote rate',
    explanation: 'RFQs that it answered with a firm quote in time, of those it was asked.',
    better: 'higher',
    isPositive: true,
    text: percent,
  },
  {
    title: 'Response',
    explanation: 'Median wait for its first firm quote, where it gave one.',
    better: 'lower',
    isPositive: true,
    text: (value) => withUnit(fixed(value, 1), ' s', value),
  },
  {
    title: 'Price improvement',
    explanation: 'Dealt price against the mid when the RFQ was sent; positive is good for us.',
    better: 'higher',
    isPositive: false,
    text: (value) => withUnit(signed(value, 2), ' bps', value),
  },
  {
    title: 'Cover share',
    explanation: 'RFQs where its quote was the next best, of those it quoted and another traded.',
    better: 'higher',
    isPositive: true,
    text: percent,
  },
];

export const OUTCOMES = [
  'Won',
  'Cover',
  'Quoted, neither',
  'Passed',
  'Rejected',
  'No answer',
  'We ended early',
] as const;

export const RESPONSE_BINS = [
  'under 0.5 s',
  '0.5–1 s',
  '1–2 s',
  '2–4 s',
  '4–8 s',
  '8–16 s',
  '16–32 s',
  '32–60 s',
  '60 s and more',
] as const;

const SECOND_US = 1_000_000;
const DAY_US = 86_400 * SECOND_US;

/** One figure over time, as a plot wants it. */
export interface TrendLine {
  /** Beginnings of the buckets, epoch seconds; none is left out. */
  readonly times: readonly number[];
  readonly own: readonly (number | null)[];
  readonly median: readonly (number | null)[];
  readonly observations: readonly number[];
  /** Length of a bucket. */
  readonly days: number;
}

/** Buckets in which nobody was asked are gaps, not bridged. */
export function trendLine(rows: readonly TrendRow[], figure: number): TrendLine {
  const days = rows[0]?.days ?? 1;
  const byBucket = new Map(rows.map((row) => [row.bucket_us, row.figures[figure]!]));
  const line = { times: [], own: [], median: [], observations: [], days } as {
    times: number[];
    own: (number | null)[];
    median: (number | null)[];
    observations: number[];
    days: number;
  };
  const end = rows.at(-1)?.bucket_us ?? -1;
  for (let us = rows[0]?.bucket_us ?? 0; us <= end; us += days * DAY_US) {
    const cell = byBucket.get(us);
    line.times.push(us / SECOND_US);
    line.own.push(cell?.own ?? null);
    line.median.push(cell?.median ?? null);
    line.observations.push(cell?.observations ?? 0);
  }
  return line;
}

type CountColumn =
  | 'outcome_counts'
  | 'all_outcome_counts'
  | 'response_counts'
  | 'all_response_counts';

/** Counts of all buckets together. */
export function sumCounts(rows: readonly TrendRow[], column: CountColumn): number[] {
  const sums: number[] = [];
  for (const row of rows) {
    for (const [i, count] of row[column].entries()) sums[i] = (sums[i] ?? 0) + count;
  }
  return sums;
}

/** Counts as parts of their sum; 0 where there is nothing. */
export function sharesOf(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total === 0 ? 0 : count / total));
}

export function rowsOfScope<R extends { readonly scope: string }>(
  rows: readonly R[],
  scope: string,
): R[] {
  return rows.filter((row) => row.scope === scope);
}
