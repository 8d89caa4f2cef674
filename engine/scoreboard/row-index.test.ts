import { expect, test } from 'vitest';
import type { DealerId } from '../../schemas/ids.ts';
import { RowIndex } from './row-index.ts';

const NOTHING = {
  cells: new Float64Array(8),
  blocks: new Int32Array(8),
  times: new Float64Array(16),
};

/** Rows in this order: `ALL` M, `ALL` *, `instrument:X` Z, `instrument:X` *. */
function someRows(index: RowIndex): void {
  for (const scope of ['ALL', 'instrument:X']) index.scope(scope);
  for (const dealer of ['M', '*', 'Z']) index.dealer(dealer);
  index.row(0, 0);
  index.row(0, 1);
  index.row(1, 2);
  index.row(1, 1);
}

function laidOut(index: RowIndex) {
  const { dealers, scopes, poolRow, marketRow } = index.rowsOf(['instrument:X', 'ALL'], NOTHING);
  return { dealers, rows: scopes.map(({ rows }) => [...rows]), poolRow, marketRow };
}

test('the pool and the market are apart from the dealers', () => {
  const index = new RowIndex();
  someRows(index);
  const expected = { dealers: ['M'], rows: [[-1], [0]], poolRow: 1, marketRow: 3 };
  expect(laidOut(index)).toEqual(expected);
  expect(index.rowsOf(['CORP', 'ALL'], NOTHING).marketRow).toBe(-1);
});

test.each(['before', 'after'])('dealers made known %s the rows have a place among all', (when) => {
  const index = new RowIndex();
  const known = ['a', 'Z', 'A', 'M', '*'] as DealerId[];
  if (when === 'before') index.know(known);
  someRows(index);
  if (when === 'after') index.know(known);
  expect(laidOut(index)).toEqual({
    dealers: ['A', 'M', 'Z', 'a'],
    rows: [
      [-1, -1, 2, -1],
      [-1, 0, -1, -1],
    ],
    poolRow: 1,
    marketRow: 3,
  });
});

test('dealers are there before any row', () => {
  const index = new RowIndex();
  index.know(['B', 'A'] as DealerId[]);
  const expected = {
    dealers: ['A', 'B'],
    rows: [
      [-1, -1],
      [-1, -1],
    ],
    poolRow: -1,
    marketRow: -1,
  };
  expect(laidOut(index)).toEqual(expected);
});

test('a row of a dealer that has a place is added to the rows that are laid out', () => {
  const index = new RowIndex();
  index.know(['M', 'Z'] as DealerId[]);
  someRows(index);
  const before = index.rowsOf(['instrument:X', 'ALL'], NOTHING);
  index.row(1, 0);
  expect(laidOut(index).rows).toEqual([
    [4, 2],
    [0, -1],
  ]);
  expect(index.rowsOf(['instrument:X', 'ALL'], NOTHING).scopes[0]).toBe(before.scopes[0]);
});
