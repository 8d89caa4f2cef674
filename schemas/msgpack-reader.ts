import { canCompile } from './can-compile.ts';
import { Compiler, type ReadValue } from './codec-compiler.ts';
import { KeyCache } from './codec-keys.ts';
import { MAX_CONTAINERS, MAX_DEPTH, undecodable } from './codec-limits.ts';
import { finite, safe } from './codec-numbers.ts';
import { type ShapeBook, ShapeBooks } from './codec-shapes.ts';
import { areFields, tornRow, valuesOf } from './codec-table.ts';
import { TextCache, TextField } from './codec-texts.ts';
import { readText } from './codec-utf8.ts';
import { MsgpackBytes } from './msgpack-bytes.ts';
import { type TableHeading, TableHeadings } from './table-headings.ts';

/** Tags of a map of three, and of the text `fields`. */
const MAP_OF_THREE = 0x83;
const TEXT_OF_SIX = 0xa6;
/** Where a table has the length of its kind. */
const KIND_TAG_AT = 6;
/** Bytes before the rows of a table that is worth learning; 64 of them are remembered. */
const HEADING_MAX = 2_048;

/**
 * Reads MessagePack and trusts none of it: bounded depth and containers, lengths that the remaining
 * bytes can hold before anything is allocated for them, no extension types (time stamps are one),
 * finite numbers, integers within 2^53, well-formed UTF-8, string keys only and none of `__proto__`,
 * `constructor`, `prototype`. Time and memory are linear in the bytes, whatever they announce; a
 * general decoder takes seconds and gigabytes for some 9 KB messages. Keep an instance: it learns
 * the keys of records and the texts that come again.
 */
export class MsgpackReader {
  readonly #in = new MsgpackBytes();
  readonly #keys = new KeyCache();
  /** Of texts under keys that no code is made for. */
  readonly #noField = new TextField();
  /** Null: no code is made, and texts that come again are made again. */
  readonly #texts: TextCache | null;
  readonly #shapes: ShapeBooks | null;
  readonly #headings: TableHeadings;
  #containers = 0;

  /** `compiles`: makes code for what comes again and again, if the process may. */
  constructor({ compiles = false } = {}) {
    this.#texts = compiles && canCompile() ? new TextCache() : null;
    const value: ReadValue = (depth, field) => this.#value(depth, field);
    const compiler = this.#texts && new Compiler(this.#texts, value);
    this.#shapes = compiler && new ShapeBooks(compiler);
    this.#headings = new TableHeadings(compiler);
  }

  /**
   * The one value that `bytes` hold. Binary inside it is a view on `bytes`; -0 becomes 0. Throws
   * FirstcallError('undecodable') with the offset of the byte to blame.
   */
  read(bytes: Uint8Array): unknown {
    this.#take(bytes);
    const value = this.#value(0, this.#noField);
    this.#in.close();
    return value;
  }

  /** The values of a message, see valuesOf. Throws as read does. */
  readAll(bytes: Uint8Array): readonly unknown[] {
    if (!isMapOfThree(bytes[0]!)) return listOf(this.read(bytes));
    if (!mayBeTable(bytes)) return valuesOf(this.read(bytes));
    this.#take(bytes);
    const records = this.#table();
    if (records === null) return valuesOf(this.read(bytes));
    this.#in.close();
    return records;
  }

  #take(bytes: Uint8Array): void {
    this.#in.take(bytes);
    this.#containers = 0;
  }

  /** The next value, which lies inside `depth` containers; `field`: where it stands. */
  #value(depth: number, field: TextField): unknown {
    const start = this.#in.at;
    const tag = this.#in.tag();
    if (tag >= 0xa0 && tag < 0xc0) return this.#text(tag & 0x1f, field);
    if (tag === 0xcf) return safe(this.#in.uint64(), start);
    if (tag === 0xcb) return finite(this.#in.view.getFloat64(this.#in.skip(8)), start);
    if (tag === 0xd9) return this.#text(this.#in.uint8(), field);
    if (tag < 0x80) return tag;
    if (tag >= 0xe0) return tag - 0x100;
    if (tag < 0x90) return this.#map(start, tag & 0x0f, depth);
    if (tag < 0xa0) return this.#array(start, tag & 0x0f, depth);
    return this.#tagged(start, tag, depth, field);
  }

  #tagged(start: number, tag: number, depth: number, field: TextField): unknown {
    const { view } = this.#in;
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        return finite(view.getFloat32(this.#in.skip(4)), start);
      case 0xd3:
        return safe(this.#in.int64(), start);
      case 0xd0:
        return view.getInt8(this.#in.skip(1));
      case 0xd1:
        return view.getInt16(this.#in.skip(2));
      case 0xd2:
        return view.getInt32(this.#in.skip(4));
      default:
        return this.#sized(start, tag, depth, field);
    }
  }

  /** Unsigned integers, and what has its length as one. */
  #sized(start: number, tag: number, depth: number, field: TextField): unknown {
    const from = this.#in;
    switch (tag) {
      case 0xcc:
        return from.uint8();
      case 0xcd:
        return from.uint16();
      case 0xce:
        return from.uint32();
      case 0xc4:
        return from.binary(from.uint8());
      case 0xc5:
        return from.binary(from.uint16());
      case 0xc6:
        return from.binary(from.uint32());
      case 0xda:
        return this.#text(from.uint16(), field);
      case 0xdb:
        return this.#text(from.uint32(), field);
      case 0xdc:
        return this.#array(start, from.uint16(), depth);
      case 0xdd:
        return this.#array(start, from.uint32(), depth);
      case 0xde:
        return this.#map(start, from.uint16(), depth);
      case 0xdf:
        return this.#map(start, from.uint32(), depth);
      case 0xc1:
        throw undecodable('the unused tag 0xc1', start);
      default:
        throw undecodable(`extension type (tag 0x${tag.toString(16)})`, start);
    }
  }

  #text(length: number, field: TextField): string {
    const start = this.#in.skip(length);
    const { bytes, view } = this.#in;
    if (this.#texts === null) return readText(bytes, start, start + length);
    return this.#texts.read(bytes, view, start, length, field);
  }

  /** `bytesLeast`: every item takes a byte at least, so a header cannot promise more than is there. */
  #open(start: number, bytesLeast: number, depth: number): void {
    if (depth >= MAX_DEPTH) throw undecodable(`nested deeper than ${MAX_DEPTH}`, start);
    if (++this.#containers > MAX_CONTAINERS) {
      throw undecodable(`more than ${MAX_CONTAINERS} maps and arrays`, start);
    }
    if (this.#in.at + bytesLeast > this.#in.end) {
      throw undecodable('a container longer than the message', start);
    }
  }

  #array(start: number, length: number, depth: number): unknown[] {
    this.#open(start, length, depth);
    // Grown, not sized: nested headers that each promise what is left would multiply.
    const items: unknown[] = [];
    for (let i = 0; i < length; i++) items.push(this.#value(depth + 1, this.#noField));
    return items;
  }

  #map(start: number, length: number, depth: number): Record<string, unknown> {
    this.#open(start, 2 * length, depth);
    const book = this.#shapes?.at(this.#in) ?? null;
    if (book === null || book.read === null) return this.#firstMap(length, depth, book);
    const map = book.read(this.#in, length, depth + 1);
    const { missing } = this.#in;
    return missing === 0 ? map : this.#fill(map, missing, depth, book);
  }

  #firstMap(length: number, depth: number, book: ShapeBook | null): Record<string, unknown> {
    const map = this.#fill({}, length, depth, book);
    if (book === null) this.#shapes?.open(map.kind);
    return map;
  }

  /** Reads so many keys and values more. */
  #fill(
    map: Record<string, unknown>,
    count: number,
    depth: number,
    book: ShapeBook | null,
  ): Record<string, unknown> {
    const keys: string[] | null = book?.isOpen ? Object.keys(map) : null;
    for (let i = 0; i < count; i++) {
      const key = this.#key();
      map[key] = this.#value(depth + 1, this.#noField);
      keys?.push(key);
    }
    if (keys !== null) book?.note(keys);
    return map;
  }

  #key(): string {
    const head = this.#in.at;
    const tag = this.#in.tag();
    const length = (tag & 0xe0) === 0xa0 ? tag & 0x1f : this.#longKeyLength(head, tag);
    const start = this.#in.skip(length);
    return this.#keys.read(this.#in.bytes, start, start + length);
  }

  #longKeyLength(head: number, tag: number): number {
    if (tag === 0xd9) return this.#in.uint8();
    if (tag === 0xda) return this.#in.uint16();
    if (tag === 0xdb) return this.#in.uint32();
    throw undecodable('a map key that is not a string', head);
  }

  /** The records of a table; null: it is one that the general way must read, or none. */
  #table(): unknown[] | null {
    const heading = this.#headings.find(this.#in) ?? this.#newHeading();
    if (heading === null) return null;
    // The map and the array of fields.
    this.#containers = 2;
    const start = this.#in.at;
    const length = this.#arrayLength();
    if (length === null) return null;
    this.#open(start, length, 1);
    const records: unknown[] = [];
    for (let i = 0; i < length; i++) records.push(this.#row(heading));
    return records;
  }

  #newHeading(): TableHeading | null {
    this.#in.at = 1;
    if (this.#key() !== 'kind') return null;
    const kind = this.#value(1, this.#noField);
    if (this.#key() !== 'fields') return null;
    const fields = this.#value(1, this.#noField);
    if (this.#key() !== 'rows') return null;
    if (typeof kind !== 'string' || !areFields(fields) || this.#in.at > HEADING_MAX) return null;
    return this.#headings.learn(kind, fields, this.#in);
  }

  #row(heading: TableHeading): object {
    const { kind, fields, readRow } = heading;
    const start = this.#in.at;
    if (this.#arrayLength() !== fields.length) {
      this.#in.at = start;
      return tornRow(kind, fields, this.#value(2, this.#noField));
    }
    this.#open(start, fields.length, 2);
    if (readRow !== null) return readRow(this.#in);
    let present = 0;
    const values = fields.map((_, i) => {
      if (this.#in.skipNil()) return undefined;
      present |= 1 << i;
      return this.#value(3, this.#noField);
    });
    return heading.record(present, values);
  }

  /** Of an array that begins here; null, and nothing is read, if none does. */
  #arrayLength(): number | null {
    const tag = this.#in.tag();
    if ((tag & 0xf0) === 0x90) return tag & 0x0f;
    if (tag === 0xdc) return this.#in.uint16();
    if (tag === 0xdd) return this.#in.uint32();
    this.#in.at--;
    return null;
  }
}

/** Whether a value that begins so can be a table: maps of 16 bits and more may have but three keys too. */
const isMapOfThree = (tag: number): boolean => tag === MAP_OF_THREE || tag === 0xde || tag === 0xdf;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** Whether it is worth while to look for the heading of a table. */
function mayBeTable(bytes: Uint8Array): boolean {
  const kindLength = bytes[KIND_TAG_AT]! & 0x1f;
  return bytes[0] === MAP_OF_THREE && bytes[KIND_TAG_AT + 1 + kindLength] === TEXT_OF_SIX;
}
