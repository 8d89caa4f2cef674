import type { LogNames } from './subjects.ts';

/** How the history of a log is, as its process says every few seconds, in JSON. */
export interface HistoryStatus {
  /** Messages of the log that are not in the tables; null: the log does not say. */
  readonly messagesBehind: number | null;
  /** How long ClickHouse has taken nothing, 0 if all is well. */
  readonly failingSeconds: number;
  /** Attempts that ClickHouse has refused since the process began. */
  readonly failuresTotal: number;
  /** Rows inserted since the process began. */
  readonly rowsTotal: number;
  /** Rows of `score_snapshots` that were not kept because ClickHouse was away. */
  readonly scoresDropped: number;
  /** What ClickHouse said last, '' if all is well. */
  readonly trouble: string;
}

/** Where a history says how it is. */
export function historyStatusSubject(names: LogNames): string {
  return `${names.root}.history.status`;
}
