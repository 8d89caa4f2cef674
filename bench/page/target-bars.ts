import type { TargetResult } from '../support/results-schema.ts';
import { inUnit, limitText } from '../support/target-text.ts';
import { TARGET_GROUPS } from '../targets.ts';
import { LogScale } from './log-scale.ts';
import { type Markup, markup } from './markup.ts';

/** A cell of the picture: one group, by the first of its targets. */
const CELL_WIDTH = 400;
const CELL_HEIGHT = 88;
const GAP = 20;
const AXIS_HEIGHT = 30;
const BAR_TOP = 56;
const BAR = 13;
/** How many times better or worse than its target a bar can show. */
const MARGIN_MAX = 100;
const MARGIN_SHOWN_MIN = 2;
const MARKS = [1 / 100, 1 / 10, 1 / 2, 1, 2, 10, 100];

/** What stands for its group in the picture. */
export const headlines = (targets: readonly TargetResult[]): TargetResult[] =>
  TARGET_GROUPS.flatMap((group) => targets.find((target) => target.group === group) ?? []);

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function sizeOf(count: number, columns: number): Size {
  const rows = Math.ceil(count / columns);
  const width = columns * CELL_WIDTH + (columns - 1) * GAP;
  return { width, height: rows * CELL_HEIGHT + AXIS_HEIGHT };
}

/** Each group's figure beside its target: the bar goes to the right of the line as far as it is better. */
export function targetBars(targets: readonly TargetResult[], columns: number): Markup {
  const shown = headlines(targets);
  const rows = Math.ceil(shown.length / columns);
  const scale = scaleFor(shown);
  const cells = shown.map((target, i) => {
    const [column, row] = [Math.floor(i / rows), i % rows];
    const [x, y] = [column * (CELL_WIDTH + GAP), row * CELL_HEIGHT];
    return markup`<g transform="translate(${x} ${y})">${cell(target, scale)}</g>`;
  });
  const axes = Array.from({ length: columns }, (_, column) => {
    return markup`<g transform="translate(${column * (CELL_WIDTH + GAP)} 0)">${axis(scale, rows * CELL_HEIGHT)}</g>`;
  });
  return markup`${axes}${cells}`;
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

function cell(target: TargetResult, { x }: Scale): Markup {
  const margin = marginOf(target);
  const place = (TARGET_GROUPS as readonly string[]).indexOf(target.group) + 1;
  const against = target.against === null ? '' : `to ${target.against}`;
  const [from, to] = [x.at(1), x.at(margin ?? 1)];
  return markup`<text class="strong" x="0" y="14">${place} ${target.group}</text>
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

function axis({ from, to, x }: Scale, bottom: number): Markup {
  const marks = MARKS.filter((mark) => mark >= from / 1.001 && mark <= to * 1.001);
  return markup`${marks.map((mark) => axisMark(mark, x.at(mark), bottom))}`;
}

function axisMark(mark: number, x: number, bottom: number): Markup {
  const label = mark === 1 ? 'target' : mark > 1 ? `${mark}x better` : `${1 / mark}x worse`;
  const anchor = x < 30 ? 'start' : x > CELL_WIDTH - 30 ? 'end' : 'middle';
  return markup`<path class="grid" d="M${x} ${BAR_TOP}V${bottom}"/><text class="soft" x="${x}" y="${bottom + 16}" text-anchor="${anchor}">${label}</text>`;
}

/** What bars are filled with when they are no plain colour. */
export const HATCHES = markup`<defs>
<pattern id="hatch-bad" width="6" height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse"><path class="hatch-bad" d="M0 0V6"/></pattern>
<pattern id="hatch-base" width="5" height="5" patternTransform="rotate(-45)" patternUnits="userSpaceOnUse"><path class="hatch-base" d="M0 0V5"/></pattern>
</defs>`;
