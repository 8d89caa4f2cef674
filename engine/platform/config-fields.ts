import { Compile, type Validator } from 'typebox/compile';
import { ConfigSchema } from './config-schema.ts';

/** What we read of a JSON Schema; TypeBox schemas are plain JSON Schema objects. */
export interface FieldSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly unit?: string;
  readonly allowed?: string;
  readonly const?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly examples?: readonly string[];
  readonly enum?: readonly string[];
  readonly anyOf?: readonly FieldSchema[];
  readonly properties?: Readonly<Record<string, FieldSchema>>;
}

/** One setting: a leaf of the schema. */
export interface ConfigField {
  /** Dotted path in the file, `sim.days`. */
  readonly path: string;
  /** Environment variable, `FIRSTCALL_SIM_DAYS`; null if the setting is only in the file. */
  readonly environmentName: string | null;
  /** Command-line flag without its dashes, `sim-days`. */
  readonly flag: string;
  readonly schema: FieldSchema;
  readonly validator: Validator;
}

/** Every setting, in the order of the schema. */
export const CONFIG_FIELDS: readonly ConfigField[] = fieldsOf(ConfigSchema as FieldSchema, '');

const fieldsByPath = new Map(CONFIG_FIELDS.map((field) => [field.path, field]));

/** The setting at a dotted path, if there is one. */
export function configField(path: string): ConfigField | undefined {
  return fieldsByPath.get(path);
}

/** Paths of the sections, such as `sim`. */
export const CONFIG_SECTIONS: ReadonlySet<string> = new Set(
  CONFIG_FIELDS.filter((field) => field.path.includes('.')).map((field) =>
    field.path.slice(0, field.path.lastIndexOf('.')),
  ),
);

function fieldsOf(schema: FieldSchema, prefix: string): ConfigField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    property.properties === undefined
      ? [toField(`${prefix}${name}`, property)]
      : fieldsOf(property, `${prefix}${name}.`),
  );
}

function toField(path: string, schema: FieldSchema): ConfigField {
  const words = path.replaceAll('.', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const opaque = schema.type === 'object';
  return {
    path,
    environmentName: opaque ? null : `FIRSTCALL_${words.replaceAll('-', '_').toUpperCase()}`,
    flag: words,
    schema,
    validator: Compile(schema),
  };
}

/** What a setting may be, in words: `an integer from 0 to 65535`. */
export function describeAllowed(schema: FieldSchema): string {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  if (schema.anyOf !== undefined) return schema.anyOf.map(describeAllowed).join(' or ');
  switch (schema.type) {
    case 'null':
      return 'null';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `an integer from ${schema.minimum} to ${schema.maximum}`;
    case 'number':
      return describeNumber(schema);
    case 'object':
      return 'a map';
    default:
      return describeText(schema);
  }
}

function describeNumber({ minimum, exclusiveMinimum, maximum }: FieldSchema): string {
  const least = minimum === undefined ? `above ${exclusiveMinimum}` : `from ${minimum}`;
  return `a number ${least} to ${maximum}`;
}

function describeText({ allowed = 'text', examples }: FieldSchema): string {
  return examples === undefined ? allowed : `${allowed}, such as ${examples[0]}`;
}

/**
 * The value of a setting that came as text (environment, flag). What does not read as the wanted
 * type stays text, so that the validator can say what is wrong with it.
 */
export function fromText(schema: FieldSchema, value: string): unknown {
  const types = schema.anyOf?.map((option) => option.type) ?? [schema.type];
  if (types.includes('array')) return value.split(',').map((item) => item.trim());
  if (types.includes('null') && value === 'null') return null;
  if (types.includes('boolean') && /^(true|1)$/.test(value)) return true;
  if (types.includes('boolean') && /^(false|0)$/.test(value)) return false;
  const numeric = types.includes('integer') || types.includes('number');
  if (numeric && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  return value;
}
