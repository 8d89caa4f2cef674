import { TARGET_GROUPS } from '../targets.ts';
import type { TargetResult } from './judge-targets.ts';
import { tableLines } from './print.ts';
import { inUnit, limitText } from './units.ts';

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
  contender: `  ${target.what}`,
  texts: [inUnit(target.unit, target.value), limitText(target)],
});

const verdictText = ({ verdict, why }: TargetResult): string =>
  verdict === 'missed' ? 'MISSED' : why === null ? verdict : `${verdict}: ${why}`;
