import type { TableResult, TargetResult } from '../support/results-schema.ts';
import { inUnit, limitText, nameOfTarget } from '../support/target-text.ts';
import { TARGET_GROUPS } from '../targets.ts';
import { type Markup, markup } from './markup.ts';

/** The figures of a table as they are printed, in a frame that scrolls sideways where it must. */
export function figureTable(caption: string, { columns, rows }: TableResult): Markup {
  return markup`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table>
<thead><tr><th scope="col">contender</th>${columns.map((column) => markup`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map(
    ({ contender, texts }) =>
      markup`<tr><th scope="row">${contender}</th>${texts.map((text) => markup`<td>${text}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}

/** All targets, group by group. */
export function targetTable(targets: readonly TargetResult[]): Markup {
  return markup`<div class="wide" role="region" aria-label="targets" tabindex="0"><table class="fold" role="table">
<thead><tr><th scope="col">x: times what it stands beside</th><th scope="col">figure</th><th scope="col">target</th><th scope="col" class="words"></th></tr></thead>
<tbody>${TARGET_GROUPS.map((group, i) => {
    const own = targets.filter((target) => target.group === group);
    return markup`<tr class="group" role="row"><th scope="rowgroup" role="rowheader" colspan="4">${i + 1} ${group}</th></tr>
${own.map(targetRow)}`;
  })}</tbody></table></div>`;
}

const targetRow = (target: TargetResult): Markup =>
  markup`<tr role="row"><th scope="row" role="rowheader">${nameOfTarget(target)}</th><td role="cell">${inUnit(target.unit, target.value)}</td><td role="cell">${limitText(target)}</td><td role="cell" class="words">${verdict(target)}</td></tr>
`;

function verdict({ verdict, why }: TargetResult): Markup {
  if (verdict === 'met') return markup`<span class="good">\u2713 met</span>`;
  if (verdict === 'missed') return markup`<span class="bad">\u2717 missed</span>`;
  return markup`<span class="soft">not measured: ${why}</span>`;
}
