import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rowWindow } from './row-window.ts';

it('holds every row in view and few others', () => {
  const size = fc.integer({ min: 1, max: 2_000 });
  fc.assert(
    fc.property(size, size, size, fc.nat(100_000), (height, rowHeight, rows, top) => {
      const { from, to } = rowWindow({ top, height, rowHeight, rows });
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeLessThanOrEqual(rows);
      const missing = Array.from({ length: rows }, (_, row) => row).filter((row) => {
        const isInView = (row + 1) * rowHeight > top && row * rowHeight < top + height;
        return isInView && (row < from || row >= to);
      });
      expect(missing).toEqual([]);
      expect(to - from).toBeLessThanOrEqual(height / rowHeight + 10);
    }),
    { numRuns: 50 },
  );
});
