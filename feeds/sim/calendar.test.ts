import { expect, test } from 'vitest';
import { type Period, Periods } from './calendar.ts';

const micros = (iso: string) => Date.parse(iso) * 1000;
const iso = (ts: number) => new Date(ts / 1000).toISOString().slice(0, 16);
const show = ({ from, to, isLive }: Period) => `${iso(from)} ${iso(to)} ${isLive}`;

test('history trades eight hours on weekdays, from where it starts', () => {
  const periods = new Periods(micros('2024-05-31T15:00Z'), Number.POSITIVE_INFINITY);
  expect([periods.take(), periods.take(), periods.take()].map(show)).toEqual([
    '2024-05-31T15:00 2024-05-31T21:00 false',
    '2024-06-03T13:00 2024-06-03T21:00 false',
    '2024-06-04T13:00 2024-06-04T21:00 false',
  ]);
});

test('a live market goes minute by minute and never closes', () => {
  const liveFrom = micros('2024-06-01T02:00:30Z');
  const periods = new Periods(micros('2024-05-31T20:00Z'), liveFrom);
  expect([periods.take(), periods.take(), periods.take()].map(show)).toEqual([
    '2024-05-31T20:00 2024-05-31T21:00 false',
    '2024-06-01T02:00 2024-06-01T02:01 true',
    '2024-06-01T02:01 2024-06-01T02:02 true',
  ]);
});

test('a market that turns live within a session cuts the session there', () => {
  const liveFrom = micros('2024-05-31T14:30Z');
  const periods = new Periods(micros('2024-05-31T12:00Z'), liveFrom);
  const first = periods.take();
  expect(show(first)).toBe('2024-05-31T13:00 2024-05-31T14:30 false');
  expect(iso(first.closes)).toBe('2024-05-31T21:00');
  expect(show(periods.take())).toBe('2024-05-31T14:30 2024-05-31T14:31 true');
});
