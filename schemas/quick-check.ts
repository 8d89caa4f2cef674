import type { TSchema } from 'typebox';
import { canCompile } from './can-compile.ts';
import { DEALER_ID_PATTERN, ID_PATTERN } from './ids.ts';

/** True: the value is valid, for certain. False: ask the schema's own validator. */
export type QuickCheck = (value: unknown) => boolean;

/** What a schema of the vocabulary is made of. */
interface Schema {
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly type?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly description?: string;
}

const never: QuickCheck = () => false;

/**
 * A validator asks the names of all properties, and a regular expression about each of them and about
 * each id; this one counts properties and looks at characters, which is three times as fast. It says
 * yes to nothing that the validator refuses. Where no code may be made from text it says no to all.
 */
export function quickCheckOf(schema: TSchema): QuickCheck {
  if (!canCompile()) return never;
  const code = `return (value) => ${conditionOf('value', schema as Schema)};`;
  return new Function('isId', code)(isId) as QuickCheck;
}

const NOT_IN_AN_ID = /[^!-~]/;

/** What ID_PATTERN is: looking for what it forbids takes half the time. */
function isId(text: string): boolean {
  return text.length > 0 && text.length <= 64 && !NOT_IN_AN_ID.test(text);
}

/** An expression that is true only of what the schema takes. */
function conditionOf(value: string, schema: Schema): string {
  if (schema.const !== undefined) return `${value} === ${JSON.stringify(schema.const)}`;
  if (schema.anyOf !== undefined) {
    return `(${schema.anyOf.map((each) => conditionOf(value, each)).join(' || ')})`;
  }
  switch (schema.type) {
    case 'boolean':
      return `typeof ${value} === 'boolean'`;
    case 'string':
      return textCondition(value, schema);
    case 'integer':
      return ['Number.isInteger(', value, ')', rangeOf(value, schema)].join('');
    case 'number':
      return ['Number.isFinite(', value, ')', rangeOf(value, schema)].join('');
    case 'array':
      return arrayCondition(value, schema);
    case 'object':
      return objectCondition(value, schema);
    default:
      return 'false';
  }
}

function textCondition(value: string, { pattern, maxLength }: Schema): string {
  const conditions = [`typeof ${value} === 'string'`];
  if (pattern === ID_PATTERN) conditions.push(`isId(${value})`);
  else if (pattern === DEALER_ID_PATTERN) conditions.push(`${value} !== '*'`, `isId(${value})`);
  else if (pattern !== undefined) conditions.push(`${new RegExp(pattern)}.test(${value})`);
  // A validator counts characters, of which there are no more than UTF-16 units.
  if (maxLength !== undefined) conditions.push(`${value}.length <= ${maxLength}`);
  return `(${conditions.join(' && ')})`;
}

function rangeOf(value: string, { minimum, exclusiveMinimum, maximum }: Schema): string {
  return [
    ...(minimum === undefined ? [] : [` && ${value} >= ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [` && ${value} > ${exclusiveMinimum}`]),
    ...(maximum === undefined ? [] : [` && ${value} <= ${maximum}`]),
  ].join('');
}

function arrayCondition(value: string, { items, minItems, maxItems }: Schema): string {
  const conditions = [`Array.isArray(${value})`];
  if (minItems !== undefined) conditions.push(`${value}.length >= ${minItems}`);
  if (maxItems !== undefined) conditions.push(`${value}.length <= ${maxItems}`);
  conditions.push(`${value}.every((item) => ${conditionOf('item', items ?? {})})`);
  return `(${conditions.join(' && ')})`;
}

function objectCondition(value: string, schema: Schema): string {
  const { properties = {}, required = [], additionalProperties } = schema;
  if (additionalProperties !== false) return 'false';
  const lines = Object.entries(properties).map(([name, each]) => {
    const check = `if (!(${conditionOf('p', each)})) return false; keys++;`;
    const read = `p = v[${JSON.stringify(name)}];`;
    return required.includes(name)
      ? `${read} ${check}`
      : `${read} if (p !== undefined) { ${check} }`;
  });
  return `((v) => {
    if (typeof v !== 'object' || v === null) return false;
    let keys = 0;
    let p;
    ${lines.join('\n    ')}
    for (const name in v) keys--;
    return keys === 0;
  })(${value})`;
}
