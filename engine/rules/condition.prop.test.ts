import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readCondition } from './condition.ts';
import { type Facts, ORDER_FIELDS } from './condition-fields.ts';
import { languageFor, RatingValue } from './condition-language.ts';
import { orderFacts } from './order-facts.ts';
import { conditionArbitrary, factsArbitrary } from './rules-arbitraries.ts';

const RATES: Readonly<Record<string, number>> = { USD: 1, EUR: 1.09 };
const settings = { illiquidAfterDays: 2, usdPer: (currency: string) => RATES[currency] };

/** What the expression language itself makes of it; undefined: it says that something is missing. */
function evaluate(text: string, facts: Facts): boolean | undefined {
  const context: Record<string, Record<string, unknown>> = {
    order: {},
    instrument: {},
    market: {},
  };
  for (const { variable, name, slot, type } of ORDER_FIELDS.fields) {
    const value = facts[slot];
    if (value === undefined) continue;
    context[variable]![name] = type === 'Rating' ? new RatingValue(value as number) : value;
  }
  try {
    return languageFor(ORDER_FIELDS).parse(text)(context);
  } catch (error) {
    expect(String(error)).toMatch(/No such key/);
    return undefined;
  }
}

it('a compiled condition says what the expression language says', () => {
  fc.assert(
    fc.property(conditionArbitrary, factsArbitrary, (text, source) => {
      const facts = orderFacts(source, settings);
      const { conjuncts } = readCondition(text, ORDER_FIELDS);
      const values = conjuncts.map((part) => part.evaluate(facts));
      const compiled = values.includes(false)
        ? false
        : values.includes(undefined)
          ? undefined
          : true;
      expect([text, compiled]).toEqual([text, evaluate(text, facts)]);
    }),
    { numRuns: 3000 },
  );
});

it('the text of a compiled condition compiles to the same text', () => {
  fc.assert(
    fc.property(conditionArbitrary, (text) => {
      const once = readCondition(text, ORDER_FIELDS);
      const twice = readCondition(once.text, ORDER_FIELDS);
      expect(twice.text).toBe(once.text);
      expect(twice.conjuncts.map((part) => part.text)).toEqual(
        once.conjuncts.map((part) => part.text),
      );
    }),
    { numRuns: 1000 },
  );
});
