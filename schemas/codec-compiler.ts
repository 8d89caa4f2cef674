import { finite, safe } from './codec-numbers.ts';
import { type TextCache, TextField } from './codec-texts.ts';
import type { MsgpackBytes } from './msgpack-bytes.ts';

type Fields = Record<string, unknown>;

/** Reads the keys of a map and their values as far as it knows them: `missing` are left, and are next. */
export type ReadMap = (input: MsgpackBytes, length: number, depth: number) => Fields;

/** Reads the values of a row, whose head is read. */
export type ReadRow = (input: MsgpackBytes) => Fields;

/** Reads any value that lies inside `depth` containers. */
export type ReadValue = (depth: number, field: TextField) => unknown;

/** Makes a record of the values of a row, undefined for none; bit i of `present`: field i is there. */
export type MakeRow = (present: number, values: readonly unknown[]) => Fields;

/** What is in a row lies inside so many containers. */
const ROW_DEPTH = 3;
/** Each takes up to a millisecond: whatever a hostile sender thinks of, it is over after this many. */
const COMPILATIONS_MAX = 512;

/**
 * Makes code for maps and rows that come again and again. Code that names the keys of a record compares
 * them as numbers, holds the values in registers and gives the record its hidden class at once.
 */
export class Compiler {
  readonly #texts: TextCache;
  readonly #value: ReadValue;
  #left = COMPILATIONS_MAX;

  constructor(texts: TextCache, value: ReadValue) {
    this.#texts = texts;
    this.#value = value;
  }

  /**
   * For maps of these shapes, lists of plain keys; `kind`: what all of them say under the first key,
   * `kind`, or null. Null: enough has been compiled.
   */
  maps(shapes: readonly (readonly string[])[], kind: string | null): ReadMap | null {
    const head = kind === null ? [] : [...shortText('kind'), ...shortText(kind)];
    return this.#compile((fields) => [
      '(input, length, depth) => {',
      ...BEGIN,
      ...(kind === null
        ? branches(shapes, [], fields)
        : [
            `if (length > 0 && ${isHere(head)}) {`,
            `at += ${head.length};`,
            `const v0 = ${JSON.stringify(kind)};`,
            ...branches(shapes, ['kind'], fields),
            '}',
            ...leave([]),
          ]),
      '}',
    ]);
  }

  /** For rows of these fields in which those of one of the sets `presents` are there; `other`: for the rest. */
  rows(
    kind: string,
    names: readonly string[],
    presents: readonly number[],
    other: MakeRow,
  ): ReadRow | null {
    const values = names.map((_, i) => `v${i}`);
    const code = (fields: FieldNames) => [
      '(input) => {',
      `const depth = ${ROW_DEPTH};`,
      ...BEGIN,
      'let present = 0;',
      ...names.flatMap((name, i) => [
        `let v${i};`,
        'if (at < end && bytes[at] === 0xc0) at += 1;',
        `else { present |= ${1 << i};`,
        ...readValue(`v${i}`, name, fields),
        '}',
      ]),
      'input.at = at;',
      ...presents.map((present) => {
        const there = names.map((name, i) => [name, `v${i}`] as const);
        const entries = there.filter((_, i) => (present & (1 << i)) !== 0);
        const all = [['kind', JSON.stringify(kind)] as const, ...entries];
        return `if (present === ${present}) return ${literal(all)};`;
      }),
      `return other(present, [${values.join(', ')}]); }`,
    ];
    return this.#compile(code, { other });
  }

  #compile<T>(code: (fields: FieldNames) => string[], more: object = {}): T | null {
    if (this.#left === 0) return null;
    this.#left--;
    const fields = new FieldNames();
    const lines = code(fields);
    const names = fields.all.map((_, i) => `f${i}`);
    const body = `const [${names.join(', ')}] = fields;\nreturn ${lines.join('\n')}`;
    const tools = { texts: this.#texts, value: this.#value, finite, safe, isSame, ...more };
    const make = new Function('fields', ...Object.keys(tools), body);
    return make(fields.all, ...Object.values(tools)) as T;
  }
}

/** A field of texts for each name, and how code calls it. */
class FieldNames {
  readonly all: TextField[] = [];
  readonly #names = new Map<string, string>();

  of(name: string): string {
    const known = this.#names.get(name) ?? `f${this.all.push(new TextField()) - 1}`;
    this.#names.set(name, known);
    return known;
  }
}

/** What to do where the keys `path` and their values are read, by the keys that may follow. */
function branches(
  shapes: readonly (readonly string[])[],
  path: readonly string[],
  fields: FieldNames,
): string[] {
  const place = path.length;
  const followers = new Set(shapes.flatMap((keys) => keys.slice(place, place + 1)));
  return [
    `if (length > ${place}) {`,
    ...[...followers].flatMap((name) => [
      `if (${isHere([...shortText(name)])}) {`,
      `at += ${name.length + 1};`,
      `let v${place};`,
      ...readValue(`v${place}`, name, fields),
      ...branches(
        shapes.filter((keys) => keys[place] === name),
        [...path, name],
        fields,
      ),
      '}',
    ]),
    '}',
    ...leave(path),
  ];
}

const leave = (path: readonly string[]): string[] => [
  'input.at = at;',
  `input.missing = length - ${path.length};`,
  `return ${literal(path.map((key, i) => [key, `v${i}`]))};`,
];

/** Names are quoted; none is `__proto__`, which would be no property. */
const literal = (entries: readonly (readonly [string, string])[]): string =>
  `{ ${entries.map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(', ')} }`;

/** A text of fewer than 32 letters as MessagePack. */
export function shortText(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(0xa0 | text.length, ...Array.from(text, (letter) => letter.charCodeAt(0)));
}

/** Compares bytes as words, the last of which overlaps the one before. */
function isHere(bytes: readonly number[]): string {
  const size = bytes.length;
  const view = new DataView(Uint8Array.of(...bytes, 0, 0, 0).buffer);
  const word = (at: number) => `view.getInt32(at + ${at}, true)`;
  const isThere = `at + ${size} <= end`;
  if (size < 4) {
    return `${isThere} && (${word(0)} & ${2 ** (8 * size) - 1}) === ${view.getInt32(0, true)}`;
  }
  const places = Array.from({ length: size >> 2 }, (_, i) => 4 * i);
  const all = size % 4 === 0 ? places : [...places, size - 4];
  const conditions = all.map((at) => `${word(at)} === ${view.getInt32(at, true)}`);
  return [isThere, ...conditions].join(' && ');
}

/** What code needs to know before it reads values. */
const BEGIN = [
  'const { bytes, view, end } = input;',
  'let { at } = input;',
  'let tag;',
  'let id, idTag = 0, idAt = 0;',
];

/**
 * Most values are short texts or long numbers, which are read on the spot; the rest goes through `value`.
 * An event often has the id of what it tells of: then both are one text.
 */
const readValue = (variable: string, name: string, fields: FieldNames): string[] => [
  'tag = bytes[at];',
  'if ((tag & 0xe0) === 0xa0 && at + (tag & 0x1f) < end) {',
  `${variable} = tag === idTag && isSame(view, at + 1, idAt, tag & 0x1f)`,
  `? id : texts.read(bytes, view, at + 1, tag & 0x1f, ${fields.of(name)});`,
  ...(name === 'id' ? [`id = ${variable}; idTag = tag; idAt = at + 1;`] : []),
  'at += 1 + (tag & 0x1f);',
  '} else if (tag === 0xcb && at + 8 < end) {',
  `${variable} = finite(view.getFloat64(at + 1), at);`,
  'at += 9;',
  '} else if (tag === 0xcf && at + 8 < end) {',
  `${variable} = safe(view.getUint32(at + 1) * ${2 ** 32} + view.getUint32(at + 5), at);`,
  'at += 9;',
  '} else {',
  'input.at = at;',
  `${variable} = value(depth, ${fields.of(name)});`,
  'at = input.at; }',
];

/** Whether two texts of the message are the same. */
function isSame(view: DataView, a: number, b: number, length: number): boolean {
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    if (view.getInt32(a + i, true) !== view.getInt32(b + i, true)) return false;
  }
  for (let i = whole; i < length; i++) {
    if (view.getUint8(a + i) !== view.getUint8(b + i)) return false;
  }
  return true;
}
