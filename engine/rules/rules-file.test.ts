import { describe, expect, it } from 'vitest';
import { resolveWeights } from '../scoring/composite.ts';
import { DEFAULT_MODEL, MICROS_PER_DAY, MICROS_PER_SECOND } from '../scoring/model.ts';
import { parseCanonicalRules } from './canonical.ts';
import type { OrderFacts } from './decided.ts';
import { canonicalRules, DEFAULT_RULES } from './rules.ts';
import { readRules } from './rules-file.ts';

const ORDER: OrderFacts = {
  order: { side: 'buy', quantity: 1_000_000 },
  instrument: { id: 'X1', assetClass: 'CORP', rating: 'BB', currency: 'EUR' },
  market: { daysSinceTrade: 7 },
};

const rulesOf = (...rules: readonly string[]) =>
  readRules(`rules:\n${rules.map((rule) => `  - ${rule}\n`).join('')}`);

describe('a file', () => {
  it('may have no rule', () => {
    for (const text of ['{}', 'rules: []']) {
      expect(canonicalRules(readRules(text))).toBe(DEFAULT_RULES.canonical);
    }
    expect(DEFAULT_RULES.decide(ORDER)).toEqual({
      weights: resolveWeights(),
      memory: undefined,
      candidates: null,
      exclusions: [],
      call: { value: [{ count: 5, filter: null }], rule: null },
      axeWeight: 0.1,
      exploration: 0,
      protocol: { kind: 'parallel', delaySeconds: 0, timeoutSeconds: 60, isTwoSided: false },
      maxDealers: null,
      coolOffMicros: null,
      trace: { matched: [], nearly: [], undecided: [] },
    });
  });

  it('says what holds for the desk', () => {
    const rules = readRules(`
      currencies: { EUR: 1.09 }
      illiquidAfterDays: 8
      impactCoefficient: 0.8
      usuallyAsked: 3
      rules: [{ name: a, when: market.illiquid, count: 3 }]
    `);
    expect([rules.size, rules.impactCoefficient, rules.usuallyAsked]).toEqual([1, 0.8, 3]);
    expect(['USD', 'EUR', 'CHF'].map(rules.usdPer)).toEqual([1, 1.09, undefined]);
    expect(rules.decide(ORDER).trace.matched).toEqual([]);
  });

  it('has the same canonical text whatever its layout and notes', () => {
    const one = rulesOf('{ name: a, note: why, count: 3, coolOff: 120 s, when: true&&true }');
    const other = rulesOf(
      '{ coolOff: 2 minutes, when: "true && true", call: [{count: 3}], name: a }',
    );
    expect(one.canonical).toBe(other.canonical);
  });

  it('picks the memory nearest to a window', () => {
    const memoryOf = (window: string) =>
      rulesOf(`{ name: a, window: ${window} }`).decide(ORDER).memory;
    expect(['10 days', '90 days', '1 year'].map(memoryOf)).toEqual([0, 1, 2]);
  });

  it('fills in a protocol', () => {
    const protocolOf = (protocol: string) =>
      rulesOf(`{ name: a, protocol: ${protocol} }`).decide(ORDER).protocol;
    expect(protocolOf('sequential')).toEqual({
      kind: 'sequential',
      delaySeconds: 60,
      timeoutSeconds: 60,
      isTwoSided: false,
    });
    expect(protocolOf('{ kind: staggered, timeout: 20 s, twoSided: true }')).toEqual({
      kind: 'staggered',
      delaySeconds: 20,
      timeoutSeconds: 20,
      isTwoSided: true,
    });
  });
});

describe('rules that match', () => {
  it('each set what no earlier one did', () => {
    const decided = rulesOf(
      '{ name: never, when: order.side == "sell", weights: { leakage: 1 }, count: 9 }',
      '{ name: first, weights: { hitRate: 0.6 }, maxDealers: 4, coolOff: 1 hour, exclude: { tier: 3 } }',
      '{ name: second, weights: { leakage: 1 }, count: 3, maxDealers: 2, coolOff: 5 min, exploration: 10% }',
      '{ name: third, count: all, exclude: { dealers: [A] }, memory: slow, axeWeight: 0.2, exploration: 0 }',
      '{ name: idle, count: 7 }',
    ).decide(ORDER);
    expect(decided.weights).toEqual(resolveWeights({ fillRate: 0.6 }));
    expect(decided.call).toEqual({ value: [{ count: 3, filter: null }], rule: 'second' });
    expect(decided.maxDealers).toEqual({ value: 2, rule: 'second' });
    expect(decided.coolOffMicros).toEqual({ value: 3600 * MICROS_PER_SECOND, rule: 'first' });
    expect(decided.exclusions.map(({ rule }) => rule)).toEqual(['first', 'third']);
    expect([decided.exploration, decided.memory, decided.axeWeight]).toEqual([0.1, 2, 0.2]);
    expect(decided.trace).toEqual({
      matched: [
        { name: 'first', sets: ['weights', 'exclude', 'coolOff'] },
        { name: 'second', sets: ['call', 'exploration', 'maxDealers'] },
        { name: 'third', sets: ['memory', 'exclude', 'axeWeight'] },
        { name: 'idle', sets: [] },
      ],
      nearly: [{ name: 'never', missed: 'order.side == "sell" (it is buy)' }],
      undecided: [],
    });
  });

  it('do not explore when one of them calls the order sensitive', () => {
    const decided = rulesOf('{ name: a, exploration: 10% }', '{ name: b, sensitive: true }').decide(
      ORDER,
    );
    expect(decided.exploration).toBe(0);
    expect(decided.trace.matched).toEqual([
      { name: 'a', sets: [] },
      { name: 'b', sets: ['sensitive'] },
    ]);
  });

  it('hold against the number that the order asks for', () => {
    const free = DEFAULT_RULES.decide(ORDER, 8);
    expect([free.call.value[0]?.count, free.maxDealers]).toEqual([8, null]);
    const ruled = rulesOf('{ name: a, count: all, maxDealers: 4 }');
    expect(ruled.decide(ORDER, 8).maxDealers).toEqual({ value: 4, rule: 'a' });
    expect(ruled.decide(ORDER, 3).maxDealers).toEqual({ value: 3, rule: null });
    expect(ruled.decide(ORDER, 3).call.rule).toBe('a');
  });

  it('leave what none sets to the defaults', () => {
    const decided = readRules(
      'defaults: { count: recommended, window: 1 year, exploration: 5%, weights: { leakage: 1 } }',
    ).decide(ORDER);
    expect(decided.call).toEqual({ value: [{ count: 'recommended', filter: null }], rule: null });
    expect([decided.memory, decided.exploration]).toEqual([2, 0.05]);
    expect(decided.weights).toEqual(resolveWeights({ leakage: 1 }));
  });
});

it('rules that were in force already stay readable, though nobody could load them now', () => {
  for (const rule of [
    { name: 'a', when: 'order.side == "BUY"', maxDealers: 2 },
    { name: 'a', when: 'market.illiquid' },
  ]) {
    const text = JSON.stringify({ rules: [rule] });
    expect(parseCanonicalRules(text).size).toBe(1);
    expect(() => readRules(text)).toThrow(/is never "BUY"|sets nothing/);
  }
});

it('metrics and windows are those of the model', () => {
  const model = {
    ...DEFAULT_MODEL,
    halfLifeMicros: { fast: MICROS_PER_DAY, base: 5 * MICROS_PER_DAY, slow: 30 * MICROS_PER_DAY },
    tcaMetrics: [{ name: 'slippage', higherIsBetter: false, prior: 0, priorVariance: 1 }],
  };
  const text = 'rules: [{ name: a, window: 90 days, weights: { tca.slippage: 0.1 } }]';
  expect(readRules(text, { model }).decide(ORDER).memory).toBe(2);
  expect(() => readRules(text)).toThrow('rules[0].weights.tca.slippage: is not a metric');
});
