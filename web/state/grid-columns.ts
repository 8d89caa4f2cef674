import { BASE_METRICS, KNOWN_METRICS } from '../format/metric-view.ts';

/** One column of the leaderboard. */
export interface GridColumn {
  /** A metric's name, or one of the other columns'. */
  readonly id: string;
  readonly kind: 'compare' | 'rank' | 'dealer' | 'metric' | OptionalColumn;
  /** Pixels at least; what is left over is shared in proportion to `grow`. */
  readonly width: number;
  readonly grow: number;
}

/** Columns beside the metrics' that may be left out. */
const OPTIONAL_COLUMNS = ['score', 'composite', 'evidence', 'lastQuote', 'session'] as const;
type OptionalColumn = (typeof OPTIONAL_COLUMNS)[number];

export const USUAL_COLUMNS: readonly string[] = [...BASE_METRICS, ...OPTIONAL_COLUMNS];

const COMPARE: GridColumn = { id: 'compare', kind: 'compare', width: 28, grow: 0 };
const RANK: GridColumn = { id: 'rank', kind: 'rank', width: 50, grow: 0 };
const DEALER: GridColumn = { id: 'dealer', kind: 'dealer', width: 120, grow: 2 };
const OPTIONAL: Readonly<Record<OptionalColumn, Omit<GridColumn, 'id' | 'kind'>>> = {
  score: { width: 50, grow: 1 },
  composite: { width: 164, grow: 1 },
  evidence: { width: 76, grow: 1 },
  lastQuote: { width: 70, grow: 1 },
  session: { width: 124, grow: 1 },
};
const METRIC_WIDTH = 90;

/** The chosen columns in their order; the one that dealers are ranked by stands always. */
export function gridColumns(
  chosen: readonly string[],
  rankedBy: string | null,
): readonly GridColumn[] {
  const isChosen = (id: string) => chosen.includes(id);
  const optional = (id: OptionalColumn) =>
    isChosen(id) || (id === 'composite' && rankedBy === null)
      ? [{ id, kind: id, ...OPTIONAL[id] }]
      : [];
  const others = chosen.filter((id) => !OPTIONAL_COLUMNS.some((each) => each === id));
  const metrics = inOrder(rankedBy === null ? others : [...others, rankedBy]);
  return [
    COMPARE,
    RANK,
    DEALER,
    ...optional('score'),
    ...optional('composite'),
    ...metrics.map((id) => ({ id, kind: 'metric' as const, width: METRIC_WIDTH, grow: 1 })),
    ...optional('evidence'),
    ...optional('lastQuote'),
    ...optional('session'),
  ];
}

/** Metrics as they are always listed, those of the model alone last. */
export function inOrder(metrics: readonly string[]): string[] {
  const own = metrics.filter((metric) => !KNOWN_METRICS.includes(metric));
  return [
    ...KNOWN_METRICS.filter((metric) => metrics.includes(metric)),
    ...[...new Set(own)].sort(),
  ];
}

/** For `grid-template-columns`. */
export function templateOf(columns: readonly GridColumn[]): string {
  return columns
    .map(({ width, grow }) => (grow === 0 ? `${width}px` : `minmax(${width}px, ${grow}fr)`))
    .join(' ');
}

/** Pixels; a narrower frame scrolls. */
export function widthOf(columns: readonly GridColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0);
}

const CARD_HEAD = 46;
const CARD_LINE = 22;
const CARD_NUMBERS = 42;
const NUMBERS_PER_LINE = 3;

/** Pixels of a dealer's card on a phone: its name, the composite and the session, lines of numbers. */
export function cardHeightOf(columns: readonly GridColumn[]): number {
  const has = (...kinds: readonly GridColumn['kind'][]) =>
    columns.filter(({ kind }) => kinds.includes(kind)).length;
  const line = has('composite', 'session') > 0 ? CARD_LINE : 0;
  const numbers = Math.ceil(has('metric', 'evidence', 'lastQuote') / NUMBERS_PER_LINE);
  return CARD_HEAD + line + numbers * CARD_NUMBERS;
}
