import { TARGET_GROUPS } from '../targets.ts';
import { tableLines } from './print.ts';
import type { TargetResult } from './results-schema.ts';
import { inUnit, limitText, nameOfTarget } from './target-text.ts';

const QUICK_NOTE = 'a quick run shows that everything works: what it met or missed says little';

/** The table that ends a run. */
export function targetLines(targets: readonly TargetResult[], isQuick: boolean): string[] {
  const ofGroup = TARGET_GROUPS.map((group) => targets.filter((target) => target.group === group));
  const rows = ofGroup.flatMap((group, i) => [
    { contender: `${i + 1} ${TARGET_GROUPS[i]}`, texts: ['', ''] },
    ...group.map(targetRow),
  ]);
  const verdicts = ['', ...ofGroup.flatMap((group) => ['', ...group.map(verdictText)])];
  const title = 'x: times what it stands beside';
  const table = tableLines({ title, columns: ['figure', 'target'], rows });
  return [
    '',
    '== targets: what the figures should come to',
    ...(isQuick ? [`   note: ${QUICK_NOTE}`] : []),
    '',
    ...table.map((line, i) => `${line}  ${verdicts[i]}`.trimEnd()),
  ];
}

const targetRow = (target: TargetResult) => ({
  contender: `  ${nameOfTarget(target)}`,
  texts: [inUnit(target.unit, target.value), limitText(target)],
});

const verdictText = ({ verdict, why }: TargetResult): string =>
  verdict === 'missed' ? 'MISSED' : why === null ? verdict : `${verdict}: ${why}`;
