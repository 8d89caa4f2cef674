import { describe, expect, it } from 'vitest';
import { FirstcallError } from '../../schemas/errors.ts';
import { readRules } from './rules-file.ts';

/** The message with which a file is refused. */
function refusalOf(text: string): string {
  try {
    readRules(text, { file: 'desk.yaml' });
    return 'not refused';
  } catch (error) {
    expect(error).toBeInstanceOf(FirstcallError);
    expect((error as FirstcallError).code).toBe('badRules');
    return (error as FirstcallError).message;
  }
}

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

  it('with the values that a field can have, under the one that it cannot', () => {
    expect(
      refusalOf('rules:\n  - name: buys\n    when: order.side == "BUY"\n    count: 3\n'),
    ).toMatchInlineSnapshot(`
      "desk.yaml:3:25: rules[0].when: order.side is never "BUY": it is "buy" or "sell"; did you mean "buy"?
            when: order.side == "BUY"
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
    ['', 'desk.yaml: says nothing; the built-in rules are loaded by "rules: []"'],
    ['# none yet\n', 'desk.yaml: says nothing; the built-in rules are loaded by "rules: []"'],
    [
      'rules: [{ name: a, note: b, when: market.illiquid }]',
      'rules[0]: sets nothing; say what it is to change, such as count: 3, or take the rule out',
    ],
    ['rules: [{ name: a, sensitive: false }]', 'rules[0]: sets nothing'],
    [
      'rules: [{ name: a, maxDealers: 5_000 }]',
      'rules[0].maxDealers: is "5_000"; it must be a whole number from 1 to 1000; write 5000',
    ],
    [
      'rules: [{ name: a, exclude: { atMost: { fillRate: 10% } } }]',
      'is "10%"; it must be a number from -1000000000000 to 1000000000000; write 0.1',
    ],
    [
      'rules: [{ name: a, coolOff: 5m }]',
      'rules[0].coolOff: is "5m"; m is of minutes or of months; write 5 minutes or 5 months',
    ],
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
      'rules: [{ name: a, weights: { hitRate: 0.7, leakage: 0.4, priceImprovement: 0.2 } }]',
      'rules[0].weights: weights add up to 1.3, more than 1',
    ],
    [
      'rules: [{ name: a, weights: { hitRate: 0.2, fillRate: 0.2 } }]',
      'rules[0].weights.fillRate: names fillRate a second time',
    ],
    [
      'rules: [{ name: a, exclude: [GS, MS-1] }]',
      'rules[0].exclude: is a list; it must be a map of fields: write { dealers: [GS, MS-1] }, or what else is asked of them',
    ],
    [
      'rules: [{ name: a, candidates: GS }]',
      'rules[0].candidates: is "GS"; it must be a map of fields: write { dealers: [GS] }',
    ],
    [
      'rules: [{ name: a, exclude: [{ tier: 3 }] }]',
      'rules[0].exclude: is a list; it must be a map of fields: write { dealers: [A, B] }',
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
    expect(refusalOf('['.repeat(65_000))).toContain('is too large: 20000 tokens at most');
    expect(refusalOf('['.repeat(10_000))).toContain('is nested too deeply');
    expect(refusalOf(`a: ${'['.repeat(40)}${']'.repeat(40)}`)).toContain('is nested too deeply');
  });

  it('and no more is listed than anybody reads', () => {
    const lines = Array.from({ length: 80 }, (_, i) => `  - name: r${i}\n    coolOff: 5\n`).join(
      '',
    );
    expect(refusalOf(`rules:\n${lines}`)).toMatch(/\nand 30 more$/);
  });
});
