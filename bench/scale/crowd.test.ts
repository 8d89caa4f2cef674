import { expect, test } from 'vitest';
import { Random } from '../../feeds/sim/random.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import { refuseEvent } from '../../schemas/validate.ts';
import { Crowd, PIECE_MICROS } from './crowd.ts';
import { Zipf } from './zipf.ts';

const SMALL = { seed: 5, dealers: 50, instruments: 100 };

function play(options: typeof SMALL, pieces: number): FirstcallEvent[] {
  const crowd = new Crowd(options);
  return Array.from({ length: pieces }, () => crowd.nextPiece()).flat();
}

/** How many events of each kind are about each of some RFQs, by the number in their ids. */
function kindsOf(events: readonly FirstcallEvent[], rfqs: number): string[] {
  const kinds = Array.from({ length: rfqs }, (): string[] => []);
  for (const { id, kind } of events) kinds[Number(id.slice(1).split('.')[0])]?.push(kind);
  return kinds.map((all) => all.sort().join());
}

test('events and reference data are valid, and one seed makes one market', () => {
  const events = [...new Crowd(SMALL).reference(), ...play(SMALL, 20)];
  expect(events.map(refuseEvent).filter((refusal) => refusal !== null)).toEqual([]);
  expect(play(SMALL, 20)).toEqual(play(SMALL, 20));
  expect(play({ ...SMALL, seed: 6 }, 20)).not.toEqual(play(SMALL, 20));
});

test('an RFQ has the same events whatever the number of dealers and instruments', () => {
  const [small, large] = [SMALL, { ...SMALL, dealers: 1000, instruments: 10_000 }].map((options) =>
    kindsOf(play(options, 20), 60),
  );
  expect(large).toEqual(small);
  expect(new Set(small).size).toBe(3);
});

test('pieces follow one another in event time', () => {
  const crowd = new Crowd(SMALL);
  for (let i = 0; i < 20; i++) {
    const from = crowd.ts;
    const times = crowd.nextPiece().map(({ tsEvent }) => tsEvent);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(from);
    expect(times.at(-1)).toBeLessThan(from + PIECE_MICROS);
  }
});

test('the k-th of a Zipf draw comes in proportion to 1/k, and draws without repeats do not repeat', () => {
  const [zipf, random] = [new Zipf(100), new Random(1)];
  const counts = new Array<number>(100).fill(0);
  const draws = 200_000;
  for (let i = 0; i < draws; i++) counts[zipf.draw(random)]! += 1;
  const harmonic = counts.reduce((sum, _, k) => sum + 1 / (k + 1), 0);
  for (const k of [0, 1, 3, 9, 99]) {
    const expected = draws / harmonic / (k + 1);
    expect(Math.abs(counts[k]! - expected)).toBeLessThan(6 * Math.sqrt(expected));
  }
  const drawn = zipf.drawDistinct(random, 8);
  expect(new Set(drawn).size).toBe(8);
});
