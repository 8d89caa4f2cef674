import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packRow } from '../../engine/scoring/packed-row.ts';
import type { ScoreRows } from '../../engine/scoring/score-rows.ts';
import type { DealerId } from '../../schemas/ids.ts';
import type { SumsRow } from '../../schemas/protocol.ts';
import { LocalScores } from './local-scores.ts';
import { plainRows, sumsRow } from './testing/sums-rows.ts';

describe('LocalScores', () => {
  it('lays out whatever comes as a plain layout does', () => {
    const dealer = fc.constantFrom('*', 'A', 'B', 'C', 'a', 'Z');
    const scope = fc.constantFrom('ALL', 'CORP', 'X');
    const step = fc.record({
      scope,
      kind: fc.constantFrom('snapshot' as const, 'delta' as const, 'delta' as const),
      rows: fc.uniqueArray(fc.tuple(dealer, fc.nat(50)), { selector: ([id]) => id }),
      removed: fc.uniqueArray(dealer),
    });
    const forget = fc.record({ forget: scope });
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 6, arbitrary: step }, forget)), (steps) => {
        const scores = new LocalScores();
        const model = new Map<string, Map<string, SumsRow>>();
        for (const each of steps) {
          if ('forget' in each) {
            scores.forget(each.forget);
            model.delete(each.forget);
            continue;
          }
          const rows = each.rows.map(([id, seed]) => sumsRow(id, seed));
          const removed = each.kind === 'snapshot' ? [] : each.removed;
          scores.change(each.scope, { kind: each.kind, rows, removed });
          const old = each.kind === 'snapshot' ? undefined : model.get(each.scope);
          const table = new Map(old);
          for (const id of removed) table.delete(id);
          for (const row of rows) table.set(row.dealerId, row);
          model.set(each.scope, table);
          const scopes = ['X', 'CORP', 'ALL'];
          const plain = plainRows(scopes, (name) => [...(model.get(name)?.values() ?? [])]);
          expect(readAll(scores.rowsOf(scopes))).toEqual(readAll(plain));
        }
      }),
    );
  });

  it('gives dealers that are only known a place without rows', () => {
    const scores = new LocalScores();
    scores.know(['ZZ', 'AA'] as DealerId[]);
    scores.change('ALL', {
      kind: 'snapshot',
      rows: [sumsRow('MM', 1), sumsRow('*', 2)],
      removed: [],
    });
    scores.change('X', {
      kind: 'snapshot',
      rows: [sumsRow('ZZ', 3), sumsRow('*', 4)],
      removed: [],
    });
    const rows = scores.rowsOf(['X', 'ALL']);
    expect(rows.dealers).toEqual(['AA', 'MM', 'ZZ']);
    expect(rows.scopes.map((scope) => [...scope.rows].map((row) => row >= 0))).toEqual([
      [false, false, true],
      [false, true, false],
    ]);
    expect([rows.poolRow >= 0, rows.marketRow >= 0]).toEqual([true, true]);
    expect(scores.rowsOf(['CORP', 'ALL']).marketRow).toBe(-1);
  });

  it('refuses rows that are laid out in another way', () => {
    const change = { kind: 'delta', rows: [{ dealerId: 'A', sums: [1] }], removed: [] } as const;
    expect(() => new LocalScores().change('ALL', change)).toThrow(/another way/);
  });
});

/** Every row by scope and dealer, wherever it lies. */
function readAll(all: ScoreRows) {
  const { dealers, scopes, poolRow } = all;
  const read = (row: number) => (row < 0 ? null : [...packRow(all, row)]);
  return {
    dealers,
    pool: read(poolRow),
    scopes: scopes.map(({ scope, rows }) => [scope, dealers.map((_, i) => read(rows[i]!))]),
  };
}
