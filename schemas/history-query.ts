import type { LogNames } from './subjects.ts';

/** What is asked of the history: a named query, in MessagePack or in JSON, which is then answered in JSON. */
export interface QueryRequest {
  readonly query: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export type QueryRow = Readonly<Record<string, unknown>>;

/** What is answered: rows, or why not. */
export type QueryReply =
  | { readonly rows: readonly QueryRow[] }
  | { readonly error: { readonly code: string; readonly message: string } };

/** Subject that the query service of a log answers on. */
export function historyQuerySubject(names: LogNames): string {
  return `${names.root}.history.query`;
}
