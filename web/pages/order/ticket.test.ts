import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LiveClient } from '../../../client/src/browser.ts';
import type { DealerId } from '../../../schemas/ids.ts';
import type { SelectedDealer, SelectionAnswer } from '../../../schemas/selection.ts';
import { bareSelection } from '../../../schemas/testing/bare-selection.ts';
import type { UntimedOrder } from './draft.ts';
import { Ticket } from './ticket.ts';

const dealer = (dealerId: string) => ({ dealerId: dealerId as DealerId }) as SelectedDealer;

/** What the engine recommends. */
let recommended: string[];
/** What it was asked by HTTP, `rankings` aside. */
let asked: { path: string; body: Record<string, unknown> }[];
/** Orders whose selection was to be recorded. */
let selected: UntimedOrder[];
let ticket: Ticket;
let stop: () => void;

function selectionNow(): SelectionAnswer {
  return { ...bareSelection({ dealers: recommended.map(dealer) }), lagMs: 0 };
}

function answer(path: string, init: RequestInit = {}): object {
  if (path === 'rankings') return { asOf: 7 };
  asked.push({ path, body: JSON.parse(String(init.body)) });
  if (path === 'select?preview=true') return { ...selectionNow(), preview: true };
  return { called: asked.at(-1)!.body.order };
}

beforeEach(() => {
  vi.useFakeTimers();
  recommended = ['A', 'B', 'C'];
  asked = [];
  selected = [];
  const document = Object.assign(new EventTarget(), { hidden: false });
  vi.stubGlobal('document', document);
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) =>
    Response.json(answer(path, init)),
  );
  const client = {
    select: async (order: UntimedOrder) => {
      selected.push(order);
      return selectionNow();
    },
  };
  ticket = new Ticket(client as unknown as LiveClient);
  stop = ticket.follow();
  ticket.set({ orderId: 'O-1', instrumentId: 'X', side: 'buy' });
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('asks once typing rests, again while it is left alone, and records nothing', async () => {
  for (const quantity of ['2', '2.', '2.5', '2.5m']) ticket.set({ quantity });
  await vi.advanceTimersByTimeAsync(1_000);
  const order = { orderId: 'O-1', instrumentId: 'X', side: 'buy', quantity: 2.5e6, tsEvent: 7 };
  expect(asked).toEqual([{ path: 'select?preview=true', body: order }]);
  expect(ticket.called.value).toEqual(['A', 'B', 'C']);
  recommended = ['B', 'A'];
  await vi.advanceTimersByTimeAsync(6_000);
  expect(ticket.called.value).toEqual(['B', 'A']);
  expect(selected).toEqual([]);
});

it('keeps a list that is being changed, and forgets it with the order', async () => {
  ticket.set({ quantity: '1m' });
  await vi.advanceTimersByTimeAsync(1_000);
  ticket.drop('A');
  recommended = ['D'];
  await vi.advanceTimersByTimeAsync(20_000);
  expect(ticket.called.value).toEqual(['B', 'C']);
  ticket.set({ quantity: '2m' });
  expect(ticket.isCurrent.value).toBe(false);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(ticket.isCurrent.value).toBe(true);
  expect(ticket.called.value).toEqual(['D']);
});

it('calls the list that the trader sees, whatever is recommended by then', async () => {
  ticket.set({ quantity: '1m' });
  await vi.advanceTimersByTimeAsync(1_000);
  ticket.move('C', 0);
  recommended = ['A', 'D'];
  await ticket.takeOwn('trader', 'why');
  expect(selected).toHaveLength(1);
  expect(asked.at(-1)).toEqual({
    path: 'decisions/0123456789abcdef/override',
    body: { by: 'trader', reason: 'why', add: ['C', 'B'], drop: ['D'], order: ['C', 'A', 'B'] },
  });
  expect(ticket.override.value).toEqual({ called: ['C', 'A', 'B'] });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked.filter(({ path }) => path.startsWith('select'))).toHaveLength(1);
  ticket.begin();
  expect(ticket.decision.value).toBeNull();
  expect(ticket.draft.value.instrumentId).toBe('');
});
