import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { decode } from '../../schemas/codec.ts';
import { logNames } from '../../schemas/subjects.ts';
import { verifyChain } from '../audit/verify-chain.ts';
import { CHAIN_START, HASH_HEADER, PREVIOUS_HEADER } from './audit-chain.ts';
import { ChainedLog } from './chained-log.ts';
import { connectNats, ensureLog } from './log.ts';
import { launchNatsServer, type NatsServer } from './nats-server.ts';
import { createPublisher } from './publisher.ts';

const names = logNames();
let storeDir: string;
let server: NatsServer;
let nc: NatsConnection;
let jsm: JetStreamManager;

beforeEach(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'firstcall-chain-'));
  server = await launchNatsServer({ storeDir });
  nc = await connectNats(server.url, 'chained-log.test');
  await ensureLog(nc, names, 1);
  jsm = await jetstreamManager(nc);
});

afterEach(async () => {
  await nc.close();
  await server.stop();
  await rm(storeDir, { recursive: true, force: true });
});

interface Entry {
  readonly writer: string;
  readonly n: number;
}

const open = (connection = nc, giveUpMs = 60_000) =>
  new ChainedLog(connection, names, { ackTimeoutMs: 1_000, giveUpMs, onFailed: () => {} });

async function entries(): Promise<Entry[]> {
  const { state } = await jsm.streams.info(names.decisionStream);
  const read = Array.from({ length: state.last_seq }, (_, i) =>
    jsm.streams.getMessage(names.decisionStream, { seq: i + 1 }),
  );
  return (await Promise.all(read)).map((message) => decode(message!.data) as Entry);
}

const numbersOf = (all: readonly Entry[], writer: string) =>
  all.filter((entry) => entry.writer === writer).map(({ n }) => n);
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

async function expectValid(records: number): Promise<void> {
  const report = await verifyChain(nc, names, null);
  expect(report.faults).toEqual([]);
  expect(report.records).toBe(records);
}

it('links each record to the one before, as JSON text, digit for digit', async () => {
  const log = open();
  await log.append(names.decisions, { a: 0.1 + 0.2, name: 'ä\u2028' });
  await log.append(names.audit('tiers'), { b: 1 }, 'own');
  await log.flush();
  const first = await jsm.streams.getMessage(names.decisionStream, { seq: 1 });
  const second = await jsm.streams.getMessage(names.decisionStream, { seq: 2 });
  expect(first!.string()).toBe('{"a":0.30000000000000004,"name":"ä\u2028"}');
  expect(first!.header.get(PREVIOUS_HEADER)).toBe(CHAIN_START);
  expect(second!.header.get(PREVIOUS_HEADER)).toBe(first!.header.get(HASH_HEADER));
  expect(second!.header.get('Nats-Msg-Id')).toBe('own');
  const report = await verifyChain(nc, names, null);
  expect(report).toMatchObject({ records: 2, lastSequence: 2, faultCount: 0, copy: null });
  expect(report.head).toBe(second!.header.get(HASH_HEADER));
});

it('keeps a record of an id that was taken once, and goes on behind it', async () => {
  const log = open();
  for (let n = 0; n < 20; n++) {
    await log.append(names.decisions, { writer: 'a', n });
    await log.append(names.audit('tiers'), { writer: 'b', n: 0 }, 'the same');
  }
  await log.flush();
  const all = await entries();
  expect(numbersOf(all, 'a')).toEqual(upTo(20));
  expect(numbersOf(all, 'b')).toEqual([0]);
  await expectValid(21);
});

it('two writers leave one chain, each with its own order, and both go on', async () => {
  const other = await connectNats(server.url, 'other');
  const logs = [open(), open(other)];
  const count = 3_000;
  const write = async (log: ChainedLog, writer: string) => {
    for (let n = 0; n < count; n++) {
      await log.append(names.decisions, { writer, n });
      if (n % 500 === 0) await delay(1);
    }
  };
  await Promise.all(logs.map((log, i) => write(log, `${i}`)));
  await Promise.all(logs.map((log) => log.flush()));
  const all = await entries();
  expect(numbersOf(all, '0')).toEqual(upTo(count));
  expect(numbersOf(all, '1')).toEqual(upTo(count));
  // Neither waited for the other to end.
  const firsts = ['0', '1'].map((writer) => all.findIndex((entry) => entry.writer === writer));
  expect(Math.max(...firsts)).toBeLessThan(count);
  await expectValid(2 * count);
  await other.close();
});

it('a server killed and started again in the middle loses, doubles and turns around nothing', async () => {
  const other = await connectNats(server.url, 'other');
  const port = Number(new URL(server.url).port);
  const publisher = createPublisher(other, names, { ackTimeoutMs: 1_000 });
  const log = createPublisher(nc, names, { ackTimeoutMs: 1_000 });
  const count = 2_000;
  for (let n = 0; n < count; n++) {
    void log.decision({ writer: 'a', n } as never);
    void publisher.decision({ writer: 'b', n } as never);
    if (n % 50 === 0) await delay(1);
    if (n !== 500 && n !== 1_300) continue;
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    server = await launchNatsServer({ storeDir, port });
  }
  await Promise.all([log.flush(), publisher.flush()]);
  const all = await entries();
  expect(numbersOf(all, 'a')).toEqual(upTo(count));
  expect(numbersOf(all, 'b')).toEqual(upTo(count));
  await expectValid(2 * count);
  await other.close();
});

it('a server frozen beyond the time-out of an ack stores each record once', async () => {
  const log = open();
  await log.append(names.decisions, { writer: 'a', n: 0 });
  await log.flush();
  process.kill(server.pid, 'SIGSTOP');
  for (let n = 1; n < 100; n++) await log.append(names.decisions, { writer: 'a', n });
  await delay(1_500);
  process.kill(server.pid, 'SIGCONT');
  await log.flush();
  expect(numbersOf(await entries(), 'a')).toEqual(upTo(100));
  await expectValid(100);
});

it('starts anew behind what is not chained, which verification tells', async () => {
  await jetstream(nc).publish(names.decisions, '{"old":true}');
  const log = open();
  await log.append(names.decisions, { writer: 'a', n: 0 });
  await log.flush();
  const { faults } = await verifyChain(nc, names, null);
  expect(faults.map(({ sequence, kind }) => ({ sequence, kind }))).toEqual([
    { sequence: 1, kind: 'notChained' },
  ]);
});

it('fails for good once the stream takes nothing for too long, and refuses what no message holds', async () => {
  const log = open();
  await expect(log.append(names.decisions, { a: 'x'.repeat(2 << 20) })).rejects.toMatchObject({
    code: 'messageTooLarge',
  });
  await jsm.streams.delete(names.decisionStream);
  const failing = open(nc, 300);
  await failing.append(names.decisions, { a: 1 });
  await expect(failing.flush()).rejects.toMatchObject({ code: 'publishFailed' });
  await expect(failing.append(names.decisions, {})).rejects.toMatchObject({
    code: 'publishFailed',
  });
});
