import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { connectHistory } from '../../engine/history/connect.ts';
import { History } from '../../engine/history/history.ts';
import { contentHash } from '../../engine/platform/hash.ts';
import { connectNats } from '../../engine/platform/log.ts';
import { readLogExtent } from '../../engine/platform/log-streams.ts';
import { boardState } from '../../engine/scoreboard/board-digest.ts';
import { logNames } from '../../schemas/subjects.ts';
import type { ReadResult } from '../ingest/reader-role.ts';
import { SpeedMeter } from '../ingest/speed-meter.ts';
import { MemoryMeter } from '../support/memory-meter.ts';
import type { RoleMethods } from '../support/role.ts';
import { HistoryPages } from './history-pages.ts';
import { PageScorer } from './page-scorer.ts';

export interface CopyTask {
  readonly natsUrl: string;
  readonly log: string;
  readonly partitions: number;
  /** Folder of the embedded database. */
  readonly directory: string;
}

export interface HistoryReadTask {
  readonly log: string;
  readonly partitions: number;
  readonly directory: string;
  /** Events of the partitions, and rows of all. */
  readonly events: number;
  readonly rows: number;
  /** False: rows are only counted. */
  readonly scores: boolean;
}

const POLL_MS = 50;

/** The embedded ClickHouse of a history, which one process at a time may have open. */
export function historyRole(): RoleMethods {
  return { copy: copyLog, read: readHistory };
}

/** Copies a log as `firstcall history` does. Resolves to the seconds that it took. */
async function copyLog({ natsUrl, log, partitions, directory }: CopyTask): Promise<number> {
  const nc = await connectNats(natsUrl, 'bench-history');
  const names = logNames(log);
  const connection = await connectHistory({ clickhouseUrl: null, directory });
  const logger = pino({ level: 'error' });
  const history = new History({ nc, names, partitions, database: connection.writer, logger });
  const beganMs = performance.now();
  await history.start();
  const ended = history.finished();
  for (const [partition, { last }] of (await readLogExtent(nc, names, partitions)).of) {
    while ((history.stored[names.stream(partition)] ?? 0) < last) {
      await Promise.race([delay(POLL_MS), ended]);
    }
  }
  const seconds = (performance.now() - beganMs) / 1000;
  await history.stop();
  await connection.close();
  await nc.close();
  return seconds;
}

async function readHistory(task: HistoryReadTask): Promise<ReadResult> {
  const pages = await HistoryPages.open(task.directory, task.log);
  const total = task.scores ? task.events : task.rows;
  const [meter, memory] = [new SpeedMeter(total), new MemoryMeter(total)];
  const scorer = task.scores ? new PageScorer(task.partitions) : null;
  let [done, rows] = [0, 0];
  for await (const page of pages.read()) {
    for (const { text } of page.tables) rows += lineCount(text);
    done = scorer === null ? rows : done + scorer.take(page);
    memory.reached(done);
    meter.reached(done);
  }
  scorer?.publish();
  await pages.close();
  const hashes = scorer?.boards.map((board) => contentHash(boardState(board).lines.join('\n')));
  const perRow = task.scores ? 1 : task.events / task.rows;
  const { eventsPerSecond, cpuSecondsPerMillion } = meter.speed();
  return {
    eventsPerSecond: eventsPerSecond * perRow,
    cpuSecondsPerMillion: cpuSecondsPerMillion / perRow,
    events: rows === task.rows ? (scorer === null ? task.events : done) : 0,
    deadLetters: 0,
    stateHashes: hashes ?? null,
    memory: memory.use(),
  };
}

function lineCount(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
