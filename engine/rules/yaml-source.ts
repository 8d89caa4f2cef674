import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { parseBoundedYaml } from '../../schemas/bounded-yaml.ts';
import type { Problems } from './problems.ts';
import {
  fieldPath,
  MAX_NESTING,
  type MapEntry,
  type ScalarNode,
  type SourceNode,
} from './source.ts';

/**
 * Reads YAML 1.2 (core schema). Null: the file says nothing, or is not YAML, which is then among the
 * problems. Anchors and tags are refused, so that a file is as large as it looks.
 */
export function sourceOfYaml(text: string, problems: Problems): SourceNode | null {
  const read = parseBoundedYaml(text);
  if (read.document === null) {
    for (const { message, at } of read.problems) problems.add({ path: '', at }, message);
    return null;
  }
  for (const { message, at: place } of read.problems) {
    const at = Math.min(place, text.length);
    problems.add({ path: '', at }, `is not YAML: ${message}${hintOf(text, at)}`);
  }
  if (read.problems.length > 0 || read.document.contents === null) return null;
  return new Walk(text, problems).read(read.document.contents, '', 0);
}

function hintOf(text: string, at: number): string {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1).split('\n', 1)[0]!;
  return /\b(?:when|where):/.test(line)
    ? '; a condition with ": " or " #" in it, or one that begins with a quote, ! or &, goes in \'...\''
    : '';
}

class Walk {
  readonly #text: string;
  readonly #problems: Problems;

  constructor(text: string, problems: Problems) {
    this.#text = text;
    this.#problems = problems;
  }

  /** Null where the node is refused; the problem is noted. */
  read(node: Node, path: string, depth: number): SourceNode | null {
    const at = node.range?.[0] ?? 0;
    if (depth > MAX_NESTING) return this.#refuse(path, at, 'is nested too deeply');
    if (isAlias(node)) {
      return this.#refuse(path, at, `*${node.source} refers to an anchor; write its value out`);
    }
    if (this.#text[at] === '!' || node.tag?.startsWith('!')) {
      const what = 'begins with !, which YAML takes for a tag; put the text in quotes';
      return this.#refuse(path, at, what);
    }
    if (isMap(node))
      return { kind: 'map', path, at, entries: this.#entries(node.items, path, depth) };
    if (isSeq(node)) {
      const items = node.items.map((item, i) =>
        this.read(item as Node, `${path}[${i}]`, depth + 1),
      );
      return { kind: 'list', path, at, items: items.filter((item) => item !== null) };
    }
    if (!isScalar(node)) return this.#refuse(path, at, 'is not a value');
    return this.#scalar(node.value, path, at, node.range?.[1] ?? at, node.type);
  }

  #refuse(path: string, at: number, message: string): null {
    this.#problems.add({ path, at }, message);
    return null;
  }

  #entries(
    items: readonly { key: unknown; value: unknown }[],
    path: string,
    depth: number,
  ): MapEntry[] {
    const entries: MapEntry[] = [];
    for (const { key, value } of items) {
      const keyNode = key as Node;
      const at = keyNode.range?.[0] ?? 0;
      if (!isScalar(keyNode)) {
        this.#refuse(path, at, 'has a key that is not a plain name');
        continue;
      }
      const name = String(keyNode.value);
      const childPath = fieldPath(path, name);
      const node =
        value === null
          ? this.#scalar(null, childPath, at, at, undefined)
          : this.read(value as Node, childPath, depth + 1);
      if (node !== null) entries.push({ key: name, path: childPath, at, node });
    }
    return entries;
  }

  #scalar(
    value: unknown,
    path: string,
    at: number,
    end: number,
    style: string | undefined,
  ): ScalarNode {
    const text = this.#text;
    const charAt = (character: number) =>
      typeof value === 'string' ? sourceCharacter({ text, at, end, style, value, character }) : at;
    return { kind: 'scalar', path, at, value: value as ScalarNode['value'], charAt };
  }
}

interface ScalarText {
  /** The file. */
  readonly text: string;
  /** First character of the scalar as written, quote or block header included. */
  readonly at: number;
  readonly end: number;
  readonly style: string | undefined;
  readonly value: string;
  readonly character: number;
}

/**
 * Folding and indentation only change white space, so a character is found again by counting those
 * that are none, with an escape of a quoted text counted as the one that it stands for.
 */
function sourceCharacter({ text, at, end, style, value, character }: ScalarText): number {
  let before = value.slice(0, character).replace(/\s/g, '').length;
  const isAfterAll = value.slice(character).trim() === '';
  if (isAfterAll && before > 0) before--;
  let place = at;
  if (style === 'BLOCK_LITERAL' || style === 'BLOCK_FOLDED') place = text.indexOf('\n', at) + 1;
  else if (style !== 'PLAIN') place++;
  while (place < end) {
    const length = writtenLength(text, place, style);
    if (!isWhite(text.slice(place, place + length))) {
      if (before === 0) return isAfterAll && character > 0 ? place + length : place;
      before--;
    }
    place += length;
  }
  return at;
}

/** Characters that one character of the value takes as written. */
function writtenLength(text: string, place: number, style: string | undefined): number {
  if (style === 'QUOTE_SINGLE') return text.startsWith("''", place) ? 2 : 1;
  if (style !== 'QUOTE_DOUBLE' || text[place] !== '\\') return 1;
  return { x: 4, u: 6, U: 10 }[text[place + 1] ?? ''] ?? 2;
}

function isWhite(written: string): boolean {
  return /^(?:\s|\\[nrtvf LP_\n])$/.test(written);
}
