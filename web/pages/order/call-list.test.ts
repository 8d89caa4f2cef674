import { describe, expect, it } from 'vitest';
import type { DealerId } from '../../../schemas/ids.ts';
import { bareSelection } from '../../../schemas/testing/bare-selection.ts';
import { leftOutOf } from '../../state/left-out.ts';
import { askAtSeconds, callsOf, changeOf, isConsidered, knownId, moved } from './call-list.ts';

const list = ['A', 'B', 'C'];
const ids = (...names: string[]) => names as DealerId[];

describe('a call list', () => {
  it('moves a dealer, and keeps it within the list', () => {
    expect(moved(list, 'C', 0)).toEqual(['C', 'A', 'B']);
    expect(moved(list, 'A', 1)).toEqual(['B', 'A', 'C']);
    expect(moved(list, 'A', 9)).toEqual(['B', 'C', 'A']);
    expect(moved(list, 'B', -3)).toEqual(['B', 'A', 'C']);
  });

  it('is the same list where nothing moves', () => {
    expect(moved(list, 'A', -1)).toBe(list);
    expect(moved(list, 'Z', 0)).toBe(list);
  });

  it('says what is done otherwise than recommended', () => {
    expect(changeOf(list, [...list])).toBeNull();
    expect(changeOf(list, ['C', 'A', 'D'])).toEqual({
      add: ['D'],
      drop: ['B'],
      order: ['C', 'A', 'D'],
    });
    expect(changeOf(list, ['B', 'A', 'C'])).toEqual({ add: [], drop: [], order: ['B', 'A', 'C'] });
  });

  it('knows of each dealer what the selection says', () => {
    const selection = bareSelection({
      others: { dealerIds: ids('B'), ranks: [7], composites: [0.8], chances: null },
      filtered: [{ dealerId: 'C' as DealerId, rule: null, why: 'is disabled' }],
    });
    expect(callsOf(selection, ['B', 'C', 'D'])).toEqual([
      {
        dealerId: 'B',
        recommended: null,
        other: { dealerId: 'B', rank: 7, composite: 0.8, chance: 0 },
        filtered: null,
      },
      { dealerId: 'C', recommended: null, other: null, filtered: selection.filtered[0] },
      { dealerId: 'D', recommended: null, other: null, filtered: null },
    ]);
  });

  it('groups who is left out by the reason', () => {
    const filtered = [
      { dealerId: 'A' as DealerId, rule: null, why: 'is disabled' },
      { dealerId: 'B' as DealerId, rule: 'cool', why: 'was asked' },
      { dealerId: 'C' as DealerId, rule: 'cool', why: 'was asked' },
    ];
    expect(leftOutOf(filtered)).toEqual([
      { rule: 'cool', why: 'was asked', dealerIds: ['B', 'C'] },
      { rule: null, why: 'is disabled', dealerIds: ['A'] },
    ]);
  });

  it('is asked all at once, or one after the other', () => {
    expect(askAtSeconds({ kind: 'parallel', delaySeconds: 30 }, 2)).toBe(0);
    expect(askAtSeconds({ kind: 'staggered', delaySeconds: 30 }, 2)).toBe(60);
  });

  it('knows a typed dealer, in capitals where only those are known', () => {
    const shown = bareSelection({
      others: { dealerIds: ids('GS-M', 'lower'), ranks: [1, 2], composites: [1, 1], chances: null },
      filtered: [{ dealerId: 'OUT' as DealerId, rule: null, why: 'is disabled' }],
    });
    expect(['gs-m', 'lower', 'out', 'nobody'].map((typed) => knownId(shown, typed))).toEqual([
      'GS-M',
      'lower',
      'OUT',
      'nobody',
    ]);
    expect(isConsidered(shown, 'GS-M')).toBe(true);
    expect(isConsidered(shown, 'OUT')).toBe(false);
  });
});
