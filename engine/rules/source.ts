/** A place of a rules file: the field, and where it stands. */
export interface Place {
  /** `rules[2].when`; empty: the file as a whole. */
  readonly path: string;
  /** Character of the file, from 0; -1: there is no file to point into. */
  readonly at: number;
}

export interface MapEntry extends Place {
  readonly key: string;
  readonly node: SourceNode;
}

interface MapNode extends Place {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
}

interface ListNode extends Place {
  readonly kind: 'list';
  readonly items: readonly SourceNode[];
}

export interface ScalarNode extends Place {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  /** The character of the file behind a character of a text value. */
  charAt(character: number): number;
}

/** What a rules file says, whether it came as YAML or as canonical JSON. */
export type SourceNode = MapNode | ListNode | ScalarNode;

/** No rules file is nested deeper. */
export const MAX_NESTING = 16;

/** The path of a map's field. */
export function fieldPath(parent: string, key: string): string {
  return parent === '' ? key : `${parent}.${key}`;
}

/** JSON as a source without places; null where it is nested too deeply. */
export function sourceOfJson(value: unknown, path = '', depth = 0): SourceNode | null {
  if (depth > MAX_NESTING) return null;
  if (typeof value !== 'object' || value === null) {
    return { kind: 'scalar', path, at: -1, value: value as ScalarNode['value'], charAt: () => -1 };
  }
  if (Array.isArray(value)) {
    const items = value.map((item, i) => sourceOfJson(item, `${path}[${i}]`, depth + 1));
    return items.includes(null)
      ? null
      : { kind: 'list', path, at: -1, items: items as SourceNode[] };
  }
  const entries = Object.entries(value).map(([key, child]) => {
    const childPath = fieldPath(path, key);
    return { key, path: childPath, at: -1, node: sourceOfJson(child, childPath, depth + 1) };
  });
  return entries.some(({ node }) => node === null)
    ? null
    : { kind: 'map', path, at: -1, entries: entries as MapEntry[] };
}
