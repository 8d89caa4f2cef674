import { describe, expect, it } from 'vitest';
import { briefTime, duration, zonedTime } from './time.ts';

const NOON = Date.UTC(2025, 10, 22, 12, 4, 10);

describe('durations', () => {
  it('get coarser as they grow', () => {
    const cases = [0, 340, 9_940, 10_000, 119_999, 120_000, 7_200_000, 172_800_000];
    expect(cases.map(duration)).toEqual([
      '0.0 s',
      '0.3 s',
      '9.9 s',
      '10 s',
      '119 s',
      '2 min',
      '2 h',
      '2 days',
    ]);
  });

  it('of never are no number', () => {
    expect(duration(Number.POSITIVE_INFINITY)).toBe('–');
  });
});

describe('event time', () => {
  it('names its zone', () => {
    expect(zonedTime(NOON * 1000, 'UTC')).toEqual({
      date: '22 Nov 2025',
      time: '12:04:10',
      zone: 'UTC',
    });
    expect(zonedTime(NOON * 1000, 'Europe/Paris').time).toBe('13:04:10');
  });

  it('says its date only on another day', () => {
    expect(briefTime(NOON * 1000, NOON + 60_000, 'UTC')).toBe('12:04:10 UTC');
    expect(briefTime(NOON * 1000, NOON + 86_400_000, 'UTC')).toBe('22 Nov 2025 12:04:10 UTC');
  });

  it('begins the day at 00, not 24', () => {
    expect(zonedTime(Date.UTC(2025, 0, 1) * 1000, 'UTC').time).toBe('00:00:00');
  });
});
