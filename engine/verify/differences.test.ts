import { expect, test } from 'vitest';
import { findDifferences } from './differences.ts';

test('what is equal as JSON does not differ', () => {
  expect(findDifferences({ a: [1, { b: null }], c: undefined }, { a: [1, { b: null }] })).toEqual(
    [],
  );
});

test('names the path of each difference, to the last bit', () => {
  const before = { order: { quantity: 1 }, dealers: [{ id: 'A', composite: 0.3 }, { id: 'B' }] };
  const after = { order: { quantity: 1 }, dealers: [{ id: 'A', composite: 0.1 + 0.2 }], plan: {} };
  expect(findDifferences(before, after)).toEqual([
    'dealers[0].composite: 0.3 became 0.30000000000000004',
    'dealers[1]: {"id":"B"} became nothing',
    'plan: nothing became {}',
  ]);
});

test('a list is no object, and only the first 20 differences are named', () => {
  expect(findDifferences([], {})).toEqual(['all: [] became {}']);
  const list = Array.from({ length: 50 }, (_, i) => i);
  expect(
    findDifferences(
      list,
      list.map((i) => i + 1),
    ),
  ).toHaveLength(20);
});
