import { describe, expect, it } from 'vitest';
import type { EngineStatus } from '../../../schemas/engine-status.ts';
import { idleStatus } from './testing/idle-status.ts';
import { NO_RATES, TRACK_MS, Track } from './track.ts';

function at(seconds: number, over: Partial<EngineStatus> = {}): EngineStatus {
  const process = { uptimeSeconds: seconds, cpuSeconds: seconds / 2, residentBytes: 1 };
  return idleStatus({ eventsApplied: 100 * seconds, process, ...over });
}

describe('the track of an engine', () => {
  it('has rates from the second reading on, over the last seconds', () => {
    const track = new Track();
    expect(track.take(at(10), 0)).toEqual(NO_RATES);
    expect(track.take(at(11), 1_000)).toMatchObject({ events: 100, processors: 0.5 });
    for (let s = 2; s <= 20; s++) track.take(at(10 + s, { eventsApplied: 1_100 }), 1_000 * s);
    expect(track.take(at(31, { eventsApplied: 1_100 }), 21_000).events).toBe(0);
  });

  it('begins anew with an engine that was started again, and leaves a gap in its lines', () => {
    const track = new Track();
    track.take(at(100), 0);
    track.take(at(101), 1_000);
    expect(track.take(at(1), 10_000)).toEqual(NO_RATES);
    expect(track.take(at(2), 11_000).events).toBe(100);
    expect(track.samples('lagMs').map(({ isStart }) => isStart)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('keeps the last minutes only', () => {
    const track = new Track();
    for (let s = 0; s < 1_000; s++) track.take(at(s), 1_000 * s);
    expect(track.samples('lagMs')).toHaveLength(TRACK_MS / 1_000 + 1);
  });

  it('tells what grows and what does not go away', () => {
    const track = new Track();
    const waiting = ({ decisionsWaiting }: EngineStatus) => decisionsWaiting;
    expect(track.growth(waiting)).toBe(0);
    for (let s = 0; s <= 12; s++) track.take(at(s, { decisionsWaiting: 3 + s }), 1_000 * s);
    expect(track.growth(waiting)).toBe(12);
    expect(track.least(waiting, 10_000)).toBe(5);
    track.take(at(13, { decisionsWaiting: 0 }), 13_000);
    expect(track.least(waiting, 10_000)).toBe(0);
    expect(new Track().least(waiting, 10_000)).toBe(0);
  });
});
