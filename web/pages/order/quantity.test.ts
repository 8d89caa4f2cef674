import { expect, it } from 'vitest';
import { parseQuantity } from './quantity.ts';

it.each([
  ['2m', 2_000_000],
  ['2.5mm', 2_500_000],
  ['500k', 500_000],
  ['1bn', 1_000_000_000],
  [' 2.3 MM ', 2_300_000],
  ['2,500,000', 2_500_000],
  ['1,250k', 1_250_000],
  ['.5m', 500_000],
  ['1000000', 1_000_000],
  ['1.5', 1.5],
])('reads %s as %d', (text, value) => {
  expect(parseQuantity(text)).toEqual({ value });
});

it.each([
  ['', /Write it as/],
  ['m', /Write it as/],
  ['2,5m', /commas only part thousands/],
  ['1,2345', /commas only part thousands/],
  ['-2m', /Write it as/],
  ['2e6', /Write it as/],
  ['two', /Write it as/],
  ['2x', /"x" is no unit/],
  ['2constructor', /is no unit/],
  ['0', /more than 0/],
  ['0k', /more than 0/],
  ['2000000bn', /more than 1,000,000bn/],
])('says what is wrong with "%s"', (text, problem) => {
  expect(parseQuantity(text)).toEqual({ problem: expect.stringMatching(problem) });
});
