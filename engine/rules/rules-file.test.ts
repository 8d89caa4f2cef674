import { describe, expect, it } from 'vitest';
import { FirstcallError } from '../../schemas/errors.ts';
import { resolveWeights } from '../scoring/composite.ts';
import { DEFAULT_MODEL, MICROS_PER_DAY, MICROS_PER_SECOND } from '../scoring/model.ts';
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

/** The message with which a file is refused. */
function refusalOf(text: string, model = DEFAULT_MODEL): string {
  try {
    readRules(text, { file: 'desk.yaml', model });
    return 'not refused';
  } catch (error) {
    expect(error).toBeInstanceOf(FirstcallError);
    expect((error as FirstcallError).code).toBe('badRules');
    return (error as FirstcallError).message;
  }
}

describe('a file', () => {
  it('may say nothing', () => {
    for (const text of ['', '# none yet\n', '{}', 'rules: []']) {
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
      rules: [{ name: a, when: market.illiquid }]
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

describe('a wrong file is refused', () => {
  it('with everything that is wrong, where, and what to do', () => {
    expect(
      refusalOf(`curencies: { EUR: 1.09 }
rules:
  - name: high yield
    when: instrument.asetClass == "CORP" && instrument.rating.isBelow("BBBB")
    weights: { hitRatee: 60% }
    coolOff: 30
  - when: >-
      order.side == "buy" &&
      order.usd < "a"
    count: 3
    call: [{ tier: 9, count: all }]
`),
    ).toMatchInlineSnapshot(`
      "desk.yaml:1:1: curencies: is not a field; did you mean currencies?
        curencies: { EUR: 1.09 }
        ^
      desk.yaml:4:22: rules[0].when: instrument has no asetClass; did you mean assetClass?
            when: instrument.asetClass == "CORP" && instrument.rating.isBelow("BBBB")
                             ^
      desk.yaml:4:71: rules[0].when: "BBBB" is not a rating; ratings are "AAA", "AA+", "AA" and so on, down to "D"
            when: instrument.asetClass == "CORP" && instrument.rating.isBelow("BBBB")
                                                                              ^
      desk.yaml:5:16: rules[0].weights.hitRatee: is not a metric; did you mean hitRate?
            weights: { hitRatee: 60% }
                       ^
      desk.yaml:6:14: rules[0].coolOff: is 30; a duration needs its unit, such as 30 seconds, 30 minutes or 30 days
            coolOff: 30
                     ^
      desk.yaml:7:5: rules[1]: has no name; add one, since every decision says which rules it follows
          - when: >-
            ^
      desk.yaml:9:7: rules[1].when: a number < a text means nothing; both sides must be of one kind
              order.usd < "a"
              ^
      desk.yaml:10:12: rules[1].count: says how many are called, as call does; keep one of them
            count: 3
                   ^
      desk.yaml:11:20: rules[1].call[0].tier: is 9; it must be a whole number from 1 to 3
            call: [{ tier: 9, count: all }]
                           ^"
    `);
  });

  it('with the place inside a quoted condition', () => {
    const quoted = (condition: string) =>
      refusalOf(`rules: [{ name: a, when: ${condition} }]`).split('\n').slice(-2);
    for (const condition of [
      String.raw`"order.side == \"buy\" && ordr.usd > 5"`,
      `'order.side != ''buy'' && ordr.usd > 5'`,
    ]) {
      const [line, caret] = quoted(condition);
      expect(line?.slice(caret?.indexOf('^'))).toMatch(/^ordr\.usd/);
    }
  });

  it.each([
    ['rules: {}', 'rules: is a map; it must be a list of rules, each beginning with "- name:"'],
    ['rules: [5]', 'rules[0]: is 5; it must be a map of fields'],
    ['rules: [{ name: "" }]', 'rules[0].name: is ""; it must be a text of 1 to 80 characters'],
    [
      'rules: [{ name: a, count: 0 }]',
      'rules[0].count: is 0; it must be a whole number from 1 to 1000',
    ],
    [
      'rules: [{ name: a, count: few }]',
      'rules[0].count: is "few"; it must be a number of dealers, all or recommended',
    ],
    [
      'rules: [{ name: a, call: [] }]',
      'rules[0].call: has 0 items; it must be a list of 1 to 20 groups, such as [{ tier: 1, count: all }]',
    ],
    [
      'rules: [{ name: a, call: [{ tier: 1 }] }]',
      'rules[0].call[0]: has no count; add a number, all or recommended',
    ],
    [
      'rules: [{ name: a, exploration: 20 }]',
      'rules[0].exploration: is 20; it must be a share, such as 10% or 0.1',
    ],
    ['rules: [{ name: a, memory: bse }]', 'rules[0].memory: is "bse"; did you mean base?'],
    [
      'rules: [{ name: a, memory: base, window: 9 days }]',
      'rules[0].window: says how long to remember, as memory does; keep one of them',
    ],
    [
      'rules: [{ name: a, coolOff: 5 fortnights }]',
      'rules[0].coolOff: is "5 fortnights"; it must be a number and a unit from seconds to years (at most 100), such as 30 minutes',
    ],
    [
      'rules: [{ name: a, protocol: { delay: 5 s } }]',
      'rules[0].protocol: has no kind; add kind: sequential, for example',
    ],
    [
      'rules: [{ name: a, protocol: { kind: parallel, delay: 5 s } }]',
      'rules[0].protocol.delay: has no meaning when all are asked at once; leave it out',
    ],
    [
      'rules: [{ name: a, weights: { hitRate: 0.7, leakage: 0.7 } }]',
      'rules[0].weights: weights add up to 1.4, more than 1',
    ],
    [
      'rules: [{ name: a, weights: { hitRate: 0.2, fillRate: 0.2 } }]',
      'rules[0].weights.fillRate: names fillRate a second time',
    ],
    [
      'rules: [{ name: a, exclude: {} }]',
      'rules[0].exclude: is empty; say whom it is about, or leave it out',
    ],
    [
      'rules: [{ name: a, exclude: { specialist: false } }]',
      'rules[0].exclude.specialist: is false; it must be true; leave it out otherwise',
    ],
    [
      'rules: [{ name: a, candidates: { quoted: { in: isuer } } }]',
      'rules[0].candidates.quoted: has no within; write { in: issuer, within: 6 months }',
    ],
    [
      'rules: [{ name: a, candidates: { where: order.side == "x" } }]',
      'rules[0].candidates.where: there is no order; a condition here can use dealer, and texts need quotes',
    ],
    [
      'rules: [{ name: a, when: true }]',
      'rules[0].when: is true; it must be a condition; leave it out for "always"',
    ],
    [
      'rules: [{ name: a, when: !market.illiquid }]',
      'rules[0].when: begins with !, which YAML takes for a tag; put the text in quotes',
    ],
    [
      'rules: [{ name: &x a }, { name: *x }]',
      'rules[1].name: *x refers to an anchor; write its value out',
    ],
    ['currencies: { EUR: 1.1, EUR: 1.2 }', 'is not YAML: Map keys must be unique'],
    [
      'currencies: { euro: 1.1 }',
      'currencies.euro: is not a currency; write its three capitals, such as EUR',
    ],
    [
      'currencies: { USD: 2 }',
      'currencies.USD: is what the others are counted in, so it is 1; leave it out',
    ],
    ['impactCoefficient: .nan', 'impactCoefficient: is NaN; it must be a number from 0 to 1000'],
    [
      'a: [',
      'is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ])('%s', (text, message) => {
    expect(refusalOf(text)).toContain(message);
  });

  it('when it is too large', () => {
    expect(refusalOf('#'.repeat(65_537))).toBe(
      'desk.yaml: has 65537 characters; at most 65536 are allowed',
    );
    const many = Array.from({ length: 501 }, (_, i) => `  - name: r${i}\n`).join('');
    expect(refusalOf(`rules:\n${many}`)).toContain('has 501 rules; at most 500 are allowed');
    expect(refusalOf('['.repeat(65_000))).toMatch(/nested too deeply|is not YAML/);
    expect(refusalOf(`a: ${'['.repeat(40)}${']'.repeat(40)}`)).toContain('is nested too deeply');
  });

  it('and no more is listed than anybody reads', () => {
    const lines = Array.from({ length: 80 }, (_, i) => `  - name: r${i}\n    coolOff: 5\n`).join(
      '',
    );
    expect(refusalOf(`rules:\n${lines}`)).toMatch(/\nand 30 more$/);
  });
});

it('metrics and windows are those of the model', () => {
  const model = {
    ...DEFAULT_MODEL,
    halfLifeMicros: { fast: MICROS_PER_DAY, base: 5 * MICROS_PER_DAY, slow: 30 * MICROS_PER_DAY },
    tcaMetrics: [{ name: 'slippage', higherIsBetter: false, prior: 0, priorVariance: 1 }],
  };
  const text = 'rules: [{ name: a, window: 90 days, weights: { tca.slippage: 0.1 } }]';
  expect(readRules(text, { model }).decide(ORDER).memory).toBe(2);
  expect(refusalOf(text)).toContain('rules[0].weights.tca.slippage: is not a metric');
});
