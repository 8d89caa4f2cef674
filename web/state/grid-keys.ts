/** A cell of the grid: row 0 is the head, rows and columns count from 0. */
export interface GridSpot {
  readonly row: number;
  readonly column: number;
}

interface GridShape {
  /** With the head. */
  readonly rows: number;
  readonly columns: number;
  /** Rows that PageUp and PageDown go. */
  readonly page: number;
}

/**
 * The keys of the WAI-ARIA grid pattern: arrows, Home and End in a row, with Ctrl to the first and
 * last cell, PageUp and PageDown. Null when the key does nothing here.
 */
export function gridMove(
  { row, column }: GridSpot,
  key: string,
  isCtrl: boolean,
  shape: GridShape,
): GridSpot | null {
  const lastRow = shape.rows - 1;
  const lastColumn = shape.columns - 1;
  const toRow = (to: number) => ({ row: Math.min(lastRow, Math.max(0, to)), column });
  const toColumn = (to: number) => ({ row, column: Math.min(lastColumn, Math.max(0, to)) });
  switch (key) {
    case 'ArrowDown':
      return toRow(isCtrl ? lastRow : row + 1);
    case 'ArrowUp':
      return toRow(isCtrl ? 0 : row - 1);
    case 'ArrowRight':
      return toColumn(isCtrl ? lastColumn : column + 1);
    case 'ArrowLeft':
      return toColumn(isCtrl ? 0 : column - 1);
    case 'PageDown':
      return toRow(row + shape.page);
    case 'PageUp':
      return toRow(Math.max(Math.min(row, 1), row - shape.page));
    case 'Home':
      return isCtrl ? { row: 0, column: 0 } : toColumn(0);
    case 'End':
      return isCtrl ? { row: lastRow, column: lastColumn } : toColumn(lastColumn);
    default:
      return null;
  }
}
