import type { Bench } from './bench.ts';
import type { BenchReport, Check, Table, TableRow } from './report.ts';

/** A benchmark's report as lines of text. */
export function reportLines(
  { name, question, load }: Pick<Bench, 'name' | 'question' | 'load'>,
  report: BenchReport,
): string[] {
  return [
    '',
    `== ${name}: ${question}`,
    `   load: ${load}`,
    ...report.notes.map((note) => `   note: ${note}`),
    ...report.tables.flatMap((table) => ['', ...tableLines(table)]),
    '',
    ...report.checks.map(checkLine),
  ];
}

function checkLine({ name, passed, detail }: Check): string {
  return `   ${passed ? 'passed' : 'FAILED'}: ${name} (${detail})`;
}

interface PrintedTable extends Pick<Table, 'title' | 'columns'> {
  readonly rows: readonly Pick<TableRow, 'contender' | 'texts'>[];
}

/** Columns one below the other. */
export function tableLines({ title, columns, rows }: PrintedTable): string[] {
  const cells = [
    [title, ...columns],
    ...rows.map(({ contender, texts }) => [`  ${contender}`, ...texts]),
  ];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells.map((row) => `   ${row.map((cell, i) => pad(cell, widths[i]!, i)).join('  ')}`);
}

/** Names to the left, figures to the right. */
function pad(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width);
}
