import type { MetricScore, ScoredDealer } from '../../schemas/selection.ts';
import { metricView } from './metric-view.ts';
import { fixed, NO_NUMBER, plusMinus } from './number.ts';
import { scoreOf } from './score-of.ts';

/** One line of two dealers side by side. */
export interface ComparedLine {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** Of each dealer: the estimate, and its standard error behind it. */
  readonly texts: readonly [string, string];
  readonly errors: readonly [string, string];
  readonly says: string;
  /** The difference is more than chance would make of it. */
  readonly isClear: boolean;
}

/** A difference is called clear beyond so many of its standard errors. */
const CLEAR_ERRORS = 2;

interface Estimate {
  readonly estimate: number;
  readonly standardError: number | null;
}

/** The composite, then every metric that one of them has. */
export function comparedLines(a: ScoredDealer, b: ScoredDealer): ComparedLine[] {
  const metrics = new Set([...a.metrics, ...b.metrics].map(({ metric }) => metric));
  return [
    {
      id: 'composite',
      title: 'Composite',
      unit: '',
      texts: [fixed(a.composite, 3), fixed(b.composite, 3)],
      errors: [plusMinus(a.compositeStandardError, 3), plusMinus(b.compositeStandardError, 3)],
      ...saidOf(compositeOf(a), compositeOf(b), [a.dealerId, b.dealerId], true),
    },
    ...[...metrics].map((metric) => metricLine(metric, a, b)),
  ];
}

function metricLine(metric: string, a: ScoredDealer, b: ScoredDealer): ComparedLine {
  const { title, unit, value, error, higherIsBetter } = metricView(metric);
  const scores = [scoreOf(a, metric), scoreOf(b, metric)] as const;
  const [text, errorText] = [
    (score: MetricScore | undefined) => (score === undefined ? NO_NUMBER : value(score.estimate)),
    (score: MetricScore | undefined) => (score === undefined ? '' : error(score.standardError)),
  ];
  return {
    id: metric,
    title,
    unit,
    texts: [text(scores[0]), text(scores[1])],
    errors: [errorText(scores[0]), errorText(scores[1])],
    ...saidOf(scores[0], scores[1], [a.dealerId, b.dealerId], higherIsBetter),
  };
}

/** The two estimates are taken for independent. */
function saidOf(
  a: Estimate | undefined,
  b: Estimate | undefined,
  [nameA, nameB]: readonly [string, string],
  isHigherBetter: boolean | null,
): Pick<ComparedLine, 'says' | 'isClear'> {
  if (a === undefined || b === undefined) {
    return { says: 'Not known of both', isClear: false };
  }
  const difference = a.estimate - b.estimate;
  if (difference === 0) return { says: 'No difference', isClear: false };
  if (a.standardError === null || b.standardError === null) {
    return { says: 'How sure the estimates are is not known', isClear: false };
  }
  const errors = Math.abs(difference) / Math.hypot(a.standardError, b.standardError);
  if (!(errors > CLEAR_ERRORS)) {
    return { says: `Too close to tell (${fixed(errors, 1)} standard errors)`, isClear: false };
  }
  const name = difference > 0 === (isHigherBetter ?? true) ? nameA : nameB;
  const word = isHigherBetter === null ? 'higher' : 'better';
  return { says: `${name} is ${word} (${shown(errors)} standard errors)`, isClear: true };
}

const ERRORS_SHOWN_MAX = 10;

function shown(errors: number): string {
  return errors > ERRORS_SHOWN_MAX ? `over ${ERRORS_SHOWN_MAX}` : fixed(errors, 1);
}

function compositeOf({ composite, compositeStandardError }: ScoredDealer): Estimate {
  return { estimate: composite, standardError: compositeStandardError };
}
