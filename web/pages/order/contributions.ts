import type { SelectedDealer } from '../../../schemas/selection.ts';
import { metricView } from '../../format/metric-view.ts';
import { fixed } from '../../format/number.ts';

/** One part of a composite. */
export interface Part {
  /** The metric, or `axe`. */
  readonly key: string;
  readonly title: string;
  /** What the contribution comes of: "62.1 %". */
  readonly says: string;
  readonly contribution: number;
}

/** Ends of the scale that the bars of a list share; holds 0. */
export type BarRange = readonly [low: number, high: number];

type Parted = Pick<SelectedDealer, 'metrics' | 'axe'>;

const AXE = 'axe';

/** What a dealer's composite is made of, in the order in which it is added up; what does not weigh is left out. */
export function partsOf({ metrics, axe }: Parted): Part[] {
  const parts = metrics
    .filter(({ weight }) => weight !== 0)
    .map(({ metric, estimate, contribution }): Part => {
      const { title, unit, value } = metricView(metric);
      return { key: metric, title, says: `${value(estimate)} ${unit}`.trim(), contribution };
    });
  if (axe === null) return parts;
  const says = `${fixed(100 * axe.honesty, 0)} % honest`;
  return [...parts, { key: AXE, title: 'Axe', says, contribution: axe.contribution }];
}

/** Every part that some dealer has, in the order in which parts are added. */
export function keysOf(dealers: readonly Parted[]): string[] {
  const keys = new Set(dealers.flatMap((dealer) => partsOf(dealer).map(({ key }) => key)));
  const hadAxe = keys.delete(AXE);
  return hadAxe ? [...keys, AXE] : [...keys];
}

export function titleOf(key: string): string {
  return key === AXE ? 'Axe' : metricView(key).title;
}

export function barRange(dealers: readonly Parted[]): BarRange {
  let low = 0;
  let high = 0;
  for (const dealer of dealers) {
    const each = partsOf(dealer).map(({ contribution }) => contribution);
    low = Math.min(low, sum(each.filter((part) => part < 0)));
    high = Math.max(high, sum(each.filter((part) => part > 0)));
  }
  return low === high ? [0, 1] : [low, high];
}

/** Where a part lies in the bar, percent of its width. */
export interface Segment {
  readonly part: Part;
  readonly from: number;
  readonly width: number;
}

/** What is above 0 is stacked to the right of it, what is below to the left. */
export function segmentsOf(parts: readonly Part[], [low, high]: BarRange): Segment[] {
  const scale = 100 / (high - low);
  let up = 0;
  let down = 0;
  return parts.map((part) => {
    const { contribution } = part;
    const start = contribution >= 0 ? up : down + contribution;
    if (contribution >= 0) up += contribution;
    else down += contribution;
    return { part, from: (start - low) * scale, width: Math.abs(contribution) * scale };
  });
}

/** The same in words. */
export function describeParts(composite: number, parts: readonly Part[]): string {
  const each = parts.map(({ title, says, contribution }) => {
    return `${title} ${fixed(contribution, 3)} (${says})`;
  });
  return `Composite ${fixed(composite, 3)}: ${each.join(', ')}`;
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
