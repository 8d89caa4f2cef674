import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { FirstcallError } from '../../schemas/errors.ts';
import { parseCanonicalRules } from './canonical.ts';
import type { DealerFacts, DealerFilter, Decided } from './decided.ts';
import { factsArbitrary, fileArbitrary } from './rules-arbitraries.ts';
import { readRules } from './rules-file.ts';

/** A dealer that nothing is known of, so that every filter has something to say. */
const STRANGER: DealerFacts = {
  dealerId: 'D',
  record: undefined,
  tier: null,
  isSpecialist: false,
  asOf: 1e15,
  hasQuoted: () => false,
  estimate: () => 0.15,
};

/** YAML without anchors, which are refused. */
function yamlOf(file: object): string {
  return stringify(file, { aliasDuplicateObjects: false });
}

/** A decision with its filters as what they say of a stranger. */
function plain(decided: Decided): unknown {
  const said = (filter: DealerFilter | null) => filter && { says: filter.refuse(STRANGER) };
  return {
    ...decided,
    candidates: decided.candidates && said(decided.candidates.value),
    exclusions: decided.exclusions.map(({ value, rule }) => [said(value), rule]),
    call: decided.call.value.map(({ count, filter }) => [count, said(filter)]),
    callRule: decided.call.rule,
  };
}

it('canonical rules decide as the file that they came from', () => {
  const count = fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined });
  fc.assert(
    fc.property(fileArbitrary, fc.array(factsArbitrary), count, (file, orders, asked) => {
      const rules = readRules(yamlOf(file));
      const again = parseCanonicalRules(rules.canonical);
      expect(again.canonical).toBe(rules.canonical);
      expect(readRules(rules.canonical).canonical).toBe(rules.canonical);
      for (const facts of orders) {
        expect(plain(again.decide(facts, asked))).toEqual(plain(rules.decide(facts, asked)));
      }
    }),
    { numRuns: 300 },
  );
});

/** Cuts, doubles or overwrites a piece of a text. */
function mangle(text: string, [at, length, piece]: readonly [number, number, string]): string {
  const start = text.length === 0 ? 0 : at % text.length;
  return text.slice(0, start) + piece + text.slice(start + length);
}

const piece = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom(
    ': ',
    '- ',
    '{',
    '[',
    '"',
    "'",
    '&a ',
    '*a',
    '!x ',
    '|\n',
    '\n',
    '  ',
    '#',
    '\t',
    '?',
  ),
);

it('a mangled file is refused in order, or read', () => {
  const cut = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 20 }), piece);
  const cuts = fc.array(cut, { minLength: 1, maxLength: 4 });
  const texts = fc
    .sample(fileArbitrary, 40)
    .flatMap((file) => [yamlOf(file), readRules(yamlOf(file)).canonical]);
  fc.assert(
    fc.property(fc.constantFrom(...texts), cuts, (whole, all) => {
      const text = all.reduce(mangle, whole);
      for (const read of [readRules, parseCanonicalRules]) {
        try {
          read(text);
        } catch (error) {
          expect(error).toBeInstanceOf(FirstcallError);
          expect((error as FirstcallError).code).toBe('badRules');
        }
      }
    }),
    { numRuns: 2000 },
  );
});
