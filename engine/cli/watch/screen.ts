import { stripVTControlCharacters, styleText } from 'node:util';
import type { Micros } from '../../../schemas/ids.ts';
import type { ScoredDealer } from '../../../schemas/selection.ts';
import { metricView } from '../../../web/format/metric-view.ts';
import { fixed, plusMinus, signed } from '../../../web/format/number.ts';
import { duration, zonedTime } from '../../../web/format/time.ts';
import type { Place } from '../../../web/state/rank-settler.ts';
import { shownMetrics } from '../../../web/state/shown-metrics.ts';

/** What a screen shows. */
export interface Watched {
  readonly topic: string;
  /** What dealers are ranked by; null: the composite. */
  readonly metric: string | null;
  readonly places: readonly Place[];
  row(dealerId: string): ScoredDealer | undefined;
  readonly asOf: Micros | null;
  /** Null: live. Else why these are no live rankings, in words. */
  readonly trouble: string | null;
  /** Milliseconds since the rows were last known to be the newest. */
  readonly ageMs: number;
}

/** Characters of a terminal, and the first dealer that is shown, from 0. */
export interface View {
  readonly columns: number;
  readonly lines: number;
  readonly first: number;
  readonly timeZone?: string;
}

/** Lines above the dealers, and below. */
const HEAD_LINES = 3;
const FOOT_LINES = 1;
const GAP = '  ';

/** How many dealers there is room for. */
export function roomForDealers({ lines }: View): number {
  return Math.max(1, lines - HEAD_LINES - FOOT_LINES);
}

/** The screen, line by line, none longer than the view is wide; rankings that are not live say so in words. */
export function screenLines(watched: Watched, view: View): string[] {
  const { places, trouble } = watched;
  const shown = places.slice(view.first, view.first + roomForDealers(view));
  const table = tableOf(watched, view.columns);
  const body = shown.map((place) => table.line(place));
  return [
    cutTo(styleText('bold', titleOf(watched)), view.columns),
    cutTo(stateOf(watched, view.timeZone), view.columns),
    cutTo(styleText('underline', table.head), view.columns),
    ...(trouble === null ? body : body.map((line) => styleText('dim', line))),
    cutTo(styleText('dim', footOf(places.length, shown.length, view.first)), view.columns),
  ];
}

function titleOf({ topic, metric, places }: Watched): string {
  const scope = metric === null ? topic : topic.slice(0, -metric.length - 1);
  const by = metric === null ? 'composite' : metricView(metric).title.toLowerCase();
  const ranked = places.filter(({ rank }) => rank !== null).length;
  const unranked = places.length - ranked;
  const besides = unranked === 0 ? '' : `, ${unranked} with too little evidence`;
  return `Firstcall  ${scope}  by ${by}  ${ranked} ranked${besides}`;
}

function stateOf({ trouble, asOf, ageMs }: Watched, timeZone?: string): string {
  if (asOf === null) return styleText('yellow', trouble ?? 'waiting for the first ranking');
  const { date, time, zone } = zonedTime(asOf, timeZone);
  const when = `as of ${date} ${time} ${zone} (event time)`;
  if (trouble === null) return `${styleText('green', '● live')}  ${when}`;
  return styleText(['bold', 'red'], `○ NOT LIVE: ${trouble}; ${duration(ageMs)} old, ${when}`);
}

function footOf(all: number, shown: number, first: number): string {
  const which = all === 0 ? 'no dealers' : `dealers ${first + 1} to ${first + shown} of ${all}`;
  return `${which}  ↑↓ PgUp PgDn: scroll   q: quit`;
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly isLeft?: boolean;
  text(place: Place, row: ScoredDealer): string;
}

/** As many columns as fit, the most important first. */
function tableOf({ metric, row }: Watched, columns: number) {
  const fitting: Column[] = [];
  let left = columns;
  for (const column of columnsFor(metric)) {
    left -= column.width + GAP.length;
    if (left + GAP.length < 0) break;
    fitting.push(column);
  }
  const padded = (text: string, { width, isLeft }: Column): string => {
    const cut = text.length > width ? `${text.slice(0, width - 1)}…` : text;
    return isLeft ? cut.padEnd(width) : cut.padStart(width);
  };
  return {
    head: fitting.map((column) => padded(column.title, column)).join(GAP),
    line(place: Place): string {
      const dealer = row(place.dealerId);
      if (dealer === undefined) return '';
      return fitting.map((column) => padded(column.text(place, dealer), column)).join(GAP);
    },
  };
}

function columnsFor(metric: string | null): Column[] {
  const ranking: Column[] = [
    { title: '#', width: 4, text: ({ rank }) => (rank === null ? '–' : String(rank)) },
    { title: '', width: 3, isLeft: true, text: ({ moved }) => movedText(moved) },
    { title: 'dealer', width: 12, isLeft: true, text: (_, { dealerId }) => dealerId },
    { title: 'score', width: 5, text: (_, { displayScore }) => fixed(displayScore, 1) },
    { title: 'composite', width: 9, text: (_, { composite }) => signed(composite, 3) },
    {
      title: '±',
      width: 6,
      text: (_, { compositeStandardError }) => plusMinus(compositeStandardError, 3),
    },
    { title: 'tier', width: 4, text: (_, { tier }) => (tier === null ? '–' : String(tier)) },
  ];
  return [...ranking, ...shownMetrics(metric).map(metricColumn)];
}

function metricColumn(metric: string): Column {
  const { title, unit, value } = metricView(metric);
  const name = unit === '' ? title : `${title} ${unit}`;
  return {
    title: name,
    width: Math.max(8, name.length),
    text: (_, { metrics }) => {
      const score = metrics.find((each) => each.metric === metric);
      return score === undefined ? '–' : value(score.estimate);
    },
  };
}

function movedText(moved: number): string {
  if (moved === 0) return '';
  return moved > 0 ? `▲${moved}` : `▼${-moved}`;
}

/** Cut where it would be wider than the terminal; styles are kept only where nothing is cut. */
function cutTo(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length <= columns ? line : `${plain.slice(0, Math.max(0, columns - 1))}…`;
}
