import { expect, it } from 'vitest';
import { DIVIDER, gridItems, HEAD, idOf, rowOf, rowsToShow } from './grid-items.ts';

const place = (dealerId: string, rank: number | null) => ({ dealerId, rank, moved: 0 });
const items = gridItems([place('A', 1), place('B', 2), place('C', null)]);

it('divide the ranked dealers from the others', () => {
  expect(items.map(idOf)).toEqual(['A', 'B', DIVIDER, 'C']);
  expect(gridItems([place('A', 1)]).map(idOf)).toEqual(['A']);
  expect(gridItems([place('C', null)]).map(idOf)).toEqual([DIVIDER, 'C']);
});

it('have rows by their ids', () => {
  expect([HEAD, 'A', DIVIDER, 'C', 'gone'].map((id) => rowOf(items, id))).toEqual([0, 1, 3, 4, 1]);
});

it('are shown near the view, and where the focus may be', () => {
  const shown = (from: number, to: number, stopRow: number) =>
    rowsToShow(items, { from, to }, stopRow).map(({ index }) => index);
  expect(shown(1, 3, 0)).toEqual([1, 2]);
  expect(shown(1, 3, 2)).toEqual([1, 2]);
  expect(shown(1, 3, 1)).toEqual([0, 1, 2]);
  expect(shown(1, 3, 4)).toEqual([1, 2, 3]);
});
