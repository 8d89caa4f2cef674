import { undecodable } from './codec-limits.ts';

const NIL = 0xc0;
const TWO_32 = 2 ** 32;
/** Bytes of a message for which there is room at all times. */
const ROOM = 65_536;
/** Bytes behind a message that may be looked at, and mean nothing. */
const SLACK = 40;

/**
 * The bytes of a message and how far they are read. Nothing is read past their end: what would be
 * throws FirstcallError('undecodable').
 */
export class MsgpackBytes {
  /** A copy, since a view of each message costs more than its bytes do. */
  bytes = new Uint8Array(ROOM + SLACK);
  view = new DataView(this.bytes.buffer);
  /** Offset of the next byte. */
  at = 0;
  end = 0;
  /** Keys of the map that was read last, and their values, that are left to read. */
  missing = 0;
  #message: Uint8Array = this.bytes;

  take(message: Uint8Array): void {
    const isLarge = message.length > ROOM;
    if (isLarge || this.bytes.length !== ROOM + SLACK) {
      this.bytes = new Uint8Array((isLarge ? message.length : ROOM) + SLACK);
      this.view = new DataView(this.bytes.buffer);
    }
    this.bytes.set(message, 0);
    this.#message = message;
    this.at = 0;
    this.end = message.length;
  }

  tag(): number {
    if (this.at >= this.end) throw undecodable('the message ends early', this.at);
    return this.bytes[this.at++]!;
  }

  /** Steps over a nil, if one is next. */
  skipNil(): boolean {
    const isNil = this.at < this.end && this.bytes[this.at] === NIL;
    if (isNil) this.at++;
    return isNil;
  }

  /** Steps over `length` bytes, if they are there, and returns the offset of the first. */
  skip(length: number): number {
    const start = this.at;
    if (start + length > this.end) {
      throw undecodable(`${length} bytes announced past the end`, start);
    }
    this.at = start + length;
    return start;
  }

  uint8(): number {
    return this.view.getUint8(this.skip(1));
  }

  uint16(): number {
    return this.view.getUint16(this.skip(2));
  }

  uint32(): number {
    return this.view.getUint32(this.skip(4));
  }

  uint64(): number {
    const start = this.skip(8);
    return this.view.getUint32(start) * TWO_32 + this.view.getUint32(start + 4);
  }

  int64(): number {
    const start = this.skip(8);
    return this.view.getInt32(start) * TWO_32 + this.view.getUint32(start + 4);
  }

  /** A view on the message itself. */
  binary(length: number): Uint8Array {
    const start = this.skip(length);
    return this.#message.subarray(start, start + length);
  }

  /** Throws unless all is read. */
  close(): void {
    const left = this.end - this.at;
    if (left > 0) throw undecodable(`${left} trailing bytes`, this.at);
  }
}
