import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FirstcallEvent, TickEvent } from '../../schemas/events.ts';
import type { InstrumentId } from '../../schemas/ids.ts';
import { logNames } from '../../schemas/subjects.ts';
import { readStream } from '../../test/support/streams.ts';
import { connectNats, ensureLog } from './log.ts';
import { launchNatsServer, type NatsServer } from './nats-server.ts';
import { createPublisher, type EventPublisher, type PublisherOptions } from './publisher.ts';
import { SpoolFile } from './spool-file.ts';
import { SPOOL_MAGIC } from './spool-record.ts';

const names = logNames();
let folder: string;
let path: string;
let server: NatsServer;
let nc: NatsConnection;
/** What the publisher has said. */
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'firstcall-spool-'));
  path = join(folder, 'spool', 'feed.spool');
  said = [];
  server = await launchNatsServer({ storeDir: join(folder, 'nats') });
  nc = await connectNats(server.url, 'spool.test');
  await ensureLog(nc, names, 2);
});

afterEach(async () => {
  await nc.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function open(
  spool: { bytesMax?: number; whenFull?: 'wait' } = {},
  options: PublisherOptions = {},
) {
  const say = (_: unknown, words?: string) => void said.push(words ?? '');
  const logger = { info: say, warn: say, error: say };
  return createPublisher(nc, names, {
    ...options,
    spool: { path, bytesMax: 64 << 20, whenFull: 'refuse', ...spool, logger },
  });
}

function tick(n: number, id = `tick-${n}`): TickEvent {
  const instrumentId = 'XS0000000001' as InstrumentId;
  return { kind: 'tick', id, tsEvent: 1_700_000_000_000_000 + n, instrumentId, mid: 100 };
}

const isAway = () => said.some((words) => words.startsWith('the broker is away'));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}

async function kill(): Promise<void> {
  process.kill(server.pid, 'SIGKILL');
  await server.exited;
}

async function restart(): Promise<void> {
  const port = Number(new URL(server.url).port);
  server = await launchNatsServer({ storeDir: join(folder, 'nats'), port });
}

async function publishEach(publisher: EventPublisher, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++) await publisher.publish(n % 2, 'tick', [tick(n)]);
}

/** Ids in the two partitions, each in its order. */
async function logged(): Promise<string[][]> {
  const partitions = [0, 1].map((p) => readStream<FirstcallEvent>(nc, names.stream(p)));
  return (await Promise.all(partitions)).map((events) => events.map(({ id }) => id));
}

/** Ticks 0 to `count`, alternating. */
function expected(count: number): string[][] {
  const ids = Array.from({ length: count }, (_, n) => `tick-${n}`);
  return [0, 1].map((p) => ids.filter((_, n) => n % 2 === p));
}

const fileBytes = async () => (await stat(path)).size;

describe('a broker that is killed', () => {
  it('gets everything once and in order when it is back, and events are taken all the while', async () => {
    const publisher = open({}, { maxInFlight: 64, giveUpMs: 1_000 });
    await publishEach(publisher, 0, 700);
    // So that the next ones are in flight when it dies.
    process.kill(server.pid, 'SIGSTOP');
    await publishEach(publisher, 700, 740);
    await kill();
    // Longer than a stream may take nothing: only one that answers is given up.
    await delay(1_500);
    // The window holds 64: the rest can only be taken by the spool.
    await publishEach(publisher, 740, 2_000);
    await publisher.kept();
    const held = await fileBytes();
    expect(held).toBeGreaterThan(1_300 * 100);
    await restart();
    await publishEach(publisher, 2_000, 2_500);
    await publisher.flush();
    expect(await fileBytes()).toBe(SPOOL_MAGIC.length);
    await publishEach(publisher, 2_500, 2_600);
    await publisher.flush();
    expect(publisher.published).toBe(2_600);
    expect(await logged()).toEqual(expected(2_600));
    expect(said).toEqual([
      'the broker is away: events go to the spool',
      'the broker is back: the spool is published first',
      'the spool is published: events go out directly',
    ]);
  });

  it('again and again, also while its spool is being published, gets everything once and in order', async () => {
    const publisher = open({}, { maxInFlight: 64 });
    let count = 0;
    for (let round = 0; round < 3; round++) {
      await publishEach(publisher, count, count + 400);
      await kill();
      await publishEach(publisher, count + 400, count + 1_200);
      count += 1_200;
      await restart();
      const before = publisher.published;
      // Into the middle of its catching up.
      if (round === 1) await until(() => publisher.published > before + 100);
    }
    await publisher.flush();
    expect(await logged()).toEqual(expected(count));
  }, 90_000);

  it('while nothing was published is noticed as well', async () => {
    const publisher = open();
    await kill();
    await until(isAway);
    await publishEach(publisher, 0, 10);
    const flushed = publisher.flush();
    await restart();
    await flushed;
    expect(await logged()).toEqual(expected(10));
  });
});

describe('a broker that is frozen', () => {
  it.each([
    ['and its socket has room', 1],
    ['and its socket is full', 5_000],
  ])(
    '%s is noticed, and gets everything once and in order when it goes on',
    async (_, idLength) => {
      const publisher = open();
      const large = (n: number) => tick(n, `tick-${n}`.padEnd(idLength, '.'));
      await publisher.publish(0, 'tick', [large(0)]);
      await publisher.flush();
      process.kill(server.pid, 'SIGSTOP');
      const frozen = performance.now();
      for (let n = 1; n < 3_000; n++) await publisher.publish(0, 'tick', [large(n)]);
      await until(isAway);
      const noticedMs = Math.round(performance.now() - frozen);
      console.log(`the frozen broker was noticed after ${noticedMs} ms`);
      // Three seconds are promised; a machine that runs other tests may itself be late.
      expect(noticedMs).toBeLessThan(10_000);
      await publisher.kept();
      process.kill(server.pid, 'SIGCONT');
      await publisher.flush();
      const [ids] = await logged();
      expect(ids).toEqual(Array.from({ length: 3_000 }, (_, n) => large(n).id));
    },
  );
});

describe('a full spool', () => {
  it('refuses with an error what it does not take, and goes on once it is published', async () => {
    const publisher = open({ bytesMax: 20_000 }, { maxInFlight: 10 });
    await kill();
    await until(isAway);
    let taken = 0;
    const refused: unknown[] = [];
    for (let n = 0; n < 400; n++) {
      const call = publisher.publish(0, 'tick', [tick(n)]);
      await call.then(() => taken++).catch((error) => refused.push(error));
    }
    expect(taken).toBeGreaterThan(100);
    expect(refused.length).toBe(400 - taken);
    expect(refused[0]).toMatchObject({ code: 'spoolFull', message: expect.stringContaining(path) });
    expect(await fileBytes()).toBeLessThan(20_000 + 200);
    await restart();
    await publisher.flush();
    await publisher.publish(0, 'tick', [tick(400)]);
    await publisher.flush();
    const ids = [...Array.from({ length: taken }, (_, n) => `tick-${n}`), 'tick-400'];
    expect(await logged()).toEqual([ids, []]);
    expect(said).toContain('the spool is full: events are refused');
  });

  it('lets those wait who can', async () => {
    const publisher = open({ bytesMax: 20_000, whenFull: 'wait' }, { maxInFlight: 10 });
    await kill();
    await until(isAway);
    const calls = publishEach(publisher, 0, 600);
    await until(() => said.includes('the spool is full: events wait'));
    await restart();
    await calls;
    await publisher.flush();
    expect(await logged()).toEqual(expected(600));
  });
});

describe('a spool that is left behind', () => {
  it('is published before anything else', async () => {
    const first = open();
    await kill();
    await until(isAway);
    await publishEach(first, 0, 300);
    await first.close();
    await expect(first.publish(0, 'tick', [tick(0)])).rejects.toMatchObject({
      code: 'publishFailed',
    });
    await nc.close();
    await restart();
    nc = await connectNats(server.url, 'spool.test');
    const second = open();
    await publishEach(second, 300, 400);
    await second.flush();
    expect(await logged()).toEqual(expected(400));
    expect(said).toContain('a spool was left behind: it is published first');
    await second.close();
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  it('holds what was in flight to a stream that failed for good', async () => {
    const absent = logNames('absent');
    const failing = createPublisher(nc, absent, {
      giveUpMs: 200,
      spool: {
        path,
        bytesMax: 1 << 20,
        whenFull: 'refuse',
        logger: { info: () => {}, warn: () => {}, error: () => {} },
      },
    });
    await publishEach(failing, 0, 20);
    await expect(failing.flush()).rejects.toMatchObject({ code: 'publishFailed' });
    await failing.close();
    const file = new SpoolFile(path);
    expect(file.found.messages).toBe(20);
    file.close();
  });

  it('holds what was in flight when the connection was closed', async () => {
    const publisher = open();
    await nc.close();
    await Promise.all([1, 2, 3].map((n) => publisher.publish(0, 'tick', [tick(n)])));
    await expect(publisher.flush()).rejects.toMatchObject({ code: 'publishFailed' });
    await publisher.close();
    const file = new SpoolFile(path);
    expect(file.found.messages).toBe(3);
    file.close();
  });

  it('belongs to one publisher at a time', async () => {
    const publisher = open();
    expect(open).toThrow(expect.objectContaining({ code: 'storeInUse' }));
    await publisher.close();
    await open().close();
  });
});
