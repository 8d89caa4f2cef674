import { RATINGS } from '../../schemas/ratings.ts';
import { sayNumber } from './units.ts';

/** Types of the expression language that a field can have. */
export type FieldType = 'string' | 'double' | 'bool' | 'Rating' | 'list<string>';

/** A value of a field as conditions compute with it: a rating is its rank. Undefined: not known. */
export type FactValue = string | number | boolean | readonly string[] | undefined;

/** The facts of one question, by slot. */
export type Facts = readonly FactValue[];

export interface Field {
  readonly variable: string;
  readonly name: string;
  readonly type: FieldType;
  /** All that it can be; undefined: any value of its type. */
  readonly values: readonly string[] | undefined;
  /** Its place among the facts. */
  readonly slot: number;
}

/** What a kind of condition can see. */
export interface Vocabulary {
  readonly fields: readonly Field[];
  readonly variables: readonly string[];
  find(variable: string, name: string): Field | undefined;
}

/** What the fields of a text that can only be one of these are: by `variable.name`. */
const VALUES: Readonly<Record<string, readonly string[]>> = { 'order.side': ['buy', 'sell'] };

function vocabulary(
  types: Readonly<Record<string, Readonly<Record<string, FieldType>>>>,
): Vocabulary {
  const fields = Object.entries(types)
    .flatMap(([variable, named]) =>
      Object.entries(named).map(([name, type]) => {
        return { variable, name, type, values: VALUES[`${variable}.${name}`] };
      }),
    )
    .map((field, slot) => ({ ...field, slot }));
  return {
    fields,
    variables: Object.keys(types),
    find: (variable, name) => fields.find((f) => f.variable === variable && f.name === name),
  };
}

export const ORDER_FIELDS = vocabulary({
  order: { side: 'string', quantity: 'double', usd: 'double', advShare: 'double' },
  instrument: {
    id: 'string',
    assetClass: 'string',
    sector: 'string',
    issuer: 'string',
    currency: 'string',
    rating: 'Rating',
    isRated: 'bool',
    yearsToMaturity: 'double',
    averageDailyVolume: 'double',
  },
  market: {
    daysSinceTrade: 'double',
    daysSinceTick: 'double',
    spreadBps: 'double',
    volatilityBps: 'double',
    illiquid: 'bool',
  },
});

export const DEALER_FIELDS = vocabulary({
  dealer: {
    id: 'string',
    name: 'string',
    legalEntity: 'string',
    lei: 'string',
    fixCompId: 'string',
    assetClasses: 'list<string>',
    agreements: 'list<string>',
    desks: 'list<string>',
  },
});

/** A fact as a trader reads it. */
export function sayFact(type: FieldType, value: FactValue): string {
  if (typeof value !== 'number') return String(value);
  return type === 'Rating' ? RATINGS[value]! : sayNumber(value);
}
