import { expect, it } from 'vitest';
import { gridMove } from './grid-keys.ts';

const SHAPE = { rows: 101, columns: 8, page: 20 };
const at = (row: number, column: number) => ({ row, column });
const move = (row: number, column: number, key: string, isCtrl = false) =>
  gridMove(at(row, column), key, isCtrl, SHAPE);

it('walks by arrows and stays inside', () => {
  expect(move(3, 2, 'ArrowDown')).toEqual(at(4, 2));
  expect(move(0, 2, 'ArrowUp')).toEqual(at(0, 2));
  expect(move(100, 2, 'ArrowDown')).toEqual(at(100, 2));
  expect(move(3, 7, 'ArrowRight')).toEqual(at(3, 7));
  expect(move(3, 0, 'ArrowLeft')).toEqual(at(3, 0));
});

it('goes to the ends of a row, and of the grid', () => {
  expect(move(3, 2, 'Home')).toEqual(at(3, 0));
  expect(move(3, 2, 'End')).toEqual(at(3, 7));
  expect(move(3, 2, 'Home', true)).toEqual(at(0, 0));
  expect(move(3, 2, 'End', true)).toEqual(at(100, 7));
  expect(move(3, 2, 'ArrowDown', true)).toEqual(at(100, 2));
});

it('goes page by page, back to the first row before the head', () => {
  expect(move(3, 2, 'PageDown')).toEqual(at(23, 2));
  expect(move(95, 2, 'PageDown')).toEqual(at(100, 2));
  expect(move(23, 2, 'PageUp')).toEqual(at(3, 2));
  expect(move(3, 2, 'PageUp')).toEqual(at(1, 2));
  expect(move(0, 2, 'PageUp')).toEqual(at(0, 2));
});

it('leaves other keys alone', () => {
  expect(move(3, 2, 'Enter')).toBeNull();
});
