import { expect, test } from 'vitest';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { PartitionName } from '../../schemas/subjects.ts';
import { EventBatcher } from '../event-batcher.ts';
import { DEFAULT_SIM_OPTIONS } from '../test-support/sim-defaults.ts';
import { Market } from './market.ts';
import { runMarket } from './runner.ts';

const HOUR = 3_600_000_000;
const LATENESS_MICROS = 600_000_000;
const PARTITIONS = 3;
const NOW = Date.parse('2024-05-07T02:00Z') * 1000;
const START = NOW - 24 * HOUR;

interface Logged {
  readonly partition: PartitionName;
  readonly event: FirstcallEvent;
}

/** Runs a market against a wall clock that stands still at NOW. */
async function run(speed: 'max' | number, now = () => NOW) {
  const log: Logged[] = [];
  const options = { ...DEFAULT_SIM_OPTIONS, startTs: START, liveFromTs: null };
  const batcher = new EventBatcher(async (partition, _, events) => {
    for (const event of events) log.push({ partition, event });
  }, PARTITIONS);
  let caughtUp = 0;
  await runMarket({
    market: new Market(options),
    batcher,
    startTs: START,
    speed,
    untilTs: NOW,
    now,
    signal: new AbortController().signal,
    onCaughtUp: () => {
      caughtUp++;
    },
  });
  return { log, caughtUp, whole: new Market(options).advance(NOW) };
}

test('a run publishes all events of the market once and never passes the wall clock', async () => {
  const { log, whole } = await run('max');
  const sent = log.filter(({ event }) => event.kind !== 'clock').map(({ event }) => event.id);
  expect(sent.toSorted()).toEqual(whole.map((event) => event.id).toSorted());
  expect(Math.max(...log.map(({ event }) => event.tsEvent))).toBe(NOW);
});

test('no tick comes later than the lateness allows, and every partition has clocks', async () => {
  const { log } = await run('max');
  for (const partition of [0, 1, 2, 'all'] as const) {
    const events = log.filter((logged) => logged.partition === partition);
    let newest = 0;
    for (const { event } of events) {
      expect(event.tsEvent).toBeGreaterThan(newest - LATENESS_MICROS);
      newest = Math.max(newest, event.tsEvent);
    }
    const clocks = events.filter(({ event }) => event.kind === 'clock');
    expect(clocks.length).toBeGreaterThan(24);
    expect(clocks.at(-1)?.event.tsEvent).toBe(NOW);
  }
});

test('a paced run keeps its pace behind a clock that moves', async () => {
  let now = NOW - 2_000_000;
  const { log, caughtUp, whole } = await run(50_000, () => {
    now = Math.min(NOW, now + 1000);
    return now;
  });
  expect(log.filter(({ event }) => event.kind !== 'clock').length).toBe(whole.length);
  expect(caughtUp).toBe(1);
});

test('an abort ends a run', async () => {
  const controller = new AbortController();
  const batcher = new EventBatcher(async () => {}, PARTITIONS);
  const options = { ...DEFAULT_SIM_OPTIONS, startTs: NOW, liveFromTs: NOW };
  const running = runMarket({
    market: new Market(options),
    batcher,
    startTs: NOW,
    speed: 'max',
    untilTs: null,
    now: () => NOW,
    signal: controller.signal,
    onCaughtUp: () => controller.abort(),
  });
  await running;
  expect(batcher.size).toBe(0);
});
