import { expect, test } from 'vitest';
import type { DealerId } from '../schemas/ids.ts';
import type { Selection } from '../schemas/selection.ts';
import { DecisionBook } from './decision-book.ts';

const dealers = { isKnown: () => true, refusalOf: () => null };
const request = { by: 'trader', reason: 'why', add: ['D' as DealerId] };

function selectionOf(n: number): Selection {
  const decision = {
    decisionId: n.toString(16).padStart(16, '0'),
    orderId: `o${n}`,
    dealers: [{ dealerId: 'A' }],
    filtered: [],
    rules: { matched: [] },
    maxDealers: null,
    plan: { kind: 'parallel', delaySeconds: 0, timeoutSeconds: 9, isTwoSided: false, steps: [] },
  };
  return decision as unknown as Selection;
}

test('the newest decisions are kept with their overrides, older ones are told of', () => {
  const book = new DecisionBook(3);
  for (let n = 0; n < 3; n++) book.add(selectionOf(n));
  const { decisionId } = selectionOf(0);
  expect(book.override(decisionId, request, dealers).called).toEqual(['A', 'D']);
  // Asked again, it is the newest.
  book.add(selectionOf(0));
  for (let n = 3; n < 5; n++) book.add(selectionOf(n));
  expect(book.get(decisionId).overrides).toMatchObject([{ type: 'override', added: ['D'] }]);
  for (const gone of [1, 2]) {
    expect(() => book.override(selectionOf(gone).decisionId, request, dealers)).toThrow(
      expect.objectContaining({
        code: 'unknownDecision',
        message: expect.stringContaining('not found; this engine knows the newest 3'),
      }),
    );
  }
});
