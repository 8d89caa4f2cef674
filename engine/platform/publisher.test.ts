import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decode } from '../../schemas/codec.ts';
import { tableOf, valuesOf } from '../../schemas/codec-table.ts';
import type { FirstcallEvent, TickEvent } from '../../schemas/events.ts';
import type { DealerId, InstrumentId } from '../../schemas/ids.ts';
import { logNames } from '../../schemas/subjects.ts';
import { analysisOf } from '../../test/support/analyses.ts';
import { connectNats, ensureLog } from './log.ts';
import { launchNatsServer, type NatsServer } from './nats-server.ts';
import { createPublisher } from './publisher.ts';

const names = logNames();
let storeDir: string;
let server: NatsServer;
let nc: NatsConnection;

beforeEach(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'firstcall-publisher-'));
  server = await launchNatsServer({ storeDir });
  nc = await connectNats(server.url, 'publisher.test');
  await ensureLog(nc, names, 2);
});

afterEach(async () => {
  await nc.close();
  await server.stop();
  await rm(storeDir, { recursive: true, force: true });
});

function tick(n: number, id = `tick-${n}`): TickEvent {
  const instrumentId = 'XS0000000001' as InstrumentId;
  return { kind: 'tick', id, tsEvent: 1_700_000_000_000_000 + n, instrumentId, mid: 100 };
}

/** A valid event of about 120 kB: the largest kind that the vocabulary allows. */
function largeDealer(n: number): FirstcallEvent {
  const long = Array.from({ length: 16 }, () => 'x'.repeat(200));
  const desks = Array.from({ length: 32 }, (_, i) => ({ name: `desk ${i}`, contacts: long }));
  const dealerId = `D${n}` as DealerId;
  return {
    kind: 'dealer',
    id: `dealer-${n}`,
    tsEvent: n,
    dealerId,
    desks,
    enabled: true,
  };
}

interface Stored {
  readonly subject: string;
  readonly value: unknown;
}

async function readStream(stream: string): Promise<Stored[]> {
  const jsm = await jetstreamManager(nc);
  const { state } = await jsm.streams.info(stream);
  const stored: Stored[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq += 1) {
    const message = await jsm.streams.getMessage(stream, { seq });
    if (message !== null) stored.push({ subject: message.subject, value: decode(message.data) });
  }
  return stored;
}

const eventsOf = (value: unknown) => valuesOf(value) as FirstcallEvent[];

async function eventIds(stream: string): Promise<string[]> {
  return (await readStream(stream)).flatMap(({ value }) => eventsOf(value)).map(({ id }) => id);
}

describe('publish', () => {
  it('stores one event as a map and several as a table, each where it belongs', async () => {
    const publisher = createPublisher(nc, names);
    await publisher.publish(1, 'tick', [tick(1)]);
    await publisher.publish(1, 'tick', [tick(2), tick(3)]);
    await publisher.publish('all', 'tick', [tick(4)]);
    await publisher.flush();
    expect(publisher.published).toBe(4);
    expect(await readStream(names.stream(1))).toEqual([
      { subject: 'firstcall.v1.events.1.tick', value: tick(1) },
      { subject: 'firstcall.v1.events.1.tick', value: tableOf([tick(2), tick(3)]) },
    ]);
    expect(await readStream(names.stream('all'))).toEqual([
      { subject: 'firstcall.v1.events.all.tick', value: tick(4) },
    ]);
    expect(await readStream(names.stream(0))).toEqual([]);
  });

  it('keeps the order of calls and never has more in flight than it may', async () => {
    const publisher = createPublisher(nc, names, { maxInFlight: 7 });
    const calls = Array.from({ length: 200 }, (_, n) => publisher.publish(0, 'tick', [tick(n)]));
    expect(publisher.published).toBe(0);
    await Promise.all(calls);
    expect(publisher.published).toBeGreaterThanOrEqual(193);
    await publisher.flush();
    const expected = Array.from({ length: 200 }, (_, n) => `tick-${n}`);
    expect(await eventIds(names.stream(0))).toEqual(expected);
  });

  it('splits what one message cannot hold', async () => {
    const publisher = createPublisher(nc, names, { maxInFlightBytes: 100_000 });
    const dealers = Array.from({ length: 200 }, (_, n) => largeDealer(n));
    await publisher.publish('all', 'dealer', dealers);
    await publisher.flush();
    const stored = await readStream(names.stream('all'));
    expect(stored.length).toBeGreaterThan(1);
    expect(stored.flatMap(({ value }) => eventsOf(value))).toEqual(dealers);
    expect(publisher.published).toBe(200);
  });

  it('refuses one event that no message can hold, and goes on', async () => {
    const publisher = createPublisher(nc, names);
    await expect(
      publisher.publish(0, 'tick', [tick(1, 'x'.repeat(1 << 20))]),
    ).rejects.toMatchObject({
      code: 'messageTooLarge',
    });
    await publisher.publish(0, 'tick', [tick(2)]);
    await publisher.flush();
    expect(await eventIds(names.stream(0))).toEqual(['tick-2']);
  });
});

describe('deadLetter', () => {
  it('keeps the reason, the place and the bytes, and one letter once', async () => {
    const publisher = createPublisher(nc, names);
    const letter = {
      detail: 'tick: needs a mid',
      subject: 'firstcall.v1.events.1.tick',
      partition: 1,
      sequence: 42,
      index: 0,
      bytes: Uint8Array.of(1, 2, 3),
    };
    await publisher.deadLetter('invalid', letter);
    await publisher.deadLetter('invalid', letter);
    await publisher.deadLetter('invalid', { ...letter, sequence: 43 });
    await publisher.flush();
    const [first, ...others] = await readStream(names.deadLetterStream);
    expect(first?.subject).toBe('firstcall.v1.deadletter.invalid.1');
    expect(first?.value).toEqual({ reason: 'invalid', ...letter });
    expect(others).toHaveLength(1);
    expect(publisher.published).toBe(0);
  });

  it('cuts what no message can hold and says so', async () => {
    const publisher = createPublisher(nc, names);
    await publisher.deadLetter('undecodable', { detail: 'huge', bytes: new Uint8Array(1 << 20) });
    await publisher.flush();
    const [stored] = await readStream(names.deadLetterStream);
    const { detail, bytes } = stored!.value as { detail: string; bytes: Uint8Array };
    expect(detail).toBe(`huge (the first ${bytes.length} of ${1 << 20} bytes)`);
  });
});

describe('analysis', () => {
  it('keeps the record on its partition, and one of the same place and model once', async () => {
    const publisher = createPublisher(nc, names);
    const analysis = analysisOf('o1');
    const message = { partition: 1, sequence: 42, index: 0, modelHash: 'm', analysis };
    await publisher.analysis(message);
    await publisher.analysis(message);
    await publisher.analysis({ ...message, index: 1 });
    await publisher.analysis({ ...message, modelHash: 'n' });
    await publisher.flush();
    expect(await readStream(names.tcaStream)).toEqual([
      { subject: 'firstcall.v1.tca.1', value: message },
      { subject: 'firstcall.v1.tca.1', value: { ...message, index: 1 } },
      { subject: 'firstcall.v1.tca.1', value: { ...message, modelHash: 'n' } },
    ]);
    expect(publisher.published).toBe(0);
  });
});

describe('a server in trouble', () => {
  it('killed and restarted while events go in loses none, doubles none, keeps their order', async () => {
    const publisher = createPublisher(nc, names, { maxInFlight: 64 });
    const port = Number(new URL(server.url).port);
    for (let n = 0; n < 3_000; n += 1) {
      await publisher.publish(n % 2, 'tick', [tick(n)]);
      if (n !== 700 && n !== 1_900) continue;
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
      void launchNatsServer({ storeDir, port }).then((next) => {
        server = next;
      });
    }
    await publisher.flush();
    expect(publisher.published).toBe(3_000);
    for (const partition of [0, 1]) {
      const expected = Array.from({ length: 1_500 }, (_, n) => `tick-${2 * n + partition}`);
      expect(await eventIds(names.stream(partition))).toEqual(expected);
    }
  });

  it('frozen beyond the time-out of an ack stores each event once', async () => {
    const publisher = createPublisher(nc, names, { ackTimeoutMs: 100 });
    await publisher.publish(0, 'tick', [tick(0)]);
    await publisher.flush();
    process.kill(server.pid, 'SIGSTOP');
    for (let n = 1; n < 100; n += 1) await publisher.publish(0, 'tick', [tick(n)]);
    await delay(500);
    process.kill(server.pid, 'SIGCONT');
    await publisher.flush();
    const expected = Array.from({ length: 100 }, (_, n) => `tick-${n}`);
    expect(await eventIds(names.stream(0))).toEqual(expected);
  });

  it('rejects for good once a stream takes nothing for too long', async () => {
    const publisher = createPublisher(nc, logNames('absent'), { giveUpMs: 300, maxInFlight: 2 });
    const calls = Array.from({ length: 5 }, (_, n) => publisher.publish(0, 'tick', [tick(n)]));
    const results = await Promise.allSettled(calls);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
    await expect(publisher.flush()).rejects.toMatchObject({ code: 'publishFailed' });
    await expect(publisher.publish(0, 'tick', [tick(9)])).rejects.toMatchObject({
      code: 'publishFailed',
      message: expect.stringContaining('firstcall.v1-absent.events.0.tick'),
    });
    expect(publisher.published).toBe(0);
  });

  it('fails at once when the connection is closed', async () => {
    const publisher = createPublisher(nc, names);
    await nc.close();
    await publisher.publish(0, 'tick', [tick(1)]);
    await expect(publisher.flush()).rejects.toMatchObject({ code: 'publishFailed' });
  });
});
