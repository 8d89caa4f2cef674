import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadResult, ReadTask } from '../ingest/reader-role.ts';
import type { BenchContext } from '../support/bench.ts';
import { RoleProcess } from '../support/role.ts';
import type { Contender } from '../support/rounds.ts';
import { eventsOf, type LogContent } from '../support/tape-log.ts';
import type { CopyTask, HistoryReadTask } from './history-role.ts';

/** The log that is caught up with. */
export interface Source {
  readonly natsUrl: string;
  readonly log: string;
  readonly partitions: number;
  readonly content: LogContent;
}

export interface StoredHistory {
  /** Folder of ClickHouse; null: it does not load here. */
  readonly directory: string | null;
  readonly note: string;
}

type Reader = Contender<ReadResult>;

const LOG_READERS = [
  { name: 'one shard', shards: 1 },
  { name: 'two shards', shards: 2 },
  { name: 'a consumer that does nothing', shards: 0 },
] as const;
const HISTORY_READERS = [
  { name: "rows through the shards' code", scores: true },
  { name: 'rows that are counted', scores: false },
] as const;

/** The last of them does nothing. */
export function logReaders(context: BenchContext, source: Source): Reader[] {
  const { content, natsUrl, log, partitions } = source;
  const events = eventsOf(content, [...Array(partitions).keys()]);
  const { messages } = content;
  return LOG_READERS.map(({ name, shards }) => {
    const task = { natsUrl, log, partitions, events, messages, shards, isReadOnly: true };
    return { name, measure: () => callOnce(context, 'reader', 'read', task satisfies ReadTask) };
  });
}

/** The last of them does nothing; none where ClickHouse does not load. */
export function historyReaders(
  context: BenchContext,
  { content, log, partitions }: Source,
  { directory }: StoredHistory,
): Reader[] {
  if (directory === null) return [];
  const events = eventsOf(content, [...Array(partitions).keys()]);
  const rows = events + eventsOf(content, ['all']);
  return HISTORY_READERS.map(({ name, scores }) => {
    const task: HistoryReadTask = { log, partitions, directory, events, rows, scores };
    return { name, measure: () => callOnce(context, 'history', 'read', task) };
  });
}

/** Copies the log into an embedded ClickHouse of the benchmark's own. */
export async function storeHistory(
  context: BenchContext,
  { natsUrl, log, partitions, content }: Source,
): Promise<StoredHistory> {
  const { defer, progress } = context;
  if (!(await loadsChdb())) {
    return { directory: null, note: 'no ClickHouse: the npm package chdb does not load here' };
  }
  progress('copying the log into ClickHouse');
  const directory = await mkdtemp(join(tmpdir(), 'firstcall-bench-history-'));
  defer(() => rm(directory, { recursive: true, force: true }));
  const task: CopyTask = { natsUrl, log, partitions, directory };
  const seconds = await callOnce<number>(context, 'history', 'copy', task);
  const rows = eventsOf(content, [...content.events.keys()]);
  const speed = Math.round(rows / seconds).toLocaleString('en-US');
  return { directory, note: `the history process copied ${rows} rows, ${speed} a second` };
}

async function loadsChdb(): Promise<boolean> {
  return await import('chdb/connection').then(
    () => true,
    () => false,
  );
}

/** In a process of its own. */
async function callOnce<R>(
  { defer }: BenchContext,
  role: string,
  method: string,
  task: object,
): Promise<R> {
  const child = new RoleProcess(role);
  defer(() => child.stop());
  const result = await child.call<R>(method, task);
  await child.stop();
  return result;
}
