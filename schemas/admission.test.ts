import { expect, test } from 'vitest';
import { type Arrival, refuseLogged } from './admission.ts';
import { partitionOf } from './subjects.ts';

const T = 1_790_000_000_000_000;
const HOME = partitionOf('X', 8);
const tick = { kind: 'tick', id: 't', tsEvent: T, instrumentId: 'X', mid: 100 };
const clock = { kind: 'clock', id: 'c', tsEvent: T };
const dealer = { kind: 'dealer', id: 'd', tsEvent: T, dealerId: 'D', enabled: true };

function reasonOf(value: unknown, arrival: Partial<Arrival> = {}): string | null {
  const kind = (value as { kind: string }).kind;
  const subject = `firstcall.v1.events.${arrival.partition ?? HOME}.${kind}`;
  const whole = { subject, tsLog: T, partition: HOME, partitions: 8, ...arrival };
  return refuseLogged(value, whole)?.reason ?? null;
}

test('an event in its place and time is taken', () => {
  expect([tick, clock].map((e) => reasonOf(e))).toEqual([null, null]);
  const all = { partition: 'all' as const };
  expect([tick, clock, dealer].map((e) => reasonOf(e, all))).toEqual([null, null, null]);
});

test('what came on the wrong subject or partition is misrouted', () => {
  expect(reasonOf(tick, { subject: 'firstcall.v1.events.0.quote' })).toBe('misrouted');
  expect(reasonOf(tick, { partition: (HOME + 1) % 8 })).toBe('misrouted');
  expect(reasonOf(dealer)).toBe('misrouted');
  const instrument = { kind: 'instrument', id: 'i', tsEvent: T, instrumentId: 'X' };
  expect(reasonOf(instrument, { partition: 'all' })).toBe('misrouted');
});

test('a minute ahead of the log is the most', () => {
  expect(reasonOf(tick, { tsLog: T - 60_000_000 })).toBe(null);
  expect(reasonOf(tick, { tsLog: T - 60_000_001 })).toBe('future');
});

test('the names that scores keep for themselves are refused', () => {
  expect(reasonOf({ ...dealer, dealerId: '*' }, { partition: 'all' })).toBe('invalid');
  const instrument = { kind: 'instrument', id: 'i', tsEvent: T, instrumentId: 'X' };
  expect(reasonOf({ ...instrument, assetClass: 'ALL' })).toBe('invalid');
  expect(reasonOf({ ...instrument, assetClass: 'ALLY' })).toBe(null);
});

test('what is no event at all is invalid, wherever it came', () => {
  expect(reasonOf({ ...tick, mid: Number.NaN })).toBe('invalid');
});
