import { type Markup, markup } from './markup.ts';

/** One bar. */
export interface Bar {
  readonly name: string;
  /** The figure as printed. */
  readonly text: string;
  readonly value: number;
  /** Between these lies the middle half of the rounds. */
  readonly quarter: number;
  readonly threeQuarters: number;
  readonly isBaseline: boolean;
  readonly limit: { readonly value: number; readonly text: string } | null;
}

const WIDTH = 420;
const LEFT = 4;
/** Room for the figure behind the longest bar. */
const RIGHT = WIDTH - 96;
const TOP = 26;
const ROW = 46;
const BAR = 14;

/** Bars from zero, with what they should come to as a line. */
export function barPlot(title: string, bars: readonly Bar[]): Markup | null {
  const most = Math.max(
    ...bars.flatMap(({ value, threeQuarters, limit }) => [value, threeQuarters, limit?.value ?? 0]),
  );
  if (!(most > 0 && Number.isFinite(most))) return null;
  const x = (value: number): number => LEFT + ((RIGHT - LEFT) * Math.max(0, value)) / most;
  const rows = bars.map((bar, i) => barMarkup(bar, TOP + i * ROW, x));
  return markup`<svg viewBox="0 0 ${WIDTH} ${TOP + bars.length * ROW}" role="img" class="plot">
<title>${title}</title>
<desc>${bars.map(describe).join(' ')}</desc>
<text class="strong" x="${LEFT}" y="13">${title.split(': ').at(-1)!}</text>
${rows}
<path class="axis" d="M${LEFT} ${TOP}V${TOP + bars.length * ROW - 8}"/>
</svg>`;
}

const describe = ({ name, text, limit }: Bar): string =>
  `${name}: ${text}${limit === null ? '' : `, target ${limit.text}`}.`;

function barMarkup(bar: Bar, top: number, x: (value: number) => number): Markup {
  const { name, text, value, quarter, threeQuarters, isBaseline, limit } = bar;
  const [barTop, middle] = [top + 18, top + 18 + BAR / 2];
  const end = Math.max(x(value), x(threeQuarters), limit === null ? 0 : x(limit.value));
  return markup`<text x="${LEFT + 4}" y="${top + 12}">${name}${isBaseline ? ' (baseline)' : ''}</text>
<rect class="bar ${isBaseline ? 'baseline' : 'contender'}" x="${LEFT}" y="${barTop}" width="${Math.max(1, x(value) - LEFT)}" height="${BAR}"/>
${threeQuarters > quarter ? whisker(x(quarter), x(threeQuarters), middle) : null}
${limit === null ? null : limitLine(limit.text, x(limit.value), barTop)}
<text x="${end + 8}" y="${middle + 4}">${text}</text>`;
}

const whisker = (from: number, to: number, y: number): Markup =>
  markup`<path class="whisker" d="M${from} ${y}H${to}M${from} ${y - 4}V${y + 4}M${to} ${y - 4}V${y + 4}"/>`;

const limitLine = (text: string, x: number, barTop: number): Markup =>
  markup`<path class="limit" d="M${x} ${barTop - 4}V${barTop + BAR + 4}"/><text class="soft" x="${WIDTH - 4}" y="${barTop - 6}" text-anchor="end">target ${text}</text>`;
