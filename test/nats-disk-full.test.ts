import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SupervisedNats } from '../engine/cli/supervisor/nats.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { createPublisher, type EventPublisher } from '../engine/platform/publisher.ts';
import type { InstrumentId } from '../schemas/ids.ts';
import { logNames } from '../schemas/subjects.ts';
import { mountSmallDisk, type SmallDisk } from './support/small-disk.ts';
import { readStream } from './support/streams.ts';

const names = logNames();
const EVENTS_PER_MESSAGE = 50;
const PROBE_MS = 300;

const probe = mountSmallDisk(1);
const skip = typeof probe === 'string';
if (typeof probe === 'string') console.log(`skipped: ${probe}`);
else probe.remove();

let disk: SmallDisk;
let nats: SupervisedNats;
let nc: NatsConnection;
const said: string[] = [];

beforeEach(async () => {
  if (skip) return;
  disk = mountSmallDisk(48) as SmallDisk;
  said.length = 0;
  const observer = {
    started: () => {},
    restarting: () => void said.push('restarting'),
    restarted: () => void said.push('restarted'),
    givenUp: (why: string) => void said.push(why),
    troubled: (why: string) => void said.push(why),
  };
  nats = await SupervisedNats.start(join(disk.folder, 'nats'), 0, observer, PROBE_MS);
  nc = await connectNats(nats.url, 'test');
  await ensureLog(nc, names, 2);
});

afterEach(async () => {
  if (skip) return;
  await nc.close();
  await nats.stop();
  disk.remove();
});

function ticks(message: number) {
  return Array.from({ length: EVENTS_PER_MESSAGE }, (_, i) => ({
    kind: 'tick' as const,
    id: `${message}-${i}-${'x'.repeat(100)}`,
    tsEvent: 1_700_000_000_000_000 + message,
    instrumentId: 'X' as InstrumentId,
    mid: 100,
  }));
}

async function publish(publisher: EventPublisher, from: number, to: number): Promise<void> {
  for (let m = from; m < to; m++) await publisher.publish(0, 'tick', ticks(m));
}

async function idsStored(): Promise<string[]> {
  const events = await readStream<{ id: string }>(nc, names.stream(0));
  return events.map(({ id }) => id);
}

test.skipIf(skip)(
  'a runaway feed is refused before the disk is full, and the log can be read',
  async () => {
    const publisher = createPublisher(nc, names, { giveUpMs: 1_500 });
    const error = await publish(publisher, 0, 20_000).then(
      () => null,
      (refused: Error) => refused,
    );
    expect(error).toMatchObject({ code: 'publishFailed' });
    expect(error?.message).toContain('insufficient');
    const jsm = await jetstreamManager(nc);
    const { state } = await jsm.streams.info(names.stream(0));
    expect(state.bytes).toBeGreaterThan(20 << 20);
    expect(state.bytes).toBeLessThan(44 << 20);
    expect(publisher.published).toBe(state.messages * EVENTS_PER_MESSAGE);
  },
);

test.skipIf(skip)(
  'a server that a full disk has stopped is said to be, comes back once there is room, and has all',
  { timeout: 120_000 },
  async () => {
    const publisher = createPublisher(nc, names);
    await publish(publisher, 0, 10);
    await publisher.flush();
    disk.fill();
    const publishing = publish(publisher, 10, 300).then(() => publisher.flush());
    while (said.length === 0) await delay(50);
    expect(said).toEqual([expect.stringContaining('is full; the log goes on when there is room')]);
    disk.empty();
    await publishing;
    expect(said.slice(1)).toEqual(['restarting', 'restarted']);
    const expected = Array.from({ length: 300 }, (_, m) => ticks(m).map(({ id }) => id)).flat();
    expect(await idsStored()).toEqual(expected);
  },
);
