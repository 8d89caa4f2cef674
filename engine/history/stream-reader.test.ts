import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectNats } from '../platform/log.ts';
import { launchNatsServer, type NatsServer } from '../platform/nats-server.ts';
import type { LogMessage } from './message-rows.ts';
import { StreamReader } from './stream-reader.ts';

const STREAM = 'READ';
const SUBJECT = 'read.it';

let storeDir: string;
let server: NatsServer;
let nc: NatsConnection;

beforeEach(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'firstcall-nats-'));
  server = await launchNatsServer({ storeDir });
  nc = await connectNats(server.url, 'test');
  const jsm = await jetstreamManager(nc);
  await jsm.streams.add({ name: STREAM, subjects: [SUBJECT], storage: StorageType.File });
});

afterEach(async () => {
  await nc.close();
  await server.stop();
  await rm(storeDir, { recursive: true });
});

async function publish(texts: readonly string[]): Promise<void> {
  const js = jetstream(nc);
  await Promise.all(texts.map((text) => js.publish(SUBJECT, text, { retries: 20 })));
}

function texts(from: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `m${from + i}`);
}

/** Reads until `count` messages have come. */
async function readAll(next: number, count: number, onRead = (_: number) => {}) {
  const stop = new AbortController();
  const reader = await StreamReader.open(nc, STREAM, next, stop.signal);
  const read: { sequence: number; text: string }[] = [];
  while (read.length < count) {
    await reader.read(({ sequence, bytes }: LogMessage) => {
      read.push({ sequence, text: Buffer.from(bytes).toString() });
      onRead(read.length);
      if (read.length === count) stop.abort();
    });
  }
  return read;
}

test('reads from the wanted sequence on, more than one request brings', async () => {
  await publish(texts(1, 1000));
  const read = await readAll(301, 700);
  expect(read.map((message) => message.sequence)).toEqual(
    Array.from({ length: 700 }, (_, i) => 301 + i),
  );
});

test('gets a message as soon as it is there, without waiting for the request to fill', async () => {
  const reading = readAll(1, 2);
  await publish(['m1']);
  await publish(['m2']);
  expect(await reading).toEqual([
    { sequence: 1, text: 'm1' },
    { sequence: 2, text: 'm2' },
  ]);
});

test('a server that restarts leaves no gap and no repeat', async () => {
  await publish(texts(1, 500));
  const reading = readAll(1, 1000);
  await delay(50);
  const port = Number(new URL(server.url).port);
  await server.stop();
  server = await launchNatsServer({ storeDir, port });
  await publish(texts(501, 500));
  const read = await reading;
  expect(read.map((message) => message.sequence)).toEqual(
    Array.from({ length: 1000 }, (_, i) => 1 + i),
  );
});

test('a consumer that is deleted under the reader is replaced where it ended', async () => {
  await publish(texts(1, 600));
  const jsm = await jetstreamManager(nc);
  let deleting: Promise<unknown> | null = null;
  const deleteConsumers = async () => {
    for await (const { name } of jsm.consumers.list(STREAM))
      await jsm.consumers.delete(STREAM, name);
  };
  const reading = readAll(1, 900, (count) => {
    if (count === 10) deleting = deleteConsumers();
  });
  while (deleting === null) await delay(5);
  await deleting;
  await publish(texts(601, 300));
  expect((await reading).map((message) => message.sequence)).toEqual(
    Array.from({ length: 900 }, (_, i) => 1 + i),
  );
});

test('what the taker throws is not swallowed', async () => {
  await publish(['m1']);
  const reader = await StreamReader.open(nc, STREAM, 1, new AbortController().signal);
  const reading = reader.read(() => {
    throw new Error('full');
  });
  await expect(reading).rejects.toThrow('full');
});
