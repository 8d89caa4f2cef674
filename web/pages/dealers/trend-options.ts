import uPlot from 'uplot';
import type { Figure, TrendLine } from './trend.ts';
import { shortDay } from './utc.ts';

interface TrendPlot {
  /** Where it is drawn: colours are those of its tokens. */
  readonly element: HTMLElement;
  readonly figure: Figure;
  readonly line: TrendLine;
  readonly dealerId: string;
  /** Told at which bucket the pointer is; null: at none. */
  point(index: number | null): void;
}

const HEIGHT = 150;
const DAY_SECONDS = 86_400;
/** Room at the right for the names of the lines, and how much of a name goes there. */
const LABEL_WIDTH = 82;
const LABEL_LENGTH = 10;
/** Between two names. */
const LABEL_GAP = 12;
const FONT = '11px system-ui, sans-serif';

/** Of the dealer a whole line with dots, of the median a dashed one: told apart without colours. */
export function trendOptions({ element, figure, line, dealerId, point }: TrendPlot): uPlot.Options {
  const ink = (token: string) => () => inkOf(element, token);
  const axis = { stroke: ink('--text-soft'), font: FONT, ticks: { show: false } };
  const grid = { stroke: ink('--line-soft'), width: 1 };
  return {
    width: Math.max(200, element.clientWidth),
    height: HEIGHT,
    padding: [8, LABEL_WIDTH, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    scales: {
      x: {
        range: (_, min, max) => (min === max ? [min - DAY_SECONDS, max + DAY_SECONDS] : [min, max]),
      },
      y: { range: (_, min, max) => rangeOf(figure, min, max) },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        incrs: [1, 2, 7, 14, 28, 91].map((days) => days * DAY_SECONDS),
        values: (_, splits) => splits.map((seconds) => shortDay(seconds * 1e6)),
      },
      {
        ...axis,
        grid,
        size: 64,
        space: 28,
        values: (_, splits) => splits.map((value) => figure.text(value)),
      },
    ],
    series: [
      {},
      {
        stroke: ink('--accent'),
        width: 2,
        points: { show: true, size: 5, fill: ink('--accent') },
      },
      {
        stroke: ink('--text-soft'),
        width: 1.5,
        dash: [5, 4],
        points: { show: line.times.length === 1 },
      },
    ],
    hooks: {
      draw: [(plot) => drawNames(plot, [dealerId, 'median'])],
      setCursor: [(plot) => point(plot.cursor.idx ?? null)],
    },
  };
}

/** What a token is as a colour, which a custom property alone does not say. */
function inkOf(element: HTMLElement, token: string): string {
  element.style.color = `var(${token})`;
  const colour = getComputedStyle(element).color;
  element.style.color = '';
  return colour;
}

function rangeOf(figure: Figure, min: number | null, max: number | null): [number, number] {
  // Nobody has the figure in any bucket.
  if (min === null || max === null) return [0, 1];
  if (figure.isPositive) return [0, max === 0 ? 1 : max * 1.1];
  const spare = 0.1 * (max - min || 1);
  return [Math.min(0, min - spare), Math.max(0, max + spare)];
}

/** The name of each line at its end, pushed apart where they would overlap. */
function drawNames(plot: uPlot, names: readonly string[]): void {
  const ends = names.flatMap((name, i) => {
    const values = plot.data[i + 1] as readonly (number | null)[];
    const last = values.findLastIndex((value) => value !== null);
    if (last < 0) return [];
    const colour = (plot.series[i + 1]!.stroke as (plot: uPlot, i: number) => string)(plot, i + 1);
    const y = plot.valToPos(values[last]!, 'y', true);
    return [{ name: shortened(name), colour, y, x: plot.valToPos(plot.data[0][last]!, 'x', true) }];
  });
  ends.sort((a, b) => a.y - b.y);
  const { ctx } = plot;
  const ratio = ctx.canvas.width / plot.width;
  ctx.save();
  ctx.font = FONT.replace('11px', `${11 * ratio}px`);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  let free = 0;
  for (const { name, colour, x, y } of ends) {
    const place = Math.max(y, free);
    free = place + LABEL_GAP * ratio;
    ctx.fillStyle = colour;
    ctx.fillText(name, x + 6 * ratio, place);
  }
  ctx.restore();
}

function shortened(name: string): string {
  return name.length <= LABEL_LENGTH ? name : `${name.slice(0, LABEL_LENGTH - 1)}…`;
}
