/** What a compiled TypeBox validator offers to say why it refused. */
interface Explainer {
  Errors(value: unknown): Iterable<unknown>;
  /** The schema. */
  Type(): unknown;
}

/** One finding of TypeBox, in Ajv's words. */
interface Finding {
  readonly keyword: string;
  /** JSON pointer of the value, '' for the whole. */
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** Characters of a refused string, and of the path to it, that are quoted back. */
const MAX_QUOTED_LENGTH = 40;
const MAX_PATH_LENGTH = 120;
/** Items and fields that are looked at, and how deep: an explanation may not cost more than a check. */
const MAX_LOOKED_AT = 2_048;
const MAX_DEPTH = 16;

/**
 * The first thing wrong with a value that a validator refused, as `path.to.field: what`; `subject`
 * names the value itself. Costs microseconds, and a millisecond or two where the value is huge, of
 * which only the beginning is looked at: ask only after the check has failed.
 */
export function firstError(validator: Explainer, value: unknown, subject: string): string {
  const findings = [...validator.Errors(beginningOf(value))] as Finding[];
  const first = findings[0];
  if (first === undefined) return `${subject}: does not match its schema`;
  const path = first.instancePath.split('/').slice(1).map(unescapePointer);
  const where = path.join('.').slice(0, MAX_PATH_LENGTH).toWellFormed() || subject;
  switch (first.keyword) {
    case 'required':
      return `${where}: needs ${(first.params.requiredProperties as string[]).join(', ')}`;
    case 'boolean':
      // `additionalProperties: false` is a schema that nothing matches.
      return `${where}: is not a field that the schema knows`;
    case 'const':
      return `${where}: must be ${alternatives(findings, first)}${got(value, path)}`;
    case 'type': {
      const fields = first.params.type === 'object' ? fieldsAt(validator.Type(), path) : '';
      return `${where}: ${first.message}${fields}${got(value, path)}`;
    }
    default:
      return `${where}: ${first.message}${got(value, path)}`;
  }
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
}

/** ` with quantity and currency`: the fields of what should stand at a path within a value; '' of the whole. */
function fieldsAt(schema: unknown, path: readonly string[]): string {
  let node = schema as SchemaNode | undefined;
  for (const key of path) node = node?.properties?.[key] ?? node?.items;
  const names = path.length === 0 ? [] : Object.keys(node?.properties ?? {});
  return names.length === 0 ? '' : ` with ${names.join(' and ')}`;
}

/** A value, or a copy of its beginning where it has more parts than anything that we know. */
function beginningOf(value: unknown): unknown {
  const budget = { left: MAX_LOOKED_AT };
  const copy = copyBeginning(value, budget, 0);
  return budget.left < 0 ? copy : value;
}

function copyBeginning(value: unknown, budget: { left: number }, depth: number): unknown {
  const isWhole = typeof value !== 'object' || value === null || ArrayBuffer.isView(value);
  if (isWhole || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      if (--budget.left < 0) break;
      items.push(copyBeginning(item, budget, depth + 1));
    }
    return items;
  }
  const fields: Record<string, unknown> = {};
  for (const key in value) {
    if (--budget.left < 0) break;
    fields[key] = copyBeginning((value as Record<string, unknown>)[key], budget, depth + 1);
  }
  return fields;
}

/** The constants of a union: each branch that failed is a finding of its own. */
function alternatives(findings: readonly Finding[], first: Finding): string {
  const constants = findings
    .filter((f) => f.keyword === 'const' && f.instancePath === first.instancePath)
    .map((f) => String(f.params.allowedValue));
  return constants.length === 1 ? constants.join() : `one of ${constants.join(', ')}`;
}

function got(value: unknown, path: readonly string[]): string {
  let found = value;
  for (const key of path) found = (found as Record<string, unknown>)[key];
  if (typeof found === 'string') {
    const quoted =
      found.length > MAX_QUOTED_LENGTH ? `${found.slice(0, MAX_QUOTED_LENGTH)}...` : found;
    return `, got ${JSON.stringify(quoted)}`;
  }
  const isPlain = typeof found === 'number' || typeof found === 'boolean' || found === null;
  return isPlain ? `, got ${found}` : '';
}

function unescapePointer(token: string): string {
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
}
