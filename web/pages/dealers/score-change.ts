import { metricView } from '../../format/metric-view.ts';
import { fixed, signed } from '../../format/number.ts';

/** A row of the named query `scoreChange`. */
export interface ScoreSample {
  readonly as_of_us: number;
  readonly model_hash: string;
  /** Null: too little evidence. */
  readonly rank: number | null;
  readonly composite: number;
  readonly composite_standard_error: number | null;
  readonly metrics: readonly string[];
  /** Of `metrics`, in the same order. */
  readonly contributions: readonly number[];
}

interface ChangedPart {
  readonly metric: string;
  readonly title: string;
  readonly before: number;
  readonly after: number;
  readonly change: number;
}

export interface ScoreChange {
  readonly from: ScoreSample;
  readonly to: ScoreSample;
  readonly change: number;
  /** The largest change first. */
  readonly parts: readonly ChangedPart[];
}

/** What a composite moved by, and which parts of it; null where there are not two moments. */
export function scoreChange(samples: readonly ScoreSample[]): ScoreChange | null {
  const [from, to] = samples;
  if (from === undefined || to === undefined) return null;
  const names = new Set([...from.metrics, ...to.metrics]);
  const parts = [...names].map((metric) => {
    const before = contributionOf(from, metric);
    const after = contributionOf(to, metric);
    return { metric, title: metricView(metric).title, before, after, change: after - before };
  });
  return {
    from,
    to,
    change: to.composite - from.composite,
    parts: parts
      .filter(({ before, after }) => before !== 0 || after !== 0)
      .sort((a, b) => Math.abs(b.change) - Math.abs(a.change)),
  };
}

/** What does not move the third decimal is not told. */
const TOLD_MIN = 0.0005;

/** `0.812 to 0.835 (+0.023): improvement +0.018, fill +0.009, response −0.004.` */
export function changeSentence({ from, to, change, parts }: ScoreChange): string {
  const told = parts.filter((part) => Math.abs(part.change) >= TOLD_MIN);
  const list = told.map(({ title, change }) => `${title.toLowerCase()} ${signed(change, 3)}`);
  const why = list.length === 0 ? 'no part moved by 0.001' : list.join(', ');
  return `${fixed(from.composite, 3)} to ${fixed(to.composite, 3)} (${signed(change, 3)}): ${why}.`;
}

/** A metric that did not weigh added nothing. */
function contributionOf(sample: ScoreSample, metric: string): number {
  return sample.contributions[sample.metrics.indexOf(metric)] ?? 0;
}
