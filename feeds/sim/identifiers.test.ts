import { expect, test } from 'vitest';
import { inventIsin, inventLei } from './identifiers.ts';

const digits = (text: string) => [...text].map((char) => Number.parseInt(char, 36)).join('');

test('an invented ISIN has the form and the check digit of one', () => {
  for (const number of [0, 1, 42, 0xffff_ffff]) {
    const isin = inventIsin(number);
    expect(isin).toMatch(/^ZZ[A-Z0-9]{9}[0-9]$/);
    const sum = [...digits(isin)].reverse().reduce((total, digit, index) => {
      const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
    expect(sum % 10).toBe(0);
  }
});

test('an invented LEI has the form and the check digits of one', () => {
  for (const number of [0, 1, 42, 0xffff_ffff]) {
    const lei = inventLei(number);
    expect(lei).toMatch(/^ZZZZ00[A-Z0-9]{12}[0-9]{2}$/);
    expect(BigInt(digits(lei)) % 97n).toBe(1n);
  }
});
