import { amountOverRounds, ratioOverRounds } from '../support/over-rounds.ts';
import { type Table, type TableRow, times } from '../support/report.ts';
import { median } from '../support/rounds.ts';
import type { DecodeCost, SetDescription } from './decode-role.ts';

/** What a decoder came to, round by round. */
export interface DecoderResult {
  readonly name: string;
  readonly bytesPerEvent: number;
  readonly rounds: readonly DecodeCost[];
}

/** The column of the target: how often a decoder is done while the baseline is once. */
export const SPEED_COLUMN = 'speed x';

/** `results`: the baseline comes last. */
export function decodeTable(
  { title }: Pick<SetDescription, 'title'>,
  results: readonly DecoderResult[],
): Table {
  const baseline = results.at(-1)!;
  return {
    title,
    columns: ['ns an event', SPEED_COLUMN, 'CPU ns', 'CPU x', 'bytes an event'],
    rows: results.map((result) => rowOf(result, baseline)),
  };
}

function rowOf(result: DecoderResult, baseline: DecoderResult): TableRow {
  const { name, bytesPerEvent, rounds } = result;
  const isBaseline = result === baseline;
  const of = (key: keyof DecodeCost) => rounds.map((round) => round[key]);
  const against = (key: keyof DecodeCost) =>
    rounds.map((round, i) => baseline.rounds[i]![key] / round[key]);
  const speed = ratioOverRounds(against('nanos'), 'more');
  const cpuSpeed = ratioOverRounds(against('cpuNanos'), 'more');
  const figures = {
    samples: rounds.length,
    nanosPerEvent: median(of('nanos')),
    ratioSpeed: speed?.median ?? null,
    cpuNanosPerEvent: median(of('cpuNanos')),
    ratioCpuSpeed: cpuSpeed?.median ?? null,
    bytesPerEvent,
  };
  return {
    contender: name,
    isBaseline,
    texts: [
      figures.nanosPerEvent.toFixed(0),
      isBaseline ? 'baseline' : times(figures.ratioSpeed),
      figures.cpuNanosPerEvent.toFixed(0),
      isBaseline ? 'baseline' : times(figures.ratioCpuSpeed),
      bytesPerEvent.toFixed(0),
    ],
    figures,
    measured: { 'ns an event': amountOverRounds(of('nanos'), 'less'), [SPEED_COLUMN]: speed },
  };
}
