import { amountOverRounds, ratioOverRounds } from '../support/over-rounds.ts';
import { type Table, times } from '../support/report.ts';
import { median } from '../support/rounds.ts';

/** What one contender did in one round. */
export interface FanOutRound {
  readonly subscribers: number;
  /** Changes of the ranking that came to be known at every subscriber. */
  readonly changes: number;
  /** Frames that they got all together, and their bytes. */
  readonly frames: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Processor time of the process that serves them. */
  readonly cpuMicros: number;
}

export interface FanOutSeries {
  readonly contender: string;
  readonly rounds: readonly FanOutRound[];
}

const updatesOf = ({ changes, subscribers }: FanOutRound): number => changes * subscribers;
const cpuPerUpdate = (round: FanOutRound): number => round.cpuMicros / updatesOf(round);

/** Medians over rounds; ratios are taken within a round. */
export function fanOutTable(
  title: string,
  baseline: FanOutSeries,
  others: readonly FanOutSeries[],
): Table {
  const columns = ['updates/s', 'frames/s', 'KB/frame', 'CPU us/frame', 'CPU us/update', 'x ws'];
  const rows = [...others, baseline].map((series) => fanOutRow(series, baseline));
  return { title, columns, rows };
}

function fanOutRow({ contender, rounds }: FanOutSeries, baseline: FanOutSeries) {
  const of = (figure: (round: FanOutRound) => number) => rounds.map(figure);
  const isBaseline = rounds === baseline.rounds;
  const measured = {
    'CPU us/update': amountOverRounds(of(cpuPerUpdate), 'less'),
    'x ws': ratioOverRounds(
      rounds.map((round, i) => cpuPerUpdate(round) / cpuPerUpdate(baseline.rounds[i]!)),
      'less',
    ),
  };
  const figures = {
    updatesPerSecond: median(of((round) => updatesOf(round) / round.seconds)),
    framesPerSecond: median(of(({ frames, seconds }) => frames / seconds)),
    bytesPerFrame: median(of(({ bytes, frames }) => bytes / frames)),
    cpuMicrosPerFrame: median(of(({ cpuMicros, frames }) => cpuMicros / frames)),
    cpuMicrosPerUpdate: median(of(cpuPerUpdate)),
    ratioCpu: measured['x ws']?.median ?? null,
  };
  return {
    contender,
    isBaseline,
    texts: [
      Math.round(figures.updatesPerSecond).toLocaleString('en-US'),
      Math.round(figures.framesPerSecond).toLocaleString('en-US'),
      (figures.bytesPerFrame / 1000).toFixed(1),
      figures.cpuMicrosPerFrame.toFixed(1),
      figures.cpuMicrosPerUpdate.toFixed(2),
      isBaseline ? 'baseline' : times(figures.ratioCpu),
    ],
    figures,
    measured,
  };
}
