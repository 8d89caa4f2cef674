import fc from 'fast-check';
import type { InstrumentId } from '../../../schemas/ids.ts';
import type { Drafts } from './grid.ts';

/** Ticks at a regular distance; at distance 0, several at one time. */
export interface TickRun {
  readonly from: number;
  readonly every: number;
  readonly cents: readonly number[];
  readonly shape: 'mid' | 'bidAsk' | 'all';
}

function run(every: fc.Arbitrary<number>, length: number): fc.Arbitrary<TickRun> {
  return fc.record({
    from: fc.integer({ min: -40, max: 500 }),
    every,
    cents: fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: length }),
    shape: fc.constantFrom('mid', 'bidAsk', 'all'),
  });
}

const regular = fc
  .tuple(run(fc.integer({ min: 5, max: 60 }), 30), fc.integer({ min: -40, max: 20 }))
  .map(([ticks, from]) => ({ ...ticks, from }));

/** A long run, mostly, and some short ones. */
export const tickRuns: fc.Arbitrary<TickRun[]> = fc
  .tuple(
    fc.option(regular, { nil: undefined, freq: 6 }),
    fc.array(run(fc.nat({ max: 12 }), 6), { maxLength: 2 }),
  )
  .map(([long, short]) => (long === undefined ? short : [long, ...short]));

export function addTicks(
  drafts: Drafts,
  runs: readonly TickRun[],
  instrumentId: InstrumentId,
  priceOf: (cents: number) => number,
): void {
  for (const { from, every, cents, shape } of runs) {
    for (const [i, off] of cents.entries()) {
      const mid = priceOf(off);
      const sides = { bid: mid * 0.999, ask: mid * 1.0015 };
      drafts.add('tick', from + i * every, {
        instrumentId,
        ...(shape === 'mid' ? {} : sides),
        ...(shape === 'bidAsk' ? {} : { mid }),
      });
    }
  }
}
