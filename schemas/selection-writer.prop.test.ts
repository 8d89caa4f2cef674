import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encode } from './codec.ts';
import type { SelectionAnswer } from './selection.ts';
import { encodeAnswer, encodeSelectionFrame } from './selection-writer.ts';
import { number, orNull, plain, scoredFields, text } from './testing/answer-arbitraries.ts';

const few = <T>(values: fc.Arbitrary<T>) => fc.array(values, { maxLength: 4 });

const axe = plain({
  quantity: number,
  price: orNull(number),
  tsExpires: number,
  honesty: number,
  contribution: number,
});

const answers = plain({
  decisionId: text,
  order: fc.oneof(plain({ orderId: text, quantity: number }), plain({ count: number })),
  orderId: text,
  instrumentId: text,
  asOf: number,
  modelHash: text,
  rulesHash: text,
  position: plain({ partitions: few(number), all: number, tiers: number }),
  degraded: fc.boolean(),
  degradedPartitions: few(number),
  instrumentKnown: fc.boolean(),
  rankedScope: text,
  scopes: few(text),
  directory: number,
  rules: plain({
    matched: few(plain({ name: text, sets: few(text) })),
    nearly: few(plain({ name: text, missed: text })),
    undecided: few(plain({ name: text, why: text })),
  }),
  maxDealers: orNull(plain({ value: number, rule: orNull(text) })),
  dealers: few(
    plain({ ...scoredFields, axe: orNull(axe), callOrder: number, chance: number, reason: text }),
  ),
  others: plain({
    dealerIds: few(text),
    ranks: few(orNull(number)),
    composites: few(number),
    chances: orNull(few(number)),
  }),
  filtered: few(plain({ dealerId: text, rule: orNull(text), why: text })),
  plan: plain({
    kind: text,
    delaySeconds: number,
    timeoutSeconds: number,
    isTwoSided: fc.boolean(),
    steps: few(plain({ dealerId: text, askAtSeconds: number, answerBySeconds: number })),
  }),
  preTrade: plain({
    mid: orNull(number),
    tsMid: orNull(number),
    spreadBps: orNull(number),
    volatilityBps: orNull(number),
    advShare: orNull(number),
    daysSinceTrade: orNull(number),
    spreadCostBps: orNull(number),
    impactBps: orNull(number),
    uncertaintyBps: orNull(number),
    curve: few(plain({ dealers: number, gainBps: number, leakageBps: number, netBps: number })),
    recommended: number,
    benchmark: orNull(plain({ price: number, improvementBps: number, toleranceBps: number })),
  }),
  exploration: orNull(plain({ share: number, isDrawn: fc.boolean(), dealerId: orNull(text) })),
  lagMs: orNull(number),
});

test('an answer, and the frame that carries it, are the bytes that the codec makes of them', () => {
  fc.assert(
    fc.property(answers, fc.nat(), (drawn, requestId) => {
      const selection = drawn as unknown as SelectionAnswer;
      const frame = { type: 'selection', requestId, selection } as const;
      expect(encodeAnswer(selection)).toEqual(encode(selection));
      expect(encodeSelectionFrame(frame)).toEqual(encode(frame));
    }),
    { numRuns: 40 },
  );
});
