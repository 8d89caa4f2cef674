const FIRST_BYTES = 64 * 1024;
/** Bytes that anything but a long text takes at most. */
const ROOM = 16;
/** Texts kept encoded, and how long they may be: names come again and again. */
const TEXTS_MAX = 16_384;
const TEXT_LENGTH_MAX = 64;

const toUtf8 = new TextEncoder();

/**
 * Writes the MessagePack that `encode` would, for those who know the shape of what they write: several
 * times as fast. One value after another into one buffer, until `take`.
 */
export class MsgpackWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  readonly #texts = new Map<string, Piece>();

  get length(): number {
    return this.#length;
  }

  /** What has been written, in a buffer of its own; begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return bytes;
  }

  /** Bytes that are MessagePack already. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** The same, of bytes that come again and again. */
  piece({ words, length }: Piece): void {
    const at = this.#length;
    this.#reserve(length + 4);
    const view = this.#view;
    for (let i = 0; i < words.length; i++) view.setUint32(at + 4 * i, words[i]!);
    this.#length = at + length;
  }

  nil(): void {
    this.#byte(0xc0);
  }

  boolean(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2);
  }

  /** Its elements follow. */
  array(length: number): void {
    this.#reserve(ROOM);
    if (length < 16) this.#bytes[this.#length++] = 0x90 + length;
    else if (length < 0x1_0000) this.#tagged16(0xdc, length);
    else this.#tagged32(0xdd, length);
  }

  /** Finite; integers as such, in as few bytes as they need. */
  number(value: number): void {
    this.#reserve(ROOM);
    if (Number.isSafeInteger(value)) {
      this.#integer(value);
      return;
    }
    this.#bytes[this.#length] = 0xcb;
    this.#view.setFloat64(this.#length + 1, value);
    this.#length += 9;
  }

  text(value: string): void {
    let piece = this.#texts.get(value);
    if (piece === undefined) {
      const bytes = encodeText(value);
      if (value.length > TEXT_LENGTH_MAX) {
        this.raw(bytes);
        return;
      }
      piece = pieceOf(bytes);
      if (this.#texts.size >= TEXTS_MAX) this.#texts.clear();
      this.#texts.set(value, piece);
    }
    this.piece(piece);
  }

  /** One that does not come again: it is not kept. */
  uniqueText(value: string): void {
    this.raw(encodeText(value));
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  #integer(value: number): void {
    if (value >= 0) {
      if (value < 0x80) this.#bytes[this.#length++] = value;
      else if (value < 0x100) this.#tagged8(0xcc, value);
      else if (value < 0x1_0000) this.#tagged16(0xcd, value);
      else if (value < 0x1_0000_0000) this.#tagged32(0xce, value);
      else this.#tagged64(0xcf, value);
    } else if (value >= -0x20) this.#bytes[this.#length++] = value + 0x100;
    else if (value >= -0x80) this.#tagged8(0xd0, value);
    else if (value >= -0x8000) this.#tagged16(0xd1, value);
    else if (value >= -0x8000_0000) this.#tagged32(0xd2, value);
    else this.#tagged64(0xd3, value);
  }

  #tagged8(tag: number, value: number): void {
    this.#bytes[this.#length] = tag;
    this.#bytes[this.#length + 1] = value;
    this.#length += 2;
  }

  #tagged16(tag: number, value: number): void {
    this.#bytes[this.#length] = tag;
    this.#view.setUint16(this.#length + 1, value);
    this.#length += 3;
  }

  #tagged32(tag: number, value: number): void {
    this.#bytes[this.#length] = tag;
    this.#view.setUint32(this.#length + 1, value);
    this.#length += 5;
  }

  #tagged64(tag: number, value: number): void {
    this.#bytes[this.#length] = tag;
    this.#view.setBigInt64(this.#length + 1, BigInt(value));
    this.#length += 9;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Bytes that are written four at a time: what stands behind the last of them is written over. */
export interface Piece {
  readonly words: Uint32Array;
  /** Bytes. */
  readonly length: number;
}

export function pieceOf(bytes: Uint8Array): Piece {
  const words = new Uint32Array(Math.ceil(bytes.length / 4));
  for (const [i, byte] of bytes.entries()) words[i >> 2]! |= byte << (24 - 8 * (i & 3));
  return { words, length: bytes.length };
}

function encodeText(value: string): Uint8Array {
  const utf8 = toUtf8.encode(value);
  const { length } = utf8;
  const head =
    length < 32
      ? [0xa0 + length]
      : length < 0x100
        ? [0xd9, length]
        : length < 0x1_0000
          ? [0xda, length >> 8, length & 0xff]
          : [0xdb, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
  const bytes = new Uint8Array(head.length + length);
  bytes.set(head);
  bytes.set(utf8, head.length);
  return bytes;
}
