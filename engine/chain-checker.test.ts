import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logNames } from '../schemas/subjects.ts';
import { startNats, type TestNats } from '../test/support/nats.ts';
import { ChainChecker } from './chain-checker.ts';
import { connectNats, ensureLog } from './platform/log.ts';
import { createPublisher } from './platform/publisher.ts';

const names = logNames('checked');
let nats: TestNats;
let nc: NatsConnection;

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
  await ensureLog(nc, names, 1);
  const publisher = createPublisher(nc, names);
  for (let n = 0; n < 5; n++) await publisher.decision({ orderId: `o${n}` } as never);
  await publisher.flush();
});

afterAll(async () => {
  await nc?.close();
  await nats?.stop();
});

test('a chain is verified in a thread, one at a time, as often as somebody asks', async () => {
  const checker = new ChainChecker({ natsUrl: nats.url, log: names.log });
  const first = checker.check();
  await expect(checker.check()).rejects.toMatchObject({ code: 'busy' });
  expect(await first).toMatchObject({ records: 5, faultCount: 0, copy: null });
  expect(await checker.check()).toMatchObject({ records: 5 });
  await checker.close();
  await expect(checker.check()).rejects.toMatchObject({ code: 'notReady' });
});

test('what a thread cannot do it says in its own words', async () => {
  const checker = new ChainChecker({ natsUrl: nats.url, log: 'absent' });
  await expect(checker.check()).rejects.toMatchObject({ code: 'noLog' });
  await checker.close();
});

test('an engine that stops does not wait for a verification', async () => {
  const checker = new ChainChecker({ natsUrl: nats.url, log: names.log });
  const checking = checker.check();
  const refused = expect(checking).rejects.toMatchObject({ code: 'notReady' });
  await checker.close();
  await refused;
});
