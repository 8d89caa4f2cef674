import { expect, test } from 'vitest';
import { resolveConfig } from '../platform/config.ts';
import { numberFlag } from './arguments.ts';
import { type Invocation, UsageError } from './command.ts';

const invoked = (text: string): Invocation => ({
  config: resolveConfig({ env: {}, cwd: '/' }),
  flags: new Map([['quantity', text]]),
  positionals: [],
});

test.each([
  [Number.MIN_VALUE, '2m', 'must be a number above 0, at most 1000, not "2m"'],
  [Number.MIN_VALUE, '0', 'must be a number above 0, at most 1000, not "0"'],
  [1, '1001', 'must be a number from 1 to 1000, not "1001"'],
])('the number of a flag from %d: "%s" is refused in words', (minimum, text, message) => {
  const read = () => numberFlag(invoked(text), 'quantity', minimum, 1000);
  expect(read).toThrow(UsageError);
  expect(read).toThrow(`--quantity: ${message}`);
});

test('the number of a flag', () => {
  expect(numberFlag(invoked('2e2'), 'quantity', Number.MIN_VALUE, 1000)).toBe(200);
});
