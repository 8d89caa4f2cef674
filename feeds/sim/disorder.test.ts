import { expect, test } from 'vitest';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { InstrumentId } from '../../schemas/ids.ts';
import type { PartitionName } from '../../schemas/subjects.ts';
import { EventBatcher } from '../event-batcher.ts';
import { DEFAULT_SIM_OPTIONS } from '../test-support/sim-defaults.ts';
import { DISORDER_FLUSH_MICROS, Disorder } from './disorder.ts';
import { Market } from './market.ts';
import { runMarket } from './runner.ts';

const HOUR = 3_600_000_000;
const LATENESS_MICROS = 600_000_000;
const NOW = Date.parse('2024-05-07T16:00Z') * 1000;
const START = NOW - 9 * HOUR;
const MARKET = { ...DEFAULT_SIM_OPTIONS, startTs: START, liveFromTs: null };

interface Logged {
  readonly partition: PartitionName;
  readonly event: FirstcallEvent;
  /** Older than what its partition takes. */
  readonly isLate: boolean;
}

/** The log of a disturbed market. */
async function run(duplicates: number, outOfOrder: number): Promise<Logged[]> {
  const log: Logged[] = [];
  const newest = new Map<PartitionName, number>();
  const batcher = new EventBatcher(async (partition, _, events) => {
    for (const event of events) {
      const ts = newest.get(partition) ?? 0;
      log.push({ partition, event, isLate: event.tsEvent < ts - LATENESS_MICROS });
      newest.set(partition, Math.max(ts, event.tsEvent));
    }
  }, 3);
  await runMarket({
    market: new Disorder(new Market(MARKET), { seed: 5, duplicates, outOfOrder }),
    flushMicros: DISORDER_FLUSH_MICROS,
    batcher,
    startTs: START,
    speed: 'max',
    untilTs: NOW,
    now: () => NOW,
    signal: new AbortController().signal,
    onCaughtUp: () => {},
  });
  return log;
}

const withoutClocks = (log: readonly Logged[]) => log.filter(({ event }) => event.kind !== 'clock');
const idsOf = (log: readonly Logged[]) => withoutClocks(log).map(({ event }) => event.id);

test('a run holds what it should, loses nothing, and ends with a clock', async () => {
  const wanted = new Market(MARKET).advance(NOW).map(({ id }) => id);
  const log = await run(0.1, 0.2);
  const ids = idsOf(log);
  expect(new Set(ids)).toEqual(new Set(wanted));
  const repeats = ids.length - wanted.length;
  expect(repeats / wanted.length).toBeCloseTo(0.1, 1);
  for (const partition of [0, 1, 2, 'all'] as const) {
    const last = log.findLast((logged) => logged.partition === partition);
    expect(last?.event).toMatchObject({ kind: 'clock', tsEvent: NOW });
  }
});

test('some repeats come after the lateness, what is only held back mostly in time', async () => {
  const lateShare = (log: readonly Logged[]) =>
    log.filter(({ isLate }) => isLate).length / withoutClocks(log).length;
  const held = lateShare(await run(0, 0.5));
  expect(held).toBeLessThan(0.05);
  const repeated = lateShare(await run(0.5, 0));
  expect(repeated).toBeGreaterThan(0.03);
});

test('with nothing to do it does nothing', async () => {
  const market = new Market(MARKET);
  const disorder = new Disorder(new Market(MARKET), { seed: 5, duplicates: 0, outOfOrder: 0 });
  expect(disorder.advance(NOW)).toEqual(market.advance(NOW));
  expect(disorder.nextTs).toBe(market.nextTs);
  expect(disorder.release()).toEqual([]);
});

test('a market that is too busy to be held back goes out in order', () => {
  const events = Array.from({ length: 250_000 }, (_, n): FirstcallEvent => {
    return { kind: 'tick', id: `t${n}`, tsEvent: n, instrumentId: 'X' as InstrumentId, mid: 1 };
  });
  const source = { nextTs: 0, advance: () => events };
  const disorder = new Disorder(source, { seed: 5, duplicates: 1, outOfOrder: 1 });
  const out = disorder.advance(events.length);
  expect(disorder.waiting).toBeLessThanOrEqual(200_000);
  const all = [...out, ...disorder.release()];
  expect(new Set(all).size).toBe(events.length);
});
