import type { Results } from '../support/results-schema.ts';
import { inUnit, limitText, nameOfTarget } from '../support/target-text.ts';
import { COLOURS, PLOT_STYLE } from './colours.ts';
import { markup } from './markup.ts';
import { HATCHES, headlines, targetColumns } from './target-bars.ts';

const COLUMNS = 2;
const PADDING = 20;
const GAP = 28;
const HEAD = 48;
const FOOT = 40;

/** The README's picture of a run: an SVG file that brings its own ground, so that it reads on any page. */
export function renderPicture({ targets, machine, startedAt, effort }: Results): string {
  const shown = headlines(targets);
  const columns = targetColumns(targets, COLUMNS);
  const step = columns[0]!.width + GAP;
  const [width, height] = [step * COLUMNS - GAP + 2 * PADDING, columns[0]!.height + HEAD + FOOT];
  const { cpu, cores, node } = machine;
  const met = targets.filter(({ verdict }) => verdict === 'met').length;
  const short = effort.quick ? ', a quick run' : '';
  const foot = `${startedAt.slice(0, 10)}, ${cpu}, ${cores} cores, Node ${node}${short}; bars say how far each figure is from its target`;
  return `${
    markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>Firstcall: what was measured, beside its targets</title>
<desc>${shown.map((target) => `${nameOfTarget(target)}: ${inUnit(target.unit, target.value)}, target ${limitText(target)}, ${target.verdict}.`).join(' ')}</desc>
<style>${COLOURS}${PLOT_STYLE}.ground { fill: var(--surface); stroke: var(--line); } svg .title { font-size: 16px; font-weight: 600; }</style>
${HATCHES}
<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
<text class="title" x="${PADDING}" y="30">${met} of ${targets.length} targets met; the first of each group</text>
${columns.map(({ bars }, i) => markup`<g transform="translate(${PADDING + i * step} ${HEAD})">${bars}</g>`)}
<text class="soft" x="${PADDING}" y="${height - 16}">${foot}</text>
</svg>`.text
  }\n`;
}
