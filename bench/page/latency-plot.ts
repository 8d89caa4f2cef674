import type { Latencies } from '../support/latencies.ts';
import { duration } from '../support/report.ts';
import { LogScale, logMarks } from './log-scale.ts';
import { type Markup, markup } from './markup.ts';

export interface LatencyCurve {
  readonly name: string;
  readonly isBaseline: boolean;
  readonly latencies: Latencies;
}

const WIDTH = 420;
const LEFT = 54;
const RIGHT = WIDTH - 26;
const TOP = 10;
const BOTTOM = 240;
const LEGEND_TOP = 292;
const LEGEND_LINE = 20;
/** Beyond five nines there is nothing but the maximum, which stands in the table. */
const NINES_MAX = 5;
const POINTS_PER_DECADE = 40;
/** Percentiles that have a mark on their curve. */
const MARKED = [0.5, 0.99, 0.999];
const DASHES = ['none', '7 3', '2 3', '9 3 2 3', '12 4'];
const BASELINE_DASH = '4 4';

/** Latency by percentile, both axes logarithmic: a straight line is a tail that goes on as it began. */
export function latencyPlot(title: string, curves: readonly LatencyCurve[]): Markup | null {
  const drawn = curves.filter(({ latencies }) => latencies.count > 0).map(withPoints);
  if (drawn.length === 0) return null;
  const values = drawn.flatMap(({ points }) => points.map(({ nanos }) => nanos));
  const marks = logMarks(Math.min(...values), Math.max(...values));
  const y = new LogScale(marks[0]!, marks.at(-1)!, BOTTOM, TOP);
  const nines = Math.max(1, ...drawn.flatMap(({ points }) => points.map((point) => point.nines)));
  const x = (at: number): number => LEFT + ((RIGHT - LEFT) * at) / nines;
  return markup`<svg viewBox="0 0 ${WIDTH} ${LEGEND_TOP + drawn.length * LEGEND_LINE}" role="img" class="plot">
<title>${title}: latency by percentile</title>
<desc>${drawn.map(describe).join(' ')}</desc>
${marks.map((mark) => yMark(mark, y.at(mark)))}
${ninesMarks(nines).map((mark) => xMark(mark, x(mark)))}
<text class="soft" x="${(LEFT + RIGHT) / 2}" y="${BOTTOM + 36}" text-anchor="middle">percentile of all rounds</text>
${drawn.map((curve, i) => curveMarkup(curve, look(curve, i), x, y))}
${drawn.map((curve, i) => legendLine(curve.name, curve.isBaseline, look(curve, i), LEGEND_TOP + i * LEGEND_LINE))}
</svg>`;
}

interface Point {
  /** log10 of 1 / (1 - q): 2 is the 99th percentile. */
  readonly nines: number;
  readonly nanos: number;
}

interface DrawnCurve extends LatencyCurve {
  readonly points: readonly Point[];
}

/** As far as there are samples enough to say. */
function withPoints(curve: LatencyCurve): DrawnCurve {
  const points: Point[] = [];
  for (let i = 0; i <= NINES_MAX * POINTS_PER_DECADE; i++) {
    const nines = i / POINTS_PER_DECADE;
    const nanos = curve.latencies.quantile(1 - 10 ** -nines);
    if (nanos === null) break;
    points.push({ nines, nanos });
  }
  return { ...curve, points };
}

function describe({ name, isBaseline, latencies }: LatencyCurve): string {
  const figures = MARKED.map((q) => `p${q * 100} ${duration(latencies.quantile(q))}`);
  return `${name}${isBaseline ? ' (baseline)' : ''}: ${figures.join(', ')}.`;
}

interface Look {
  readonly colour: string;
  readonly dash: string;
  readonly shape: number;
}

const look = ({ isBaseline }: LatencyCurve, i: number): Look =>
  isBaseline
    ? { colour: 'var(--base)', dash: BASELINE_DASH, shape: 0 }
    : { colour: `var(--s${i % DASHES.length})`, dash: DASHES[i % DASHES.length]!, shape: i + 1 };

function curveMarkup(curve: DrawnCurve, style: Look, x: (nines: number) => number, y: LogScale) {
  const path = curve.points.map(({ nines, nanos }, i) => {
    return markup`${i === 0 ? 'M' : 'L'}${x(nines)} ${y.at(nanos)}`;
  });
  const marks = MARKED.map((q) => ({
    nines: -Math.log10(1 - q),
    nanos: curve.latencies.quantile(q),
  }));
  return markup`<path class="curve" stroke="${style.colour}" stroke-dasharray="${style.dash}" d="${path}"/>
${marks.map(({ nines, nanos }) => (nanos === null ? null : shapeAt(style, x(nines), y.at(nanos))))}`;
}

/** Colour is never alone: each curve has a mark of its own, too. */
function shapeAt({ colour, shape }: Look, x: number, y: number): Markup {
  const paths = [
    'M-4-4L4 4M4-4L-4 4',
    'M0-4.5A4.5 4.5 0 1 1 0 4.5A4.5 4.5 0 1 1 0-4.5Z',
    'M-4-4H4V4H-4Z',
    'M0-5L5 4H-5Z',
    'M0-5.5L5.5 0L0 5.5L-5.5 0Z',
    'M0 5L5-4H-5Z',
  ];
  const path = paths[shape % paths.length]!;
  return markup`<path d="${path}" transform="translate(${x} ${y})" fill="${colour}" stroke="${colour}" stroke-width="2"/>`;
}

function legendLine(name: string, isBaseline: boolean, style: Look, y: number): Markup {
  return markup`<path class="curve" stroke="${style.colour}" stroke-dasharray="${style.dash}" d="M${LEFT} ${y}H${LEFT + 40}"/>
${shapeAt(style, LEFT + 20, y)}<text x="${LEFT + 50}" y="${y + 4}">${name}${isBaseline ? ' (baseline)' : ''}</text>`;
}

function yMark(nanos: number, y: number): Markup {
  const label = duration(nanos).replace(/\.0+ /, ' ');
  return markup`<path class="grid" d="M${LEFT} ${y}H${RIGHT}"/><text class="soft" x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${label}</text>`;
}

/** 0, the median, and each further nine. */
const ninesMarks = (nines: number): number[] => [
  0,
  Math.log10(2),
  ...Array.from({ length: Math.floor(nines + 1e-9) }, (_, i) => i + 1),
];

function xMark(nines: number, x: number): Markup {
  const label = `p${Number((100 * (1 - 10 ** -nines)).toFixed(NINES_MAX))}`;
  return markup`<path class="grid" d="M${x} ${TOP}V${BOTTOM}"/><text class="soft" x="${x}" y="${BOTTOM + 16}" text-anchor="middle">${label}</text>`;
}
