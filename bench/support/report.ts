import { Latencies } from './latencies.ts';
import { amountOverRounds, type OverRounds, ratioOverRounds } from './over-rounds.ts';
import { median } from './rounds.ts';
import type { TargetFigure } from './target-figure.ts';

/** Something that must hold for the figures to mean anything. */
export interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly detail: string;
}

/** Figures of contenders beside their baseline. */
export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  readonly contender: string;
  readonly isBaseline: boolean;
  /** As printed, one for each column after the contender's name. */
  readonly texts: readonly string[];
  /** As measured; null: not enough samples to say. */
  readonly figures: Readonly<Record<string, number | string | null>>;
  /** By column, what is drawn and compared with other runs. */
  readonly measured?: Readonly<Record<string, OverRounds | null>>;
}

/** What a benchmark reports. */
export interface BenchReport {
  readonly tables: readonly Table[];
  readonly checks: readonly Check[];
  /** Facts found out while measuring that a reader needs. */
  readonly notes: readonly string[];
  /** Of the targets in bench/targets.ts that are measured here. */
  readonly targets?: readonly TargetFigure[];
}

/** Latencies of one contender, round by round. */
export interface LatencySeries {
  readonly contender: string;
  readonly rounds: readonly Latencies[];
}

/** Speed of one contender in one round. */
export interface Speed {
  readonly eventsPerSecond: number;
  readonly cpuSecondsPerMillion: number;
}

export interface SpeedSeries {
  readonly contender: string;
  readonly rounds: readonly Speed[];
}

/**
 * Latencies beside a baseline. p50 and p99 are medians over rounds, their ratios medians of the
 * ratios within a round; p99.9 and max are of all rounds together, since one is too short for them.
 */
export function latencyTable(
  title: string,
  baseline: LatencySeries,
  others: readonly LatencySeries[],
): Table {
  const columns = ['samples', 'p50', 'p99', 'p99.9', 'max', 'x p50', 'x p99', 'x p99.9'];
  const rows = [...others, baseline].map((series) => latencyRow(series, baseline));
  return { title, columns, rows };
}

function latencyRow(series: LatencySeries, baseline: LatencySeries): TableRow {
  const all = Latencies.merge(series.rounds);
  const base = Latencies.merge(baseline.rounds);
  const p50 = medianOf(series.rounds.map((round) => round.quantile(0.5)));
  const p99 = medianOf(series.rounds.map((round) => round.quantile(0.99)));
  const p999 = all.quantile(0.999);
  const measured = {
    'x p50': ratioOverRounds(ratiosByRound(series, baseline, 0.5), 'less'),
    'x p99': ratioOverRounds(ratiosByRound(series, baseline, 0.99), 'less'),
  };
  const ratios = [
    measured['x p50']?.median ?? null,
    measured['x p99']?.median ?? null,
    ratio(p999, base.quantile(0.999)),
  ] as const;
  const isBaseline = series === baseline;
  return {
    contender: series.contender,
    isBaseline,
    texts: [
      String(all.count),
      ...[p50, p99, p999, all.max].map(duration),
      ...ratios.map((r) => (isBaseline ? 'baseline' : times(r))),
    ],
    figures: {
      samples: all.count,
      p50Nanos: p50,
      p99Nanos: p99,
      p999Nanos: p999,
      maxNanos: all.max,
      ratioP50: ratios[0],
      ratioP99: ratios[1],
      ratioP999: ratios[2],
      histogram: all.encode(),
    },
    measured,
  };
}

function ratiosByRound(series: LatencySeries, baseline: LatencySeries, q: number) {
  return series.rounds.map((round, i) => ratio(round.quantile(q), baseline.rounds[i]!.quantile(q)));
}

/** Events per second and processor time beside a baseline: medians over rounds. */
export function speedTable(
  title: string,
  baseline: SpeedSeries,
  others: readonly SpeedSeries[],
): Table {
  const columns = ['events/s', 'x baseline', 'CPU s per 1M events', 'CPU x baseline'];
  const rows = [...others, baseline].map((series) => speedRow(series, baseline));
  return { title, columns, rows };
}

function speedRow(series: SpeedSeries, baseline: SpeedSeries): TableRow {
  const of = (key: keyof Speed) => series.rounds.map((round) => round[key]);
  const against = (key: keyof Speed) =>
    series.rounds.map((round, i) => round[key] / baseline.rounds[i]![key]);
  const isBaseline = series === baseline;
  const measured = {
    'events/s': amountOverRounds(of('eventsPerSecond'), 'more'),
    'x baseline': ratioOverRounds(against('eventsPerSecond'), 'more'),
    'CPU s per 1M events': amountOverRounds(of('cpuSecondsPerMillion'), 'less'),
    'CPU x baseline': ratioOverRounds(against('cpuSecondsPerMillion'), 'less'),
  };
  const figures = {
    eventsPerSecond: median(of('eventsPerSecond')),
    ratioEventsPerSecond: median(against('eventsPerSecond')),
    cpuSecondsPerMillion: median(of('cpuSecondsPerMillion')),
    ratioCpu: median(against('cpuSecondsPerMillion')),
  };
  return {
    contender: series.contender,
    isBaseline,
    texts: [
      amount(figures.eventsPerSecond, 0),
      isBaseline ? 'baseline' : times(figures.ratioEventsPerSecond),
      amount(figures.cpuSecondsPerMillion, 2),
      isBaseline ? 'baseline' : times(figures.ratioCpu),
    ],
    figures,
    measured,
  };
}

/** A speed or a duration; one of a reader that did not come to its end is not known. */
function amount(value: number, digits: number): string {
  if (Number.isNaN(value)) return '-';
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** Null when any round is: a median over fewer rounds would compare other rounds. */
function medianOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length && known.length > 0 ? median(known) : null;
}

function ratio(value: number | null, base: number | null): number | null {
  return value === null || base === null || base === 0 ? null : value / base;
}

/** Below this a ratio is none: what is compared is not of one kind. */
export const LEAST_TOLD = 0.001;

/** A ratio with two digits or more. */
export function times(value: number | null): string {
  if (value === null || Number.isNaN(value)) return '-';
  if (value > 0 && value < LEAST_TOLD) return `<${LEAST_TOLD}x`;
  return `${value < 0.1 ? value.toPrecision(2) : value < 10 ? value.toFixed(2) : value.toFixed(0)}x`;
}

/** Nanoseconds in the unit that reads best. */
export function duration(nanos: number | null): string {
  if (nanos === null) return '-';
  if (nanos < 1e3) return `${nanos.toFixed(0)} ns`;
  if (nanos < 1e6) return `${(nanos / 1e3).toFixed(1)} us`;
  if (nanos < 1e9) return `${(nanos / 1e6).toFixed(2)} ms`;
  return `${(nanos / 1e9).toFixed(2)} s`;
}
