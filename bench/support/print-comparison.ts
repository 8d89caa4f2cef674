import type { Change, Comparison } from './compare-runs.ts';
import type { OverRounds } from './over-rounds.ts';
import { tableLines } from './print.ts';
import { inUnit } from './target-text.ts';

const nothingWorse = 'nothing got slower or larger by more than its noise';

export const isWorse = ({ verdict }: Change): boolean =>
  verdict === 'slower' || verdict === 'larger';

export const isBetter = ({ verdict }: Change): boolean =>
  verdict === 'faster' || verdict === 'smaller';

/** What changed from one run to the next by more than its noise. */
export function comparisonLines(comparison: Comparison): string[] {
  const { changes, before, caveats } = comparison;
  const changed = [...changes.filter(isWorse), ...changes.filter(isBetter)];
  const title = 'in the order of the run';
  const columns = ['before', 'now', 'times'];
  return [
    '',
    `== compared with the run of ${before}`,
    ...caveats.map((caveat) => `   note: ${caveat}`),
    ...(changed.length === 0
      ? []
      : ['', ...tableLines({ title, columns, rows: changed.map(changeRow) })]),
    '',
    `   ${summaryOf(comparison)}`,
  ];
}

/** How many figures were compared, and what came of it. */
export function summaryOf({ changes, unmatched }: Comparison): string {
  const [worse, better] = [changes.filter(isWorse).length, changes.filter(isBetter).length];
  const alone = unmatched === 0 ? '' : `; ${unmatched} are in one of the runs alone`;
  const verdict = worse === 0 ? nothingWorse : `${worse} got slower or larger`;
  return `${verdict}; ${better} got faster or smaller, of ${changes.length} compared${alone}`;
}

const changeRow = (change: Change) => ({
  contender: `${change.verdict}: ${change.place.join(' | ')}`,
  texts: [withNoise(change.before), withNoise(change.after), growthText(change)],
});

export const growthText = ({ before, after }: Change): string =>
  (after.median / before.median).toFixed(2);

/** The median, and the middle half of the rounds. */
export function withNoise({ median, quarter, threeQuarters, unit }: OverRounds): string {
  const [low, high] = [quarter, threeQuarters].map((value) => inUnit(unit ?? 'x', value));
  return `${inUnit(unit ?? 'x', median)} (${low!.replace(/ \w+$/, '')} to ${high})`;
}
