import { KeyCache } from './codec-keys.ts';
import { MAX_CONTAINERS, MAX_DEPTH, undecodable } from './codec-limits.ts';
import { readText } from './codec-utf8.ts';

const EMPTY = new Uint8Array(0);
const TWO_32 = 2 ** 32;

/**
 * Reads MessagePack and trusts none of it: bounded depth and containers, lengths that the remaining
 * bytes can hold before anything is allocated for them, no extension types (time stamps are one),
 * finite numbers, integers within 2^53, well-formed UTF-8, string keys only and none of `__proto__`,
 * `constructor`, `prototype`. Time and memory are linear in the bytes, whatever they announce; a
 * general decoder takes seconds and gigabytes for some 9 KB messages. Keep an instance: it learns
 * the keys.
 */
export class MsgpackReader {
  readonly #keys = new KeyCache();
  #bytes: Uint8Array = EMPTY;
  #view: DataView = new DataView(EMPTY.buffer);
  #at = 0;
  #containers = 0;

  /**
   * The one value that `bytes` hold. Binary inside it is a view on `bytes`; -0 becomes 0. Throws
   * FirstcallError('undecodable') with the offset of the byte to blame.
   */
  read(bytes: Uint8Array): unknown {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#at = 0;
    this.#containers = 0;
    const value = this.#value(0);
    const left = bytes.length - this.#at;
    if (left > 0) throw undecodable(`${left} trailing bytes`, this.#at);
    return value;
  }

  /** The next value, which lies inside `depth` containers. */
  #value(depth: number): unknown {
    const start = this.#at;
    const tag = this.#tag();
    if (tag < 0x80) return tag;
    if (tag >= 0xe0) return tag - 0x100;
    if (tag < 0x90) return this.#map(start, tag & 0x0f, depth);
    if (tag < 0xa0) return this.#array(start, tag & 0x0f, depth);
    if (tag < 0xc0) return this.#text(tag & 0x1f);
    return this.#tagged(start, tag, depth);
  }

  #tag(): number {
    if (this.#at >= this.#bytes.length) throw undecodable('the message ends early', this.#at);
    return this.#bytes[this.#at++]!;
  }

  #tagged(start: number, tag: number, depth: number): unknown {
    switch (tag) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        return finite(this.#view.getFloat32(this.#skip(4)), start);
      case 0xcb:
        return finite(this.#view.getFloat64(this.#skip(8)), start);
      case 0xcf:
        return safe(this.#uint32() * TWO_32 + this.#uint32(), start);
      case 0xd3:
        return safe((this.#uint32() | 0) * TWO_32 + this.#uint32(), start);
      case 0xd0:
        return this.#view.getInt8(this.#skip(1));
      case 0xd1:
        return this.#view.getInt16(this.#skip(2));
      case 0xd2:
        return this.#view.getInt32(this.#skip(4));
      default:
        return this.#sized(start, tag, depth);
    }
  }

  /** Unsigned integers, and what has its length as one. */
  #sized(start: number, tag: number, depth: number): unknown {
    switch (tag) {
      case 0xcc:
        return this.#uint8();
      case 0xcd:
        return this.#uint16();
      case 0xce:
        return this.#uint32();
      case 0xc4:
        return this.#binary(this.#uint8());
      case 0xc5:
        return this.#binary(this.#uint16());
      case 0xc6:
        return this.#binary(this.#uint32());
      case 0xd9:
        return this.#text(this.#uint8());
      case 0xda:
        return this.#text(this.#uint16());
      case 0xdb:
        return this.#text(this.#uint32());
      case 0xdc:
        return this.#array(start, this.#uint16(), depth);
      case 0xdd:
        return this.#array(start, this.#uint32(), depth);
      case 0xde:
        return this.#map(start, this.#uint16(), depth);
      case 0xdf:
        return this.#map(start, this.#uint32(), depth);
      case 0xc1:
        throw undecodable('the unused tag 0xc1', start);
      default:
        throw undecodable(`extension type (tag 0x${tag.toString(16)})`, start);
    }
  }

  /** Steps over `length` bytes, if they are there, and returns the offset of the first. */
  #skip(length: number): number {
    const start = this.#at;
    if (start + length > this.#bytes.length) {
      throw undecodable(`${length} bytes announced past the end`, start);
    }
    this.#at = start + length;
    return start;
  }

  #uint8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  #uint16(): number {
    return this.#view.getUint16(this.#skip(2));
  }

  #uint32(): number {
    return this.#view.getUint32(this.#skip(4));
  }

  #binary(length: number): Uint8Array {
    const start = this.#skip(length);
    return this.#bytes.subarray(start, start + length);
  }

  #text(length: number): string {
    const start = this.#skip(length);
    return readText(this.#bytes, start, start + length);
  }

  /** `bytesLeast`: every item takes a byte at least, so a header cannot promise more than is there. */
  #open(start: number, bytesLeast: number, depth: number): void {
    if (depth >= MAX_DEPTH) throw undecodable(`nested deeper than ${MAX_DEPTH}`, start);
    if (++this.#containers > MAX_CONTAINERS) {
      throw undecodable(`more than ${MAX_CONTAINERS} maps and arrays`, start);
    }
    if (this.#at + bytesLeast > this.#bytes.length) {
      throw undecodable('a container longer than the message', start);
    }
  }

  #array(start: number, length: number, depth: number): unknown[] {
    this.#open(start, length, depth);
    // Grown, not sized: nested headers that each promise what is left would multiply.
    const items: unknown[] = [];
    for (let i = 0; i < length; i++) items.push(this.#value(depth + 1));
    return items;
  }

  #map(start: number, length: number, depth: number): Record<string, unknown> {
    this.#open(start, 2 * length, depth);
    const map: Record<string, unknown> = {};
    for (let i = 0; i < length; i++) {
      const key = this.#key();
      map[key] = this.#value(depth + 1);
    }
    return map;
  }

  #key(): string {
    const head = this.#at;
    const tag = this.#tag();
    const length = (tag & 0xe0) === 0xa0 ? tag & 0x1f : this.#longKeyLength(head, tag);
    const start = this.#skip(length);
    return this.#keys.read(this.#bytes, start, start + length);
  }

  #longKeyLength(head: number, tag: number): number {
    if (tag === 0xd9) return this.#uint8();
    if (tag === 0xda) return this.#uint16();
    if (tag === 0xdb) return this.#uint32();
    throw undecodable('a map key that is not a string', head);
  }
}

function finite(value: number, at: number): number {
  if (!Number.isFinite(value)) throw undecodable('a number that is not finite', at);
  return value + 0;
}

function safe(value: number, at: number): number {
  if (!Number.isSafeInteger(value)) throw undecodable('an integer beyond 2^53', at);
  return value;
}
