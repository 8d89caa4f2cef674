import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chancesOfBest, drawOf, type Posterior, pick } from './exploration.ts';

const posteriors = fc.array(
  fc.record({
    mean: fc.double({ min: -1, max: 2, noNaN: true }),
    standardError: fc.double({ min: 0, max: 0.5, noNaN: true }),
  }),
  { minLength: 1, maxLength: 40 },
);

/** The same by drawing from the posteriors, each the sum of three uniform variables. */
function sampledChances(list: readonly Posterior[], samples: number): number[] {
  let state = 12345;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const wins = list.map(() => 0);
  for (let n = 0; n < samples; n++) {
    const drawn = list.map(
      ({ mean, standardError }) =>
        mean + 2 * standardError * (uniform() + uniform() + uniform() - 1.5),
    );
    wins[drawn.indexOf(Math.max(...drawn))]! += 1 / samples;
  }
  return wins;
}

describe('the chances of being best', () => {
  it('are probabilities that add up to 1', () => {
    fc.assert(
      fc.property(posteriors, (list) => {
        const chances = chancesOfBest(list);
        expect(chances.every((chance) => chance >= 0 && chance <= 1 + 1e-12)).toBe(true);
        expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('are what drawing from the posteriors gives', () => {
    const list = [
      { mean: 1, standardError: 0.05 },
      { mean: 0.98, standardError: 0.1 },
      { mean: 0.9, standardError: 0.2 },
      { mean: 0.5, standardError: 0.02 },
    ];
    const [exact, sampled] = [chancesOfBest(list), sampledChances(list, 200_000)];
    for (const [i, chance] of exact.entries()) expect(chance).toBeCloseTo(sampled[i]!, 2);
    expect(exact[3]).toBe(0);
  });

  it('go to the best where nothing is uncertain, the first of equals', () => {
    const certain = [0.4, 0.9, 0.9].map((mean) => ({ mean, standardError: 0 }));
    expect(chancesOfBest(certain)).toEqual([0, 1, 0]);
  });

  it('favour, of two alike, neither', () => {
    const alike = { mean: 0.8, standardError: 0.1 };
    const [a, b] = chancesOfBest([alike, alike]);
    expect(a).toBeCloseTo(b!, 12);
  });
});

describe('a draw', () => {
  it('is the same for the same order, and even over orders', () => {
    expect(drawOf('O-1', 'explore')).toBe(drawOf('O-1', 'explore'));
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[Math.floor(drawOf(`O-${i}`, 'explore') * 10)]! += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  it('does not tie two purposes together', () => {
    let both = 0;
    for (let i = 0; i < 100_000; i++) {
      if (drawOf(`O-${i}`, 'explore') < 0.1 && drawOf(`O-${i}`, 'place') < 0.1) both++;
    }
    expect(Math.abs(both - 1000)).toBeLessThan(150);
  });

  it('picks each as often as its chance says', () => {
    const chances = [0.2, 0, 0.5, 0.3];
    const picked = [0, 0, 0, 0];
    for (let i = 0; i < 1000; i++) picked[pick(chances, (i + 0.5) / 1000)]!++;
    expect(picked).toEqual([200, 0, 500, 300]);
    expect(pick([0.5, 0.4999999, 0], 0.99999999)).toBe(1);
  });
});
