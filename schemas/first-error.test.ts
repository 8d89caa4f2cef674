import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { expect, test } from 'vitest';
import { firstError } from './first-error.ts';

const validator = Compile(
  Type.Object(
    { ids: Type.Array(Type.String(), { maxItems: 10 }), side: Type.Literal('buy') },
    { additionalProperties: false },
  ),
);

test.each([
  ['too many items', { side: 'buy', ids: Array(100_000).fill('x') }, /^ids: must not have more/],
  ['items of another kind', { side: 'buy', ids: Array(100_000).fill(7) }, /^ids/],
  ['a field that is wrong', { side: 'sell', ids: [] }, 'side: must be buy, got "sell"'],
])('says what is wrong with %s', (_, value, message) => {
  expect(validator.Check(value)).toBe(false);
  expect(firstError(validator, value, 'order')).toMatch(message);
});

test('looks at the beginning of a huge value alone, and leaves the value as it is', () => {
  const value = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i]));
  let seen = 0;
  const counting = {
    Errors: (looked: unknown) => {
      seen = Object.keys(looked as object).length;
      return validator.Errors(looked);
    },
    Type: () => validator.Type(),
  };
  expect(firstError(counting, value, 'order')).toMatch(/^order: needs ids/);
  expect(seen).toBeLessThan(3_000);
  expect(Object.keys(value)).toHaveLength(100_000);
});
