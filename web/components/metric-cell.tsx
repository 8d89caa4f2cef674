import type { MetricScore } from '../../schemas/selection.ts';
import type { MetricView } from '../format/metric-view.ts';
import { fixed, NO_NUMBER } from '../format/number.ts';
import { NumberText } from './number-text.tsx';

interface MetricCellProps {
  readonly view: MetricView;
  readonly score: MetricScore | undefined;
  readonly isRanked: boolean;
}

/** An estimate and its standard error; in italics when nothing was observed in this scope itself. */
export function MetricCell({ view, score, isRanked }: MetricCellProps) {
  const isBorrowed = score === undefined || score.effectiveSample === 0;
  const classes = ['col-metric', isRanked && 'is-ranked', isBorrowed && 'is-borrowed'];
  return (
    <td
      class={classes.filter(Boolean).join(' ')}
      data-label={view.title}
      title={explain(score, isBorrowed)}
    >
      <span class="pair">
        <NumberText
          text={score === undefined ? NO_NUMBER : view.value(score.estimate)}
          value={score?.estimate ?? null}
          isHigherBetter={view.higherIsBetter}
          isStill={isBorrowed}
        />
        <span class="se">{score === undefined ? '' : view.error(score.standardError)}</span>
      </span>
    </td>
  );
}

function explain(score: MetricScore | undefined, isBorrowed: boolean): string {
  if (score === undefined) return 'Not known.';
  const { weight, contribution } = score;
  const part =
    weight === 0
      ? 'Not part of the composite.'
      : `Adds ${fixed(contribution, 2)} to the composite (weight ${fixed(weight, 2)}).`;
  return isBorrowed ? `Not observed in this scope: the estimate of wider ones. ${part}` : part;
}
