/** What a column of JSONCompactEachRow takes from us. */
export type ColumnValue =
  | string
  | number
  | boolean
  | null
  | readonly ColumnValue[]
  | { readonly [key: string]: ColumnValue };

/** One row on its way into a table. (partition, sequence, index) is unique in its table and log. */
export interface Row {
  readonly table: string;
  /** -1 is `all`; 0 in tables without partitions. */
  readonly partition: number;
  readonly sequence: number;
  /** Place in the message. */
  readonly index: number;
  /** Tells whether a row that is found at this place is the same one; '' where nothing can tell. */
  readonly eventId: string;
  /** Of the column that the table is partitioned by, epoch microseconds. */
  readonly tsUs: number;
  /** JSONCompactEachRow, in the order of the table's columns. */
  readonly line: string;
}

/** A table that is filled from the log, exactly once per row. */
export interface LogTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** `event`: placed by partition, sequence and index; `message`: by the sequence alone. */
  readonly placedBy: 'event' | 'message';
  /** Column of `Row.tsUs`, which the table is partitioned by. */
  readonly timeColumn: 'ts_event' | 'ts_log';
}

/** Last sequence of each stream, by the stream's name; a stream that is not there stands at 0. */
export type Positions = Readonly<Record<string, number>>;

/** What is inserted together. */
export interface Batch {
  readonly rows: readonly Row[];
  /** Last sequence in the batch of each stream that has messages in it. */
  readonly through: Positions;
}
