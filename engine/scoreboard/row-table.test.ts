import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowTable } from './row-table.ts';

test('finds the rows that a map would find, while it grows', () => {
  const pair = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 30 }));
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 3000, size: 'max' }), (pairs) => {
      const table = new RowTable(new Int32Array(2 * pairs.length));
      const map = new Map<string, number>();
      for (const [scope, dealer] of pairs) {
        const known = map.get(`${scope} ${dealer}`);
        expect(table.find(scope, dealer)).toBe(known ?? -1);
        if (known !== undefined) continue;
        map.set(`${scope} ${dealer}`, table.append(scope, dealer));
      }
      expect([...map.values()]).toEqual([...Array(table.size).keys()]);
    }),
    { numRuns: 20 },
  );
});
