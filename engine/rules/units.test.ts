import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseDuration, parsePercent, plainNumberOf, sayDuration, sayNumber } from './units.ts';

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;

it.each([
  ['5 seconds', 5 * SECOND],
  ['20 s', 20 * SECOND],
  ['0.5 seconds', SECOND / 2],
  ['30 minutes', 1800 * SECOND],
  ['2 hours', 7200 * SECOND],
  ['90 days', 90 * DAY],
  ['6 weeks', 42 * DAY],
  ['6 months', 6 * 30.4375 * DAY],
  ['1 year', 365.25 * DAY],
  ['1year', 365.25 * DAY],
])('%s is so many microseconds', (text, micros) => {
  expect(parseDuration(text)).toBe(micros);
});

it.each(['', '5', 'days', '5 fortnights', '-5 days', '5 days 3 hours', '1e3 days', '101 years'])(
  '%j is no duration',
  (text) => {
    expect(parseDuration(text)).toBeNull();
  },
);

it.each([
  ['5m', '5000000'],
  ['2.5 bn', '2500000000'],
  ['5_000_000', '5000000'],
  ['5,000', '5000'],
  ['0.1', '0.1'],
  ['7%', '0.07'],
  ['5 days', null],
  ['5,00', null],
  ['1.2.3', null],
  ['', null],
])('%j is written as %s', (text, plain) => {
  expect(plainNumberOf(text)).toBe(plain);
});

it('says a duration so that it reads back the same', () => {
  expect(sayDuration(6 * 30.4375 * DAY)).toBe('6 months');
  expect(sayDuration(90 * DAY)).toBe('90 days');
  expect(sayDuration(60 * SECOND)).toBe('1 minute');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100 * 365.25 * DAY }), (micros) => {
      expect(parseDuration(sayDuration(micros))).toBe(micros);
    }),
  );
});

it.each([
  ['10%', 0.1],
  ['0.5 %', 0.005],
  ['100%', 1],
  ['ten%', null],
])('reads %s', (text, share) => {
  expect(parsePercent(text)).toBe(share);
});

it.each([
  [1_000_000, '1,000,000'],
  [999, '999'],
  [1234.5, '1,235'],
  [12.345, '12.35'],
  [-5_000_000, '-5,000,000'],
  [0.123_456_78, '0.123457'],
  [0, '0'],
])('says %d as %s', (value, text) => {
  expect(sayNumber(value)).toBe(text);
});
