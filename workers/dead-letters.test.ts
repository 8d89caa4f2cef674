import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { logNames } from '../schemas/subjects.ts';
import { startNats, type TestNats } from '../test/support/nats.ts';
import { readStream } from '../test/support/streams.ts';
import { DeadLetters } from './dead-letters.ts';

const names = logNames();
let nats: TestNats;
let nc: NatsConnection;

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
  await ensureLog(nc, names, 2);
});

afterAll(async () => {
  await nc?.close();
  await nats?.stop();
});

/** Refuses the first so many events of a partition's log, two a message, for two reasons. */
async function refuse(count: number): Promise<void> {
  const letters = await DeadLetters.open(nc, names, [1, 'all']);
  for (let n = 0; n < count; n++) {
    const reason = n % 3 === 0 ? 'invalid' : 'future';
    const from = { partition: 1, subject: 's', sequence: 1 + (n >> 1), index: n % 2 };
    await letters.put({ reason, detail: `${n} of ${count}` }, from, Uint8Array.of(n));
  }
  await letters.flush();
}

test('a shard that reads its log again refuses what it had not refused before', async () => {
  await refuse(3);
  await refuse(8);
  await refuse(5);
  const stored = await readStream<{ bytes: Uint8Array }>(nc, names.deadLetterStream);
  expect(stored.map(({ bytes }) => bytes[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});
