/** Column of a text table. */
export interface Column<Row> {
  readonly title: string;
  readonly align: 'left' | 'right';
  text(row: Row): string;
}

/** A text table with two blanks between columns; empty if there are no rows. */
export function formatTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const cells = [
    columns.map((column) => column.title),
    ...rows.map((row) => columns.map((column) => column.text(row))),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]!.length)));
  const toLine = (line: readonly string[]) =>
    line
      .map((cell, index) => {
        const width = widths[index]!;
        return columns[index]!.align === 'left' ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  return `${cells.map(toLine).join('\n')}\n`;
}

/** A number for a table, `-` if it is not known; what rounds to zero has no sign. */
export function formatNumber(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined) return '-';
  return value.toFixed(digits).replace(/^-(?=[0.]+$)/, '');
}
