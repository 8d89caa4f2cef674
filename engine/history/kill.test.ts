import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decode, encode } from '../../schemas/codec.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import { historyQuerySubject, type QueryReply } from '../../schemas/history-query.ts';
import type { DealerId, InstrumentId, QuoteId } from '../../schemas/ids.ts';
import { logNames, partitionOf } from '../../schemas/subjects.ts';
import { analysisOf } from '../../test/support/analyses.ts';
import { startNats, type TestNats } from '../../test/support/nats.ts';
import { type Config, encodeConfig, resolveConfig } from '../platform/config.ts';
import { distFile } from '../platform/dist.ts';
import { connectNats, ensureLog } from '../platform/log.ts';
import { createPublisher, type EventPublisher } from '../platform/publisher.ts';
import { connectHistory } from './connect.ts';

const PARTITIONS = 2;
const EVENTS_PER_MESSAGE = 50;
const EVENT_MESSAGES_PER_ROUND = 320;
const ANALYSES_PER_ROUND = 60;
const MESSAGES_PER_ROUND = EVENT_MESSAGES_PER_ROUND + ANALYSES_PER_ROUND;
/** When the process is killed, milliseconds after it has begun to copy. */
const KILLED_AFTER_MS = [20, 60, 100, 150, 200, 260];
const HALF_MONTH_US = 15 * 86_400_000_000;
const T0 = 1_700_000_000_000_000;

const names = logNames('kill');
const INSTRUMENTS = Array.from({ length: 20 }, (_, i) => `BOND${i}` as InstrumentId);

let nats: TestNats;
let nc: NatsConnection;
let storeDir: string;
let config: Config;
let publisher: EventPublisher;

beforeAll(async () => {
  nats = await startNats();
  storeDir = await mkdtemp(join(tmpdir(), 'firstcall-store-'));
  const env = { FIRSTCALL_NATS_URL: nats.url, FIRSTCALL_LOG: 'kill', FIRSTCALL_PARTITIONS: '2' };
  config = resolveConfig({ cwd: storeDir, env });
  nc = await connectNats(nats.url, 'test');
  await ensureLog(nc, names, PARTITIONS);
  publisher = createPublisher(nc, names);
});

afterAll(async () => {
  await nc.close();
  await nats.stop();
  await rm(storeDir, { recursive: true });
});

/** Rows that were published, by table. */
const published: Record<string, number> = { quotes: 0, ticks: 0, clocks: 0 };

/** Quotes, ticks and clocks of several months, so that an insert makes several parts; analyses. */
async function publishRound(round: number): Promise<void> {
  for (let m = 0; m < EVENT_MESSAGES_PER_ROUND; m++) {
    const instrumentId = INSTRUMENTS[m % INSTRUMENTS.length]!;
    const partition = partitionOf(instrumentId, PARTITIONS);
    const kind = (['quote', 'tick', 'clock'] as const)[m % 3]!;
    const events = Array.from({ length: EVENTS_PER_MESSAGE }, (_, i) => {
      const id = `${round}-${m}-${i}`;
      return eventOf(kind, id, instrumentId, T0 + (i % 4) * HALF_MONTH_US + round * 1000 + m);
    });
    await publisher.publish(partition, kind, events);
    published[`${kind}s`]! += EVENTS_PER_MESSAGE;
  }
  for (let index = 0; index < ANALYSES_PER_ROUND; index++) {
    const analysis = analysisOf(`o${round}-${index}`);
    const place = { partition: index % PARTITIONS, sequence: round + 1, index };
    await publisher.analysis({ ...place, modelHash: 'm', analysis });
  }
  await publisher.flush();
}

function eventOf(
  kind: 'quote' | 'tick' | 'clock',
  id: string,
  instrumentId: InstrumentId,
  tsEvent: number,
): FirstcallEvent {
  if (kind === 'clock') return { kind, id, tsEvent };
  if (kind === 'tick') return { kind, id, tsEvent, instrumentId, mid: 100 };
  const quoteId = id as QuoteId;
  const dealerId = `D${id.length}` as DealerId;
  return { kind, id, tsEvent, instrumentId, quoteId, dealerId, quoteKind: 'firm', bid: 99 };
}

/** Resolves once the process says that it copies. */
async function startProcess(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [distFile('engine/history/main.js')], {
    env: { ...process.env, FIRSTCALL_CONFIG: encodeConfig({ ...config, logLevel: 'warn' }) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`history ended with ${code} before it was ready`);
  });
  await Promise.race([once(child, 'message'), exited]);
  exited.catch(() => {});
  return child;
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(child, 'exit');
  child.kill(signal);
  const [code] = await exited;
  return code as number | null;
}

/** Sum of the sequences that are in the tables. */
async function messagesStored(): Promise<number> {
  const question = encode({ query: 'positions' });
  const reply = await nc.request(historyQuerySubject(names), question, { timeout: 30_000 });
  const { rows } = decode(reply.data) as Extract<QueryReply, { rows: unknown }>;
  return rows.reduce((sum, row) => sum + (row.sequence as number), 0);
}

test('killed again and again in the middle of inserts, history has every row once', async () => {
  let killedWithWorkLeft = 0;
  for (const [round, afterMs] of KILLED_AFTER_MS.entries()) {
    await publishRound(round);
    const child = await startProcess();
    await delay(afterMs);
    const messages = await messagesStored();
    if (messages < (round + 1) * MESSAGES_PER_ROUND) killedWithWorkLeft++;
    await endProcess(child, 'SIGKILL');
  }
  const child = await startProcess();
  while ((await messagesStored()) < KILLED_AFTER_MS.length * MESSAGES_PER_ROUND) await delay(50);
  expect(await endProcess(child, 'SIGTERM')).toBe(0);

  const directory = join(config.storeDir, 'history');
  const { reader, close } = await connectHistory({ clickhouseUrl: null, directory });
  const rows = await reader.rows<{ table: string; rows: number; places: number; ids: number }>(
    `SELECT _table AS table, count() AS rows, uniqExact(partition, sequence, message_index) AS places,
      uniqExact(event_id) AS ids
    FROM event_positions WHERE log = 'kill' GROUP BY _table`,
  );
  const analyses = await reader.rows(
    `SELECT count() AS rows, uniqExact(sequence) AS places, uniqExact(order_id) AS orders
    FROM order_analyses WHERE log = 'kill'`,
  );
  await close();
  const stored = Object.fromEntries(rows.map(({ table, ...counts }) => [table, counts]));
  const expected = Object.entries(published).map(([table, n]) => [
    table,
    { rows: n, places: n, ids: n },
  ]);
  expect(stored).toEqual(Object.fromEntries(expected));
  const n = KILLED_AFTER_MS.length * ANALYSES_PER_ROUND;
  expect(analyses).toEqual([{ rows: n, places: n, orders: n }]);
  // Else the kills came too late, and nothing was tested.
  expect(killedWithWorkLeft).toBeGreaterThan(0);
});
