export type Point = readonly [x: number, y: number];

interface Sample {
  readonly atMs: number;
  readonly value: number;
  readonly isStart: boolean;
}

const PADDING = 3;
/** Shortest time that the whole width stands for, so that a new line does not jump about. */
const SPAN_MS_MIN = 60_000;
/** Least range of values over the height: less would draw noise as if it were a move. */
const RANGE_MIN = 0.01;

/** The strokes of a sparkline, the newest sample at the right edge; interruptions are not bridged. */
export function sparklinePath(
  samples: readonly Sample[],
  { width, height }: { readonly width: number; readonly height: number },
): Point[][] {
  const end = samples.at(-1)?.atMs;
  if (end === undefined) return [];
  const span = Math.max(SPAN_MS_MIN, end - samples[0]!.atMs);
  const values = samples.map(({ value }) => value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const range = Math.max(RANGE_MIN, high - low);
  const strokes: Point[][] = [];
  for (const { atMs, value, isStart } of samples) {
    if (isStart || strokes.length === 0) strokes.push([]);
    const x = width - PADDING - ((end - atMs) / span) * (width - 2 * PADDING);
    const y = height / 2 - ((value - (low + high) / 2) / range) * (height - 2 * PADDING);
    strokes.at(-1)!.push([x, y]);
  }
  return strokes;
}
