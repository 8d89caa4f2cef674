import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { distFile } from '../engine/platform/dist.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { createPublisher } from '../engine/platform/publisher.ts';
import type { ChainReport } from '../schemas/chain-report.ts';
import { logNames } from '../schemas/subjects.ts';
import { cleanEnv, run, temporaryFolder } from './shell-support.ts';
import { startNats, type TestNats } from './support/nats.ts';

const names = logNames('audited');
const cli = distFile('engine/cli/firstcall.js');
let nats: TestNats;
let nc: NatsConnection;

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
  await ensureLog(nc, names, 1);
});

afterAll(async () => {
  await nc?.close();
  await nats?.stop();
});

function audit(...args: string[]) {
  const where = ['--nats-url', nats.url];
  return run([cli, 'audit', ...args, ...where], { cwd: temporaryFolder(), env: cleanEnv() });
}

test('firstcall audit verify tells a whole chain from one that is not, without a history, too', async () => {
  const publisher = createPublisher(nc, names);
  for (let n = 0; n < 5; n++) await publisher.decision({ orderId: `o${n}` } as never);
  await publisher.flush();
  const whole = await audit('verify', '--log', 'audited');
  expect(whole.stdout).toMatch(
    /^5 records checked, up to 5\nhead [0-9a-f]{64}\nClickHouse was not compared: no history process answers.*\nthe chain is whole\n$/,
  );
  expect(whole.code).toBe(0);
  await (await jetstreamManager(nc)).streams.deleteMessage(names.decisionStream, 3);
  const [text, json] = await Promise.all([
    audit('verify', '--log', 'audited'),
    audit('verify', '--log', 'audited', '--json'),
  ]);
  expect(text.stdout).toContain('record 3: is not in the stream (missing)\n1 fault');
  expect(text.code).toBe(1);
  const report = JSON.parse(json.stdout) as ChainReport;
  expect(report).toMatchObject({ records: 4, faultCount: 1, copy: null });
  expect(report.faults[0]).toMatchObject({ sequence: 3, kind: 'missing' });
});

test('it says what it was called wrong with', async () => {
  const [word, log] = await Promise.all([audit('walk'), audit('verify', '--log', 'absent')]);
  expect(word.stderr).toContain('unknown word "walk"; there is verify');
  expect(word.code).toBe(2);
  expect(log.stderr).toContain('has no log "absent"');
  expect(log.code).toBe(1);
});
