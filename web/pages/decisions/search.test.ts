import { describe, expect, it } from 'vitest';
import { isNarrowed, PAGE_ROWS, paramsOf, questionOf, searchOf } from './search.ts';

const MINUTE = '2026-11-28T09:11';
const MINUTE_US = Date.UTC(2026, 10, 28, 9, 11) * 1000;

describe('a search of the audit trail', () => {
  it('of nothing asks for the newest page, and one record more', () => {
    const search = searchOf({});
    expect(questionOf(search)).toEqual({ limit: PAGE_ROWS + 1 });
    expect(paramsOf(search)).toEqual({});
    expect(isNarrowed(search)).toBe(false);
  });

  it('goes into the address and comes back', () => {
    const params = { text: 'O-1', kind: 'override', by: 'ann', from: MINUTE, before: '77' };
    expect(paramsOf(searchOf(params))).toEqual(params);
  });

  it('takes minutes as UTC, whole', () => {
    const search = searchOf({ from: MINUTE, through: MINUTE });
    expect(questionOf(search)).toEqual({
      fromUs: MINUTE_US,
      throughUs: MINUTE_US + 59_999_999,
      limit: PAGE_ROWS + 1,
    });
    expect(isNarrowed(search)).toBe(true);
  });

  it('passes over what an address cannot mean', () => {
    const search = searchOf({ kind: 'nonsense', before: '-1', from: 'yesterday', text: '  ' });
    expect(questionOf(search)).toEqual({ limit: PAGE_ROWS + 1 });
  });
});
