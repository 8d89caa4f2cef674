import type { ReadonlySignal } from '@preact/signals';
import type { MetricScore, ScoredDealer } from '../../schemas/selection.ts';
import { metricView } from '../format/metric-view.ts';
import { fixed, NO_NUMBER } from '../format/number.ts';
import { scoreOf } from '../format/score-of.ts';
import { usePage } from '../state/page.ts';
import { type CellPlace, GridCell } from './grid-cell.tsx';
import { NumberSpot, TextSpot } from './spots.ts';
import { usePainted } from './use-painted.ts';

interface MetricCellProps extends CellPlace {
  readonly row: ReadonlySignal<ScoredDealer>;
  readonly isRanked: boolean;
}

/** Pixels of the bar of the largest standard error. */
const BAR_WIDTH = 48;

/**
 * An estimate, its standard error and a bar of that; in italics when nothing was observed in this
 * scope itself.
 */
export function MetricCell({ row, isRanked, ...place }: MetricCellProps) {
  const { board } = usePage();
  const metric = place.column.id;
  const view = metricView(metric);
  const cell = usePainted<HTMLTableCellElement>(
    (element) => {
      const number = new NumberSpot(element.querySelector('.number')!, view.higherIsBetter);
      const error = new TextSpot(element.querySelector('.se')!);
      return () => {
        const score = scoreOf(row.value, metric);
        const isBorrowed = score === undefined || score.effectiveSample === 0;
        const text = score === undefined ? NO_NUMBER : view.value(score.estimate);
        number.write(text, score?.estimate ?? null, isBorrowed);
        error.write(score === undefined ? '' : view.error(score.standardError));
        element.toggleAttribute('data-borrowed', isBorrowed);
        const length = barLength(score?.standardError ?? null, board.errorScales.value[metric]);
        element.style.backgroundSize = `${length}px 2px`;
      };
    },
    [row, metric],
  );
  return (
    <GridCell
      {...place}
      cell={cell}
      isRanked={isRanked}
      label={view.title}
      explain={() => explain(scoreOf(row.peek(), metric))}
    >
      <span class="number" />
      <span class="se" />
    </GridCell>
  );
}

/** Whole pixels, so that it rests while the error hardly moves. */
function barLength(error: number | null, scale: number | undefined): number {
  if (error === null || scale === undefined) return 0;
  return Math.round(BAR_WIDTH * Math.min(1, error / scale));
}

function explain(score: MetricScore | undefined): string {
  if (score === undefined) return 'Not known.';
  const { weight, contribution } = score;
  const part =
    weight === 0
      ? 'Not part of the composite.'
      : `Adds ${fixed(contribution, 2)} to the composite (weight ${fixed(weight, 2)}).`;
  return score.effectiveSample === 0
    ? `Not observed in this scope: the estimate of wider ones. ${part}`
    : part;
}
