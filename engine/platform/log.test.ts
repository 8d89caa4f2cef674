import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logNames } from '../../schemas/subjects.ts';
import { startNats, type TestNats } from '../../test/support/nats.ts';
import { connectNats, ensureLog, readPartitions } from './log.ts';
import { launchNatsServer } from './nats-server.ts';

let nats: TestNats;
let nc: NatsConnection;

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'log.test');
});

afterAll(async () => {
  await nc?.close();
  await nats?.stop();
});

async function streamNames(): Promise<string[]> {
  const jsm = await jetstreamManager(nc);
  const names: string[] = [];
  for await (const name of jsm.streams.names()) names.push(name);
  return names.sort();
}

describe('ensureLog', () => {
  it('knows of no log before there is one', async () => {
    expect(await readPartitions(nc, logNames())).toBeNull();
  });

  it('makes the streams of a log, however many ask at once and however often', async () => {
    const names = logNames();
    await Promise.all([1, 2, 3].map(() => ensureLog(nc, names, 2)));
    const made = await streamNames();
    expect(made).toEqual([
      'FC_DEADLETTER',
      'FC_DECISIONS',
      'FC_EVENTS_0',
      'FC_EVENTS_1',
      'FC_EVENTS_all',
      'FC_TCA',
      'KV_firstcall',
    ]);
    await ensureLog(nc, names, 2);
    expect(await streamNames()).toEqual(made);
    expect(await readPartitions(nc, names)).toBe(2);
  });

  it('keeps events for ever, on disk', async () => {
    const jsm = await jetstreamManager(nc);
    const { config } = await jsm.streams.info('FC_EVENTS_0');
    expect(config).toMatchObject({
      subjects: ['firstcall.v1.events.0.*'],
      storage: 'file',
      retention: 'limits',
      discard: 'new',
      max_age: 0,
      max_msgs: -1,
      max_bytes: -1,
      duplicate_window: 120e9,
    });
  });

  it('refuses another number of partitions and leaves the log as it is', async () => {
    const made = await streamNames();
    await expect(ensureLog(nc, logNames(), 4)).rejects.toMatchObject({
      code: 'partitionMismatch',
      message: expect.stringContaining('has 2 partitions, not 4'),
    });
    expect(await streamNames()).toEqual(made);
  });

  it('lets exactly one of several first comers decide', async () => {
    const names = logNames('race');
    const results = await Promise.allSettled([1, 2, 3, 4].map((n) => ensureLog(nc, names, n)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const decided = results.findIndex(({ status }) => status === 'fulfilled') + 1;
    expect(await readPartitions(nc, names)).toBe(decided);
  });

  it('keeps named logs apart', async () => {
    await ensureLog(nc, logNames('history'), 1);
    expect(await readPartitions(nc, logNames('history'))).toBe(1);
    expect(await readPartitions(nc, logNames())).toBe(2);
    expect(await streamNames()).toContain('FC_HISTORY_EVENTS_0');
  });

  it('refuses a stream of the same name that would lose events', async () => {
    const jsm = await jetstreamManager(nc);
    await jsm.streams.add({
      name: 'FC_LOSSY_EVENTS_0',
      subjects: ['firstcall.v1-lossy.events.0.*'],
      max_age: 1e9,
    });
    await expect(ensureLog(nc, logNames('lossy'), 1)).rejects.toMatchObject({
      code: 'streamMismatch',
      message: expect.stringContaining('forgets messages by age'),
    });
  });

  it('refuses a number that is none', async () => {
    await expect(ensureLog(nc, logNames(), 0)).rejects.toThrow(RangeError);
  });
});

describe('connectNats', () => {
  it('says where nobody answers', async () => {
    await expect(connectNats('nats://127.0.0.1:1', 'test')).rejects.toMatchObject({
      code: 'natsUnreachable',
      message: expect.stringContaining('127.0.0.1:1'),
    });
  });

  it('gives a frozen server up, though it takes nothing of what is on its way to it', async () => {
    const storeDir = await mkdtemp(join(tmpdir(), 'firstcall-log-'));
    const frozen = await launchNatsServer({ storeDir });
    const own = await connectNats(frozen.url, 'frozen');
    process.kill(frozen.pid, 'SIGSTOP');
    const megabyte = new Uint8Array(1_000_000);
    for (let n = 0; n < 32; n++) own.publish('nobody.listens', megabyte);
    const seen: string[] = [];
    for await (const { type } of own.status()) {
      seen.push(type);
      if (type === 'disconnect') break;
    }
    expect(seen).toContain('staleConnection');
    process.kill(frozen.pid, 'SIGCONT');
    await own.close();
    await frozen.stop();
    await rm(storeDir, { recursive: true });
  });
});
