import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ImpactTrace, type Impulse, impulseAt } from './impact.ts';

const MINUTE = 60_000_000;

test('an impulse counts from its time on; the temporary part comes back, the rest stays', () => {
  const impulse: Impulse = { at: MINUTE, temporaryBps: 3, lastingBps: 1 };
  expect(impulseAt(impulse, MINUTE - 1)).toBe(0);
  expect(impulseAt(impulse, MINUTE)).toBe(4);
  expect(impulseAt(impulse, 31 * MINUTE)).toBeGreaterThan(0.9);
  expect(impulseAt(impulse, 31 * MINUTE)).toBeLessThan(1.2);
});

test('folding changes nothing but the memory', () => {
  const bps = fc.double({ min: -5, max: 5, noNaN: true });
  const impulses = fc.array(
    fc.record({ at: fc.nat(60 * MINUTE), temporaryBps: bps, lastingBps: bps }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(impulses, fc.nat(60 * MINUTE), fc.nat(60 * MINUTE), (all, foldAt, later) => {
      const trace = new ImpactTrace();
      trace.add(all);
      trace.fold(foldAt);
      const ts = foldAt + later;
      const naive = all.reduce((sum, impulse) => sum + impulseAt(impulse, ts), 0);
      expect(trace.at(ts)).toBeCloseTo(naive, 9);
    }),
  );
});
