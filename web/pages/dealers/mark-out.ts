/** A row of the named query `dealerMarkOuts`. */
export interface MarkOutRow {
  readonly scope: string;
  readonly horizon_seconds: number;
  readonly mean_bps: number | null;
  /** Null: fewer than two observations. */
  readonly standard_error_bps: number | null;
  readonly fill_count: number;
  readonly median_bps: number | null;
  /** Behind the median. */
  readonly dealer_count: number;
}

interface Placed {
  readonly x: number;
  readonly y: number;
}

/** A mark-out curve, placed in a picture of WIDTH x HEIGHT. */
export interface MarkOutPicture {
  readonly own: readonly Placed[];
  /** Outline of one standard error about `own`. */
  readonly band: readonly Placed[];
  readonly median: readonly Placed[];
  readonly zeroY: number;
  /** Values that are marked beside the picture. */
  readonly marks: readonly { readonly bps: number; readonly y: number }[];
  readonly horizons: readonly { readonly seconds: number; readonly x: number }[];
}

export const WIDTH = 460;
export const HEIGHT = 170;
const EDGE = { left: 52, right: 90, top: 10, bottom: 24 };
const HORIZONS = [0, 60, 300, 1800];

/** Minutes after the deal go to the right by their square root; every curve begins at 0. */
export function markOutPicture(rows: readonly MarkOutRow[]): MarkOutPicture {
  const own = rows.filter(({ mean_bps }) => mean_bps !== null);
  const values = rows.flatMap((row) => [
    ...(row.median_bps === null ? [] : [row.median_bps]),
    ...(row.mean_bps === null ? [] : edgesOf(row)),
  ]);
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const range = high - low || 1;
  const bottom = HEIGHT - EDGE.bottom;
  const x = (seconds: number): number =>
    EDGE.left + Math.sqrt(seconds / 1800) * (WIDTH - EDGE.left - EDGE.right);
  const y = (bps: number): number => bottom - ((bps - low) / range) * (bottom - EDGE.top);
  const origin = { x: x(0), y: y(0) };
  const at = (row: MarkOutRow, bps: number): Placed => ({ x: x(row.horizon_seconds), y: y(bps) });
  const upper = own.map((row) => at(row, edgesOf(row)[1]));
  const lower = own.map((row) => at(row, edgesOf(row)[0]));
  const median = rows.flatMap((row) => (row.median_bps === null ? [] : [at(row, row.median_bps)]));
  return {
    own: [origin, ...own.map((row) => at(row, row.mean_bps!))],
    band: [origin, ...upper, ...lower.reverse()],
    median: [origin, ...median],
    zeroY: y(0),
    marks: [...new Set([low, 0, high])].map((bps) => ({ bps, y: y(bps) })),
    horizons: HORIZONS.map((seconds) => ({ seconds, x: x(seconds) })),
  };
}

function edgesOf({ mean_bps, standard_error_bps }: MarkOutRow): [number, number] {
  const error = standard_error_bps ?? 0;
  return [mean_bps! - error, mean_bps! + error];
}
