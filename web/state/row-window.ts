/** Rows that are in the document, from one up to but not including another. */
export interface RowWindow {
  readonly from: number;
  readonly to: number;
}

/** Rows above and below the view that are there already when they come into it. */
const SPARE_ROWS = 4;

interface View {
  /** Pixels from the first row's top to the view's. */
  readonly top: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly rows: number;
}

export function rowWindow({ top, height, rowHeight, rows }: View): RowWindow {
  const from = Math.floor(top / rowHeight) - SPARE_ROWS;
  const to = Math.ceil((top + height) / rowHeight) + SPARE_ROWS;
  return { from: Math.max(0, Math.min(from, rows)), to: Math.max(0, Math.min(to, rows)) };
}
