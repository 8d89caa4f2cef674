import { describe, expect, it } from 'vitest';
import type { OrderId } from '../../schemas/ids.ts';
import type { CallGroup } from '../rules/decided.ts';
import { resolveWeights } from '../scoring/composite.ts';
import { DEFAULT_MODEL } from '../scoring/model.ts';
import type { CallList } from './call-list.ts';
import { NO_DEALER_RECORDS } from './dealer-records.ts';
import { DealerView } from './dealer-view.ts';
import { drawLastPlace } from './draw.ts';
import { rank } from './rank.ts';
import { someRows, T0 } from './testing/some-rows.ts';

/** Of so many RFQs each fills so many; E was never asked. */
const fills = (filled: number, asked: number) => ({
  fills: Array.from({ length: asked }, (_, i) => (i < filled ? 1 : 0)),
});
const own = { A: fills(20, 40), B: fills(16, 40), C: fills(15, 40), D: fills(2, 4), E: {} };
const rows = someRows({ 'instrument:X': own, ALL: own });
const view = new DealerView({
  rows,
  records: NO_DEALER_RECORDS,
  instrument: undefined,
  model: DEFAULT_MODEL,
  memory: undefined,
  asOf: T0,
});
const ranking = rank(rows, {
  asOf: T0,
  model: DEFAULT_MODEL,
  weights: resolveWeights({ fillRate: 1 }),
  rankedScope: 1,
});
const ANYBODY: CallGroup = { count: 3, filter: null };
const LIST: CallList = { dealers: [0, 1, 2], lastGroup: ANYBODY };

const draw = (orderId: string, share: number, list: CallList = LIST) =>
  drawLastPlace(orderId as OrderId, share, list, view, rows, ranking);
const total = (chances: ReadonlyMap<number, number>) =>
  [...chances.values()].reduce((sum, chance) => sum + chance, 0);

describe('a place that is drawn', () => {
  it('is none where the rules give no share', () => {
    expect(draw('o1', 0)).toEqual({ dealers: [0, 1, 2], chances: new Map(), exploration: null });
  });

  it('is none on an empty list', () => {
    const { dealers, exploration } = draw('o1', 1, { dealers: [], lastGroup: null });
    expect(dealers).toEqual([]);
    expect(exploration).toEqual({ share: 1, isDrawn: false, dealerId: null });
  });

  it('is the last, and goes to whoever could have it', () => {
    const drawn = Array.from({ length: 400 }, (_, i) => draw(`o${i}`, 1));
    for (const { dealers, exploration } of drawn) {
      expect(dealers.slice(0, 2)).toEqual([0, 1]);
      expect(exploration).toEqual({ share: 1, isDrawn: true, dealerId: rows.dealers[dealers[2]!] });
    }
    expect(new Set(drawn.map(({ dealers }) => dealers[2]))).toEqual(new Set([2, 3, 4]));
  });

  it('is drawn as often as the chances say', () => {
    const orders = 4000;
    const counts = new Map<number, number>();
    for (let i = 0; i < orders; i++) {
      const last = draw(`o${i}`, 0.5).dealers.at(-1)!;
      counts.set(last, (counts.get(last) ?? 0) + 1);
    }
    const { chances } = draw('o0', 0.5);
    expect(total(chances)).toBeCloseTo(1, 12);
    for (const [dealer, chance] of chances) {
      expect((counts.get(dealer) ?? 0) / orders).toBeCloseTo(chance, 1);
    }
    expect(chances.get(2)!).toBeGreaterThan(0.5);
  });

  it('stays within the group that the last place belongs to', () => {
    const lastGroup: CallGroup = {
      count: 1,
      filter: {
        refuse: ({ dealerId }) => ('CE'.includes(dealerId) ? null : 'is another'),
        says: 'is C or E',
      },
    };
    const list = { dealers: [0, 2], lastGroup };
    const { chances } = draw('o1', 1, list);
    expect([...chances.keys()].sort()).toEqual([2, 4]);
    for (let i = 0; i < 200; i++) expect([2, 4]).toContain(draw(`o${i}`, 1, list).dealers[1]);
  });

  it('is the earned one where everybody is called already', () => {
    const { dealers, chances } = draw('o1', 1, { dealers: [0, 1, 2, 3, 4], lastGroup: ANYBODY });
    expect(dealers).toEqual([0, 1, 2, 3, 4]);
    expect([...chances]).toEqual([[4, 1]]);
  });

  it('is the same for the same order', () => {
    expect(draw('o7', 0.3)).toEqual(draw('o7', 0.3));
  });
});
