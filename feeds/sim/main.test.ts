import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchNatsServer } from '../../engine/platform/nats-server.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import { logNames } from '../../schemas/subjects.ts';
import { startNats, type TestNats } from '../../test/support/nats.ts';
import {
  isAtHome,
  readLog,
  startProcess,
  untilExit,
  untilMessage,
} from '../test-support/log-contents.ts';
import { DEFAULT_SIM_OPTIONS } from '../test-support/sim-defaults.ts';
import { Market } from './market.ts';

const PARTITIONS = 3;
const NAMES = logNames('simtest');
/** Little enough to be read back message by message. */
const SIM = { seed: 4, days: 1 };

let nats: TestNats;
beforeAll(async () => {
  nats = await startNats();
});
afterAll(() => nats.stop());

async function runSim(names = NAMES, sim = {}) {
  const settings = {
    natsUrl: nats.url,
    log: names.log,
    partitions: PARTITIONS,
    sim: { ...DEFAULT_SIM_OPTIONS, ...SIM, ...sim },
  };
  const child = startProcess('feeds/sim/main.js', [], settings);
  const exit = untilExit(child);
  await untilMessage(child, 'ready');
  await untilMessage(child, 'caughtUp');
  child.kill('SIGTERM');
  const { code, output } = await exit;
  expect(code, output).toBe(0);
  return readLog(nats.url, names, PARTITIONS);
}

const withoutClocks = (events: readonly { event: FirstcallEvent }[]) =>
  events.map(({ event }) => event).filter(({ kind }) => kind !== 'clock');
const newest = (events: readonly FirstcallEvent[]) =>
  Math.max(...events.map(({ tsEvent }) => tsEvent));

test('the process puts its market into the log whole, and goes on where it stopped', async () => {
  const first = await runSim();
  expect(first.deadLetters).toEqual([]);
  const events = withoutClocks(first.events);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);

  const startTs = events.find(({ kind }) => kind === 'instrument')!.tsEvent;
  const turnedLive = startTs + SIM.days * 86_400_000_000;
  const market = new Market({ ...DEFAULT_SIM_OPTIONS, ...SIM, startTs, liveFromTs: turnedLive });
  const wanted = [...market.reference(), ...market.advance(newest(events))];
  const byId = (list: readonly FirstcallEvent[]) => list.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  expect(byId(events)).toEqual(byId(wanted));

  const benchmarks = new Set(
    events.flatMap((event) => (event.kind === 'instrument' ? (event.benchmarkId ?? []) : [])),
  );
  expect(first.events.filter((each) => !isAtHome(each, PARTITIONS, benchmarks))).toEqual([]);

  const second = await runSim();
  const ids = withoutClocks(second.events).map(({ id }) => id);
  const known = new Set(ids);
  expect(known.size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(events.length);
  expect(events.filter(({ id }) => !known.has(id))).toEqual([]);
});

test('in disorder, all of the market is in the log when it is stopped, and some of it twice', async () => {
  const sim = { days: 1, duplicates: 0.2, outOfOrder: 0.3 };
  const { events, deadLetters } = await runSim(logNames('disorder'), sim);
  expect(deadLetters).toEqual([]);
  const logged = withoutClocks(events);
  const startTs = logged.find(({ kind }) => kind === 'instrument')!.tsEvent;
  const liveFromTs = startTs + 86_400_000_000;
  const market = new Market({ ...DEFAULT_SIM_OPTIONS, ...SIM, startTs, liveFromTs });
  const wanted = [...market.reference(), ...market.advance(newest(logged))];
  const ids = logged.map(({ id }) => id);
  expect(new Set(ids)).toEqual(new Set(wanted.map(({ id }) => id)));
  expect(ids.length).toBeGreaterThan(1.1 * wanted.length);
});

test('a market that is stopped while the broker is frozen is in the log whole after the next start', async () => {
  const DAYS = 0.2;
  const folder = await mkdtemp(join(tmpdir(), 'firstcall-sim-'));
  const server = await launchNatsServer({ storeDir: join(folder, 'nats') });
  const settings = {
    natsUrl: server.url,
    storeDir: join(folder, 'store'),
    partitions: PARTITIONS,
    sim: { ...DEFAULT_SIM_OPTIONS, ...SIM, days: DAYS, liveRfqsPerMinute: 10_000 },
  };
  const spool = join(folder, 'store', 'spool', 'sim.spool');
  const first = startProcess('feeds/sim/main.js', [], settings);
  const stopped = untilExit(first);
  await untilMessage(first, 'caughtUp');
  process.kill(server.pid, 'SIGSTOP');
  while (statSync(spool).size < 20_000) await delay(20);
  first.kill('SIGTERM');
  const { code, output } = await stopped;
  expect(code, output).toBe(0);
  expect(output).toContain('the broker is away: events go to the spool');
  process.kill(server.pid, 'SIGCONT');

  const second = startProcess('feeds/sim/main.js', [], settings);
  const ended = untilExit(second);
  await untilMessage(second, 'caughtUp');
  second.kill('SIGTERM');
  expect((await ended).output).toContain('a spool was left behind: it is published first');
  const logged = withoutClocks((await readLog(server.url, logNames(), PARTITIONS)).events);
  // Each run begins with its instruments, the second where the time of the log ends.
  const starts = logged.filter(({ kind }) => kind === 'instrument').map(({ tsEvent }) => tsEvent);
  const startTs = Math.min(...starts);
  const stopTs = Math.max(...starts) - 1;
  const liveFromTs = startTs + DAYS * 86_400_000_000;
  const market = new Market({ ...settings.sim, startTs, liveFromTs });
  const wanted = [...market.reference(), ...market.advance(stopTs)];
  const ids = (list: readonly FirstcallEvent[]) => list.map(({ id }) => id).sort();
  expect(stopTs).toBeGreaterThan(liveFromTs);
  expect(ids(logged.filter(({ tsEvent }) => tsEvent <= stopTs))).toEqual(ids(wanted));
  await server.stop();
  await rm(folder, { recursive: true });
});
