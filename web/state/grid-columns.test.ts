import { describe, expect, it } from 'vitest';
import { METRIC_NAMES } from '../../engine/scoring/metrics.ts';
import { KNOWN_METRICS } from '../format/metric-view.ts';
import {
  cardHeightOf,
  gridColumns,
  inOrder,
  templateOf,
  USUAL_COLUMNS,
  widthOf,
} from './grid-columns.ts';

const idsOf = (chosen: readonly string[], rankedBy: string | null = null) =>
  gridColumns(chosen, rankedBy).map(({ id }) => id);

describe('the columns', () => {
  it('stand in one order, however they were chosen', () => {
    const usual = idsOf(USUAL_COLUMNS);
    expect(idsOf(USUAL_COLUMNS.toReversed())).toEqual(usual);
    expect(usual.slice(0, 3)).toEqual(['compare', 'rank', 'dealer']);
    expect(usual.at(-1)).toBe('session');
  });

  it('show what dealers are ranked by, chosen or not', () => {
    expect(idsOf([], 'coverBps')).toEqual(['compare', 'rank', 'dealer', 'coverBps']);
    expect(idsOf([])).toContain('composite');
    expect(idsOf(['coverBps'], 'coverBps').filter((id) => id === 'coverBps')).toHaveLength(1);
  });

  it('can be every metric of the engine, and those of a model', () => {
    expect([...KNOWN_METRICS].sort()).toEqual([...METRIC_NAMES].sort());
    const all = idsOf([...METRIC_NAMES, 'tca.z', 'tca.a']);
    expect(all.slice(-2)).toEqual(['tca.a', 'tca.z']);
    expect(inOrder(['tca.a', 'fillRate', 'tca.a'])).toEqual(['fillRate', 'tca.a']);
  });

  it('fit beside the segments on a screen of 1280 pixels', () => {
    expect(widthOf(gridColumns(USUAL_COLUMNS, null))).toBeLessThanOrEqual(1280 - 208 - 15);
    expect(templateOf(gridColumns([], 'fillRate'))).toBe(
      '28px 50px minmax(120px, 2fr) minmax(90px, 1fr)',
    );
  });

  it('make a card as high as its numbers need', () => {
    const heightOf = (chosen: readonly string[]) => cardHeightOf(gridColumns(chosen, 'fillRate'));
    const one = heightOf([]);
    expect(heightOf(['quoteRate', 'coverBps'])).toBe(one);
    expect(heightOf(['quoteRate', 'coverBps', 'fadeRate'])).toBeGreaterThan(one);
    expect(heightOf(['session'])).toBeGreaterThan(one);
  });
});
