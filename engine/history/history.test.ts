import { jetstreamManager } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { HistoryHarness, HOMES, NOW_US, orderOf } from '../../test/support/history.ts';
import { ensureLog } from '../platform/log.ts';

const harness = new HistoryHarness();

async function ordersStored(): Promise<Readonly<Record<string, unknown>>[]> {
  return await harness.rows(
    `SELECT partition, sequence, message_index, event_id FROM orders WHERE log = {log:String}
    ORDER BY partition, sequence, message_index`,
  );
}

test('events arrive with their place in the log; what is refused leaves a gap in the places', async () => {
  const [zero, one] = HOMES;
  const history = await harness.startHistory();
  await harness.publish(0, 'order', [
    orderOf('a', zero),
    { ...orderOf('b', zero), quantity: -1 },
    orderOf('c', zero),
  ]);
  await harness.publish(1, 'order', Buffer.from(JSON.stringify(orderOf('d', one))));
  await harness.publish(1, 'order', Buffer.from('not an event'));
  await harness.publish(1, 'order', orderOf('misrouted', zero));
  await harness.publish(1, 'tick', orderOf('of another kind', one));
  await harness.publish(1, 'order', orderOf('future', one, NOW_US + 3600e6));
  await harness.publish(1, 'order', [orderOf('e', one)]);
  await harness.caughtUp(history);
  expect(await ordersStored()).toEqual([
    { partition: 0, sequence: 1, message_index: 0, event_id: 'a' },
    { partition: 0, sequence: 1, message_index: 2, event_id: 'c' },
    { partition: 1, sequence: 1, message_index: 0, event_id: 'd' },
    { partition: 1, sequence: 6, message_index: 0, event_id: 'e' },
  ]);
});

test('what the log took, and when, is the stamp of the log', async () => {
  const history = await harness.startHistory();
  await harness.publish('all', 'clock', { kind: 'clock', id: 'c', tsEvent: 1e15 });
  await harness.caughtUp(history);
  const jsm = await jetstreamManager(harness.nc);
  const message = await jsm.streams.getMessage(harness.names.stream('all'), { seq: 1 });
  const rows = await harness.rows<{ ts_log_us: number }>(
    'SELECT partition, ts_log_us, ts_event_us FROM clocks WHERE log = {log:String}',
  );
  expect(rows).toEqual([{ partition: -1, ts_event_us: 1e15, ts_log_us: expect.any(Number) }]);
  expect(Math.floor(rows[0]!.ts_log_us / 1000)).toBe(message!.time.getTime());
});

test('a history that is stopped and started goes on where it was', async () => {
  const [zero, one] = HOMES;
  for (let round = 0; round < 3; round++) {
    const history = await harness.startHistory();
    for (let i = 0; i < 20; i++) {
      await harness.publish(0, 'order', orderOf(`z${round}-${i}`, zero));
      await harness.publish(1, 'order', orderOf(`o${round}-${i}`, one));
    }
    if (round !== 1) await harness.caughtUp(history);
    await history.stop();
  }
  const rows = await ordersStored();
  expect(rows).toHaveLength(120);
  expect(new Set(rows.map((row) => row.event_id)).size).toBe(120);
});

test('a log that was replaced by a shorter one is refused', async () => {
  const [zero] = HOMES;
  const history = await harness.startHistory();
  await harness.publish(0, 'order', orderOf('a', zero));
  await harness.publish(0, 'order', orderOf('b', zero));
  await harness.caughtUp(history);
  await history.stop();
  const jsm = await jetstreamManager(harness.nc);
  await jsm.streams.delete(harness.names.stream(0));
  await ensureLog(harness.nc, harness.names, 2);
  await harness.publish(0, 'order', orderOf('x', zero));
  await expect(harness.startHistory()).rejects.toMatchObject({ code: 'logReplaced' });
  // As long as the old one, but not the same events.
  await harness.publish(0, 'order', orderOf('y', zero));
  await expect(harness.startHistory()).rejects.toMatchObject({ code: 'logReplaced' });
});

test('a log whose beginning was lost is refused once history needs it', async () => {
  const [zero] = HOMES;
  const history = await harness.startHistory();
  await harness.publish(0, 'order', orderOf('a', zero));
  await harness.caughtUp(history);
  await history.stop();
  await harness.publish(0, 'order', orderOf('b', zero));
  await harness.publish(0, 'order', orderOf('c', zero));
  const jsm = await jetstreamManager(harness.nc);
  await jsm.streams.purge(harness.names.stream(0), { seq: 3 });
  await expect(harness.startHistory()).rejects.toMatchObject({ code: 'logTruncated' });
});
