import type { CurvePoint } from '../../../schemas/selection.ts';

/** One line of the curve, its points in drawing units. */
interface CurveLine {
  readonly key: 'gainBps' | 'leakageBps' | 'netBps';
  readonly title: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Where its label stands, clear of the others'. */
  readonly labelY: number;
}

export interface CurveShape {
  readonly lines: readonly CurveLine[];
  /** Values that have a grid line, with its place. */
  readonly grid: readonly { readonly bps: number; readonly y: number }[];
  x(dealers: number): number;
  y(bps: number): number;
}

export const WIDTH = 360;
export const HEIGHT = 190;
/** The right margin holds the labels of the lines. */
export const MARGIN = { left: 34, right: 66, top: 20, bottom: 30 } as const;
const LABEL_HEIGHT = 13;
const GRID_LINES = 4;

const LINES = [
  { key: 'gainBps', title: 'Gain' },
  { key: 'leakageBps', title: 'Leakage' },
  { key: 'netBps', title: 'Net' },
] as const;

/** Lays the curve out; it needs at least one point. */
export function curveShape(curve: readonly CurvePoint[]): CurveShape {
  const values = curve.flatMap(({ gainBps, leakageBps, netBps }) => [gainBps, leakageBps, netBps]);
  const step = gridStep(Math.min(0, ...values), Math.max(0, ...values));
  const low = Math.floor(Math.min(0, ...values) / step);
  const high = Math.max(low + 1, Math.ceil(Math.max(0, ...values) / step));
  const x = (dealers: number): number => {
    const share = curve.length < 2 ? 0.5 : (dealers - 1) / (curve.length - 1);
    return MARGIN.left + share * (WIDTH - MARGIN.left - MARGIN.right);
  };
  const y = (bps: number): number => {
    const share = (bps / step - low) / (high - low);
    return HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom);
  };
  const grid = Array.from({ length: high - low + 1 }, (_, i) => (low + i) * step);
  const ends = spread(LINES.map(({ key }) => y(curve.at(-1)![key])));
  return {
    x,
    y,
    grid: grid.map((bps) => ({ bps, y: y(bps) })),
    lines: LINES.map(({ key, title }, i) => ({
      key,
      title,
      points: curve.map((point) => [x(point.dealers), y(point[key])] as const),
      labelY: ends[i]!,
    })),
  };
}

/** 1, 2 or 5 times a power of ten, so that few lines hold the range. */
function gridStep(low: number, high: number): number {
  const rough = Math.max(1e-3, high - low) / GRID_LINES;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
}

/** Keeps labels a line apart, in their order, none below the drawing. */
function spread(places: readonly number[]): number[] {
  const order = places.map((_, i) => i).sort((a, b) => places[a]! - places[b]!);
  const spreadOut = [...places];
  for (let i = 1; i < order.length; i++) {
    const above = spreadOut[order[i - 1]!]!;
    spreadOut[order[i]!] = Math.max(spreadOut[order[i]!]!, above + LABEL_HEIGHT);
  }
  const over = Math.max(0, spreadOut[order.at(-1)!]! - (HEIGHT - MARGIN.bottom + LABEL_HEIGHT / 2));
  return spreadOut.map((place) => place - over);
}
