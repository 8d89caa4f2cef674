import { expect, it } from 'vitest';
import { type Draft, emptyDraft, readDraft } from './draft.ts';

const DRAFT: Draft = {
  orderId: 'O-1',
  instrumentId: 'ABC',
  side: 'buy',
  quantity: '2m',
  count: '',
  moment: 'watermark',
};

it('makes an order of whole fields', () => {
  const order = { orderId: 'O-1', instrumentId: 'ABC', side: 'buy', quantity: 2e6 };
  expect(readDraft(DRAFT)).toEqual({ order, missing: [], problems: {} });
  expect(readDraft({ ...DRAFT, count: '3' }).order).toEqual({ ...order, count: 3 });
});

it('names what is missing, and what is wrong by its field', () => {
  const { order, missing, problems } = readDraft(emptyDraft());
  expect(order).toBeNull();
  expect(missing).toEqual(['an instrument', 'a side', 'a quantity']);
  expect(problems).toEqual({});
  const wrong = readDraft({ ...DRAFT, instrumentId: 'A B', quantity: '2x', count: '2.5' });
  expect(wrong.order).toBeNull();
  expect(Object.keys(wrong.problems)).toEqual(['instrumentId', 'quantity', 'count']);
});

it('gives each ticket an id of its own', () => {
  expect(emptyDraft().orderId).toMatch(/^T-[0-9a-f]{12}$/);
  expect(emptyDraft().orderId).not.toBe(emptyDraft().orderId);
});
