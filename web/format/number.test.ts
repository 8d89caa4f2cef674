import { describe, expect, it } from 'vitest';
import { count, fixed, plusMinus, signed } from './number.ts';

describe('numbers', () => {
  it('keep their decimals and carry a true minus sign', () => {
    expect(fixed(1.5, 2)).toBe('1.50');
    expect(fixed(-1.5, 1)).toBe('−1.5');
  });

  it('show no sign on what rounds to zero', () => {
    expect(fixed(-0.004, 2)).toBe('0.00');
    expect(signed(0.004, 2)).toBe('0.00');
    expect(signed(-0.004, 2)).toBe('0.00');
    expect(fixed(-0, 1)).toBe('0.0');
  });

  it('are signed where the sign is the message', () => {
    expect(signed(0.63, 2)).toBe('+0.63');
    expect(signed(-0.63, 2)).toBe('−0.63');
  });

  it('never print what is not a number', () => {
    expect([null, undefined, Number.NaN, Number.POSITIVE_INFINITY].map((x) => fixed(x, 1))).toEqual(
      Array(4).fill('–'),
    );
    expect(signed(null, 1)).toBe('–');
    expect(plusMinus(null, 1)).toBe('');
  });

  it('count with thousands apart', () => {
    expect([0, 999, 1000, 1234567.4].map(count)).toEqual(['0', '999', '1,000', '1,234,567']);
  });
});
