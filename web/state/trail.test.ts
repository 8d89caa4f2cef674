import { describe, expect, it } from 'vitest';
import { TRAIL_SAMPLES_MAX, TRAIL_SPAN_MS_MAX, Trail } from './trail.ts';

const timesOf = (trail: Trail) => trail.samples.map(({ atMs }) => atMs);

describe('a trail', () => {
  it('takes a sample a second, however often it is offered one', () => {
    const trail = new Trail();
    for (let ms = 0; ms <= 3_000; ms += 100) trail.sample(ms, ms);
    expect(timesOf(trail)).toEqual([0, 1_000, 2_000, 3_000]);
    expect(trail.samples.map(({ value }) => value)).toEqual([0, 1_000, 2_000, 3_000]);
  });

  it('spans a whole day in bounded memory', () => {
    const trail = new Trail();
    const day = TRAIL_SPAN_MS_MAX;
    for (let ms = 0; ms <= day; ms += 1_000) trail.sample(ms, ms);
    const times = timesOf(trail);
    expect(times.length).toBeLessThanOrEqual(TRAIL_SAMPLES_MAX);
    expect(times.length).toBeGreaterThanOrEqual(TRAIL_SAMPLES_MAX / 2);
    expect(times[0]!).toBeLessThan(day / 20);
    expect(times.at(-1)!).toBeGreaterThan(day - day / 20);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('forgets what is more than a day old', () => {
    const trail = new Trail();
    trail.sample(1, 0);
    trail.sample(2, 1_000);
    trail.sample(3, TRAIL_SPAN_MS_MAX + 1_000);
    expect(trail.samples.map(({ value }) => value)).toEqual([2, 3]);
  });

  it('marks where it was interrupted, also when thinned', () => {
    const trail = new Trail();
    for (let i = 0; i < TRAIL_SAMPLES_MAX; i++) {
      if (i === 50) trail.interrupt();
      trail.sample(i, i * 1_000);
    }
    expect(trail.samples.filter(({ isStart }) => isStart).map(({ value }) => value)).toEqual([
      0, 50,
    ]);
    trail.sample(TRAIL_SAMPLES_MAX, TRAIL_SAMPLES_MAX * 1_000);
    expect(trail.samples.filter(({ isStart }) => isStart).map(({ value }) => value)).toEqual([
      1, 51,
    ]);
  });

  it('begins anew when event time goes back', () => {
    const trail = new Trail();
    trail.sample(1, 5_000);
    trail.sample(2, 1_000);
    expect(timesOf(trail)).toEqual([1_000]);
  });
});
