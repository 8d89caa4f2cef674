import type { Micros } from '../../schemas/ids.ts';

/** One row of a table, as field templates see it. */
export interface Row {
  /** 1-based; the header is no row. */
  readonly number: number;
  /** 1-based line of the file. */
  readonly line: number;
  readonly fields: readonly string[];
  readonly ts: Micros;
}

/** Why a row cannot be mapped; a result, not an error: bad rows are ordinary. */
export class Unmappable {
  readonly detail: string;

  constructor(detail: string) {
    this.detail = detail;
  }
}
