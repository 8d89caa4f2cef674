import type { TargetResult } from '../support/results-schema.ts';
import { inUnit, limitText } from '../support/target-text.ts';
import { TARGET_GROUPS } from '../targets.ts';
import { LogScale } from './log-scale.ts';
import { type Markup, markup } from './markup.ts';

/** A cell of the picture: one group, by the first of its targets. */
const CELL_WIDTH = 400;
const CELL_HEIGHT = 88;
const AXIS_HEIGHT = 10;
const BAR_TOP = 56;
const BAR = 13;
/** Half the width of an axis label, about. */
const LABEL_HALF = 30;
/** How many times better or worse than its target a bar can show. */
const MARGIN_MAX = 100;
const MARGIN_SHOWN_MIN = 2;
const MARKS = [1 / 100, 1 / 10, 1 / 2, 1, 2, 10, 100];

/** What stands for its group in the picture. */
export const headlines = (targets: readonly TargetResult[]): TargetResult[] =>
  TARGET_GROUPS.flatMap((group) => targets.find((target) => target.group === group) ?? []);

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Bars of some groups one below the other, and how large that is. */
interface Column extends Size {
  readonly bars: Markup;
}

/** Each group's figure beside its target: the bar goes to the right of the line as far as it is better. */
export function targetColumns(targets: readonly TargetResult[], columns: number): Column[] {
  const shown = headlines(targets);
  const scale = scaleFor(shown);
  const rows = Math.ceil(shown.length / columns);
  return Array.from({ length: columns }, (_, i) => {
    const cells = shown.slice(i * rows, (i + 1) * rows).map((target, row) => {
      return markup`<g transform="translate(0 ${row * CELL_HEIGHT})">${cell(target, scale)}</g>`;
    });
    const [width, height] = [CELL_WIDTH, rows * CELL_HEIGHT + AXIS_HEIGHT];
    return { width, height, bars: markup`${cells}${axisLabels(scale, rows * CELL_HEIGHT)}` };
  });
}

/** Times better than the target; null: not measured. */
function marginOf({ value, bound, limit }: TargetResult): number | null {
  if (value === null) return null;
  const margin = bound === 'atLeast' ? value / limit : limit / value;
  return Math.min(MARGIN_MAX, Math.max(1 / MARGIN_MAX, margin));
}

function scaleFor(targets: readonly TargetResult[]): Scale {
  const margins = targets.map(marginOf).filter((margin) => margin !== null);
  const from = Math.min(1 / MARGIN_SHOWN_MIN, ...margins);
  const to = Math.max(MARGIN_SHOWN_MIN, ...margins);
  return { from, to, x: new LogScale(from, to, 0, CELL_WIDTH) };
}

interface Scale {
  readonly from: number;
  readonly to: number;
  readonly x: LogScale;
}

function cell(target: TargetResult, scale: Scale): Markup {
  const { x } = scale;
  const margin = marginOf(target);
  const place = (TARGET_GROUPS as readonly string[]).indexOf(target.group) + 1;
  const against = target.against === null ? '' : `to ${target.against}`;
  const [from, to] = [x.at(1), x.at(margin ?? 1)];
  return markup`${marksOf(scale).map((mark) => markup`<path class="grid" d="M${x.at(mark)} ${BAR_TOP - 3}V${BAR_TOP + BAR + 3}"/>`)}
<text class="strong" x="0" y="14">${place} ${target.group}</text>
<text class="strong" x="${CELL_WIDTH}" y="14" text-anchor="end">${figureText(target)}</text>
<text class="soft" x="0" y="31">${target.what}</text>
<text class="soft" x="0" y="47">${against}</text>
<text class="soft" x="${CELL_WIDTH}" y="47" text-anchor="end">target ${limitText(target)}</text>
${margin === null ? null : bar(target.verdict, Math.min(from, to), Math.abs(to - from))}
<path class="limit" d="M${from} ${BAR_TOP - 3}V${BAR_TOP + BAR + 3}"/>`;
}

/** At least so wide that it is seen. */
const bar = (verdict: string, from: number, width: number): Markup =>
  markup`<rect class="bar ${verdict}" x="${from}" y="${BAR_TOP}" width="${Math.max(2, width)}" height="${BAR}"/>`;

/** The verdict in words and a sign: colour is never alone. */
function figureText({ unit, value, verdict }: TargetResult): string {
  if (value === null) return verdict;
  return `${inUnit(unit, value)}  ${verdict === 'met' ? '\u2713' : '\u2717'} ${verdict}`;
}

const marksOf = ({ from, to }: Scale): number[] =>
  MARKS.filter((mark) => mark >= from / 1.001 && mark <= to * 1.001);

function axisLabels(scale: Scale, y: number): Markup[] {
  return marksOf(scale).map((mark) => {
    const label = mark === 1 ? 'target' : mark > 1 ? `${mark}x better` : `${1 / mark}x worse`;
    const x = scale.x.at(mark);
    const anchor = x < LABEL_HALF ? 'start' : x > CELL_WIDTH - LABEL_HALF ? 'end' : 'middle';
    return markup`<text class="soft" x="${x}" y="${y}" text-anchor="${anchor}">${label}</text>`;
  });
}

/** What bars are filled with when they are no plain colour. */
export const HATCHES = markup`<defs>
<pattern id="hatch-bad" width="6" height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse"><path class="hatch-bad" d="M0 0V6"/></pattern>
<pattern id="hatch-base" width="5" height="5" patternTransform="rotate(-45)" patternUnits="userSpaceOnUse"><path class="hatch-base" d="M0 0V5"/></pattern>
</defs>`;
