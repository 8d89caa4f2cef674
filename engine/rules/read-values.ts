import type { Micros } from '../../schemas/ids.ts';
import { nearestName } from '../../schemas/nearest-name.ts';
import type { Problems } from './problems.ts';
import type { MapEntry, SourceNode } from './source.ts';
import { parseDuration, parsePercent, plainNumberOf, sayList } from './units.ts';

/** Readers give undefined for what is wrong, and note the problem; the rest of the file is still read. */

export type FieldsByName<Name extends string> = Partial<Record<Name, SourceNode>>;

/** The fields of a map by name; an unknown one is a problem. */
export function readFields<Name extends string>(
  node: SourceNode,
  names: readonly Name[],
  problems: Problems,
): FieldsByName<Name> {
  const found: FieldsByName<Name> = {};
  for (const entry of entriesOf(node, problems)) {
    const known = names.find((name) => name === entry.key);
    if (known === undefined) problems.add(entry, () => unknownField(entry.key, names));
    else found[known] = entry.node;
  }
  return found;
}

/** The entries of a map, or none where it is no map. */
export function entriesOf(node: SourceNode, problems: Problems): readonly MapEntry[] {
  if (node.kind === 'map') return node.entries;
  problems.add(node, `${found(node)}; it must be a map of fields`);
  return [];
}

function unknownField(key: string, names: readonly string[]): string {
  const meant = nearestName(key, names);
  return meant === null
    ? `is not a field here; there are ${sayList(names, 'and')}`
    : `is not a field; did you mean ${meant}?`;
}

/** "is 7", "is a list": what stands there, for messages that go on with what should. */
export function found(node: SourceNode): string {
  if (node.kind !== 'scalar') return `is a ${node.kind}`;
  if (node.value === null) return 'is empty';
  const text = String(node.value);
  const shown = text.length > 40 ? `${text.slice(0, 40)}...` : text;
  return typeof node.value === 'string' ? `is "${shown}"` : `is ${shown}`;
}

function refuse(node: SourceNode, wanted: string, problems: Problems): undefined {
  problems.add(node, `${found(node)}; ${wanted}`);
}

export function readText(node: SourceNode, most: number, problems: Problems): string | undefined {
  const value = node.kind === 'scalar' && typeof node.value === 'string' ? node.value.trim() : '';
  if (value !== '' && value.length <= most) return value;
  return refuse(node, `it must be a text of 1 to ${most} characters`, problems);
}

export interface NumberRange {
  readonly least: number;
  readonly most: number;
  readonly isWhole?: boolean;
}

export function readNumber(
  node: SourceNode,
  range: NumberRange,
  problems: Problems,
): number | undefined {
  const value = node.kind === 'scalar' ? node.value : null;
  const fits = typeof value === 'number' && value >= range.least && value <= range.most;
  if (fits && (range.isWhole !== true || Number.isInteger(value))) return value;
  const kind = range.isWhole === true ? 'a whole number' : 'a number';
  const plain = typeof value === 'string' ? plainNumberOf(value) : null;
  const hint = plain === null ? '' : `; write ${plain}`;
  return refuse(node, `it must be ${kind} from ${range.least} to ${range.most}${hint}`, problems);
}

/** 0.1 or `10%`. */
export function readShare(node: SourceNode, problems: Problems): number | undefined {
  const value = node.kind === 'scalar' ? node.value : null;
  const share = typeof value === 'string' ? parsePercent(value) : value;
  if (typeof share === 'number' && share >= 0 && share <= 1) return share;
  return refuse(node, 'it must be a share, such as 10% or 0.1', problems);
}

/** Only `true` says something; a field that does not hold is left out. */
export function readTrue(node: SourceNode, problems: Problems): true | undefined {
  if (node.kind === 'scalar' && node.value === true) return true;
  return refuse(node, 'it must be true; leave it out otherwise', problems);
}

export function readFlag(node: SourceNode, problems: Problems): boolean | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
  return refuse(node, 'it must be true or false', problems);
}

export function readOneOf<Name extends string>(
  node: SourceNode,
  names: readonly Name[],
  problems: Problems,
): Name | undefined {
  const value = node.kind === 'scalar' ? String(node.value) : '';
  const name = names.find((each) => each === value);
  if (name !== undefined) return name;
  const meant = nearestName(value, names);
  const hint = meant === null ? `it must be ${sayList(names, 'or')}` : `did you mean ${meant}?`;
  return refuse(node, hint, problems);
}

/** `90 days`, above 0 unless `mayBeZero`. */
export function readDuration(
  node: SourceNode,
  problems: Problems,
  mayBeZero = false,
): Micros | undefined {
  const value = node.kind === 'scalar' ? node.value : null;
  if (typeof value === 'number') {
    const hint = `a duration needs its unit, such as ${value} seconds, ${value} minutes or ${value} days`;
    return refuse(node, hint, problems);
  }
  const micros = typeof value === 'string' ? parseDuration(value) : null;
  if (micros !== null && (micros > 0 || mayBeZero)) return micros;
  if (typeof value === 'string' && /^\s*[\d.]+\s*m\s*$/i.test(value)) {
    const amount = Number.parseFloat(value);
    const hint = `m is of minutes or of months; write ${amount} minutes or ${amount} months`;
    return refuse(node, hint, problems);
  }
  const wanted = 'a number and a unit from seconds to years (at most 100), such as 30 minutes';
  return refuse(node, `it must be ${wanted}`, problems);
}

/** A list of one kind of thing, or one such thing alone. */
export function readOneOrMore<T>(
  node: SourceNode,
  most: number,
  problems: Problems,
  read: (item: SourceNode) => T | undefined,
): readonly T[] | undefined {
  const items = node.kind === 'list' ? node.items : [node];
  if (items.length === 0 || items.length > most) {
    const wanted = `it must have 1 to ${most} of them`;
    problems.add(node, `has ${items.length} items; ${wanted}`);
    return undefined;
  }
  const values = items.map(read);
  return values.every((value) => value !== undefined) ? (values as T[]) : undefined;
}
