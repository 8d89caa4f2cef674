import { parse } from 'csv-parse/sync';

export interface CsvDialect {
  readonly delimiter: string;
  /** The quote character; null if quotes mean nothing. */
  readonly quote: string | null;
}

/**
 * The fields of one line of CSV (RFC 4180); a string says what is wrong instead. One line is one row:
 * a stray quote then spoils its own row, where a parser of the whole file would swallow all that
 * follows. A line without a quote is split as it is, since the parser costs 15 microseconds a call.
 */
export function splitCsvRow(line: string, { delimiter, quote }: CsvDialect): string[] | string {
  if (quote === null || !line.includes(quote)) return line.split(delimiter);
  try {
    const rows = parse(line, { delimiter, quote, escape: quote, relax_column_count: true });
    return rows[0] ?? [];
  } catch (error) {
    return (error as Error).message;
  }
}
