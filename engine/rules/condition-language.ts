import { Environment } from '@marcbachmann/cel-js';
import { DEALER_FIELDS, ORDER_FIELDS, type Vocabulary } from './condition-fields.ts';
import { RATING_TESTS, type RatingRank, spanOf } from './ratings.ts';

/** Bounds of one condition. */
export const MAX_PARTS = 200;
export const MAX_DEPTH = 20;
/** The parser recurses on a row of ! or -, so the length is bounded before it sees the text. */
export const MAX_CHARACTERS = 4000;

/** A rating as the expression language holds it. */
export class RatingValue {
  readonly rank: RatingRank;

  constructor(rank: RatingRank) {
    this.rank = rank;
  }
}

/** Methods of a text. */
export const TEXT_TESTS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  startsWith: (text, part) => text.startsWith(part),
  endsWith: (text, part) => text.endsWith(part),
  contains: (text, part) => text.includes(part),
};

/** What both sides of these may be: a whole number beside one with a fraction, which CEL keeps apart. */
const MIXED: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

/**
 * The Common Expression Language over one vocabulary: parses and checks the types. Conditions are then
 * compiled to closures (compile-condition.ts), which know "not known" and are several times as fast;
 * a property test holds them against this language's own evaluation.
 */
function languageOf({ fields, variables }: Vocabulary): Environment {
  const limits = { maxAstNodes: MAX_PARTS, maxDepth: MAX_DEPTH };
  const language = new Environment({ limits }).registerType('Rating', RatingValue);
  for (const variable of variables) {
    const own = fields.filter((field) => field.variable === variable);
    const types = Object.fromEntries(own.map(({ name, type }) => [name, type]));
    language.registerType(`Fields_${variable}`, { fields: types });
    language.registerVariable(variable, `Fields_${variable}`);
  }
  for (const [name, spanFor] of Object.entries(RATING_TESTS)) {
    language.registerFunction(
      `Rating.${name}(string): bool`,
      ({ rank }: RatingValue, text: string) => {
        const { best, worst } = spanFor(spanOf(text)!);
        return rank >= best && rank <= worst;
      },
    );
  }
  registerMixed(language);
  return language;
}

function registerMixed(language: Environment): void {
  for (const [operator, compute] of Object.entries(MIXED)) {
    const mixed = (a: number | bigint, b: number | bigint) => compute(Number(a), Number(b));
    language.registerOperator(`double ${operator} int`, mixed);
    language.registerOperator(`int ${operator} double`, mixed);
  }
  const isEqual = (a: number | bigint, b: number | bigint) => Number(a) === Number(b);
  language.registerOperator('double == int', isEqual);
  language.registerOperator('double in list<int>', (value: number, list: readonly bigint[]) =>
    list.some((item) => Number(item) === value),
  );
}

const LANGUAGES = new Map([ORDER_FIELDS, DEALER_FIELDS].map((v) => [v, languageOf(v)]));

export function languageFor(vocabulary: Vocabulary): Environment {
  return LANGUAGES.get(vocabulary)!;
}
