import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InstrumentId, OrderId } from '../../schemas/ids.ts';
import { BatchWriter } from './batch-writer.ts';
import { connectHistory, type HistoryConnection } from './connect.ts';
import { rowOfEvent } from './event-tables.ts';
import { migrate } from './migrate.ts';
import { PlanTable } from './plans.ts';
import type { Row } from './row.ts';

const MONTH_US = 31 * 86_400_000_000;
const T0 = 1_700_000_000_000_000;

let directory: string;
let connection: HistoryConnection;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'firstcall-history-'));
  connection = await connectHistory({ clickhouseUrl: null, directory });
  await migrate(connection.writer);
});

afterAll(async () => {
  await connection.close();
  await rm(directory, { recursive: true });
});

/** Orders of two months and two partitions, interleaved: one insert makes two parts. */
function orders(log: string, idOf = (i: number) => `e${i}`): Row[] {
  return Array.from({ length: 20 }, (_, i) => {
    const event = {
      kind: 'order' as const,
      id: idOf(i),
      tsEvent: T0 + (i % 2) * MONTH_US,
      orderId: `o${i}` as OrderId,
      instrumentId: 'X' as InstrumentId,
      side: 'buy' as const,
      quantity: 1,
    };
    const sequence = 1 + Math.floor(i / 4);
    return rowOfEvent(event, i % 4, { log, partition: i % 3, sequence, tsLogUs: T0 });
  });
}

function writerOf(log: string): BatchWriter {
  const signal = new AbortController().signal;
  const onFailure = (error: unknown) => {
    throw error;
  };
  return new BatchWriter(connection.writer, log, { signal, onFailure });
}

async function idsOf(log: string): Promise<string[]> {
  const rows = await connection.reader.rows<{ event_id: string }>(
    'SELECT event_id FROM orders WHERE log = {log:String} ORDER BY length(event_id), event_id',
    { log },
  );
  return rows.map((row) => row.event_id);
}

const ALL_IDS = Array.from({ length: 20 }, (_, i) => `e${i}`);

test('a batch whose insert was not heard of is inserted once', async () => {
  await writerOf('unheard').write(1, orders('unheard'), false);
  await writerOf('unheard').write(1, orders('unheard'), false);
  await writerOf('unheard').write(1, orders('unheard').reverse(), true);
  expect(await idsOf('unheard')).toEqual(ALL_IDS);
});

test('of a batch that was inserted in part, only the rest is inserted', async () => {
  const isFirstMonth = (row: Row) => row.tsUs < T0 + MONTH_US;
  await writerOf('part').write(7, orders('part').filter(isFirstMonth), false);
  await writerOf('part').write(7, orders('part'), true);
  expect(await idsOf('part')).toEqual(ALL_IDS);
});

test('a token whose rows never came does not keep them out', async () => {
  await writerOf('ghost').write(3, orders('ghost'), false);
  await connection.writer.run(
    `ALTER TABLE orders DELETE WHERE log = 'ghost' AND sequence > 2 SETTINGS mutations_sync = 1`,
  );
  await writerOf('ghost').write(3, orders('ghost'), true);
  expect(await idsOf('ghost')).toEqual(ALL_IDS);
});

test('other events in the same place mean another log, and are refused', async () => {
  await writerOf('other').write(1, orders('other'), false);
  const others = orders('other', (i) => `f${i}`);
  await expect(writerOf('other').write(1, others, true)).rejects.toMatchObject({
    code: 'logReplaced',
    message: expect.stringContaining('orders holds event e0 at partition 0, sequence 1, index 0'),
  });
});

test('rows that the tables cannot take end the attempt instead of repeating it for ever', async () => {
  const [row] = orders('bad');
  const bad = { ...row!, line: row!.line.replace('"buy"', '"neither"') };
  const { signal } = new AbortController();
  const writer = new BatchWriter(connection.writer, 'bad', { signal, onFailure: () => {} });
  await expect(writer.write(1, [bad], false)).rejects.toThrow(/neither/);
});

test('of two processes that plan the same batch, one goes on and the other stops', async () => {
  const first = new PlanTable(connection.writer, 'plans', 'first');
  const second = new PlanTable(connection.reader, 'plans', 'second');
  expect(await first.newest()).toBeNull();
  const plan = { batch: 1, stored: {}, planned: { FC_EVENTS_0: 2 ** 52, FC_EVENTS_all: 3 } };
  await first.claim(plan);
  await first.claim(plan);
  await expect(second.claim(plan)).rejects.toMatchObject({ code: 'historyTaken' });
  expect(await second.newest()).toMatchObject(plan);
  await second.claim({ ...plan, batch: 2 });
  await expect(first.claim(plan)).rejects.toMatchObject({ code: 'historyTaken' });
});
