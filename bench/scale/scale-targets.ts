import { ratioOverRounds } from '../support/over-rounds.ts';
import { type TargetFigure, targetFigure } from '../support/target-figure.ts';
import { cpuRatios, pairBytes, type SizedResults } from './scale-tables.ts';

/** `sizes`: the smallest, more dealers, more instruments, more of both. */
export function scaleTargets(sizes: readonly SizedResults[]): TargetFigure[] {
  const [smallest, dealers, instruments] = sizes as [SizedResults, SizedResults, SizedResults];
  const cost = (size: SizedResults) => ratioOverRounds(cpuRatios(size, smallest), 'less');
  const slices = sizes.flatMap((size) => size.slices);
  return [
    targetFigure('costByDealers', cost(dealers)),
    targetFigure('costByInstruments', cost(instruments)),
    targetFigure('pairBytes', Math.max(...sizes.map((size) => pairBytes(size, 'boardBytes')))),
    targetFigure('longestGc', Math.max(...slices.map(({ longestGcMs }) => longestGcMs))),
  ];
}
