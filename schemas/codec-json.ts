import { refuseKey } from './codec-keys.ts';
import { MAX_CONTAINERS, MAX_DEPTH, undecodable } from './codec-limits.ts';
import { checkUtf8, readText } from './codec-utf8.ts';

/** First bytes of a JSON object and array; as MessagePack they would be bare small integers. */
const JSON_OBJECT = 0x7b;
const JSON_ARRAY = 0x5b;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** A double needs 25 at most; an expression over more could be made slow. */
const NUMBER_BYTES_MAX = 64;
/** RFC 8259, section 6. */
const NUMBER = /^-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/;

const fromUtf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Whether a message is JSON: any other first byte makes it MessagePack. */
export function isJson(bytes: Uint8Array): boolean {
  return bytes[0] === JSON_OBJECT || bytes[0] === JSON_ARRAY;
}

/**
 * Throws `undecodable` on more than one byte that begin as a text does, with a letter, a blank or a
 * byte order mark: as MessagePack that is a small integer and what is too much.
 */
export function refuseText(bytes: Uint8Array): void {
  const first = bytes[0]!;
  const isAscii = (first >= 0x20 && first < 0x7f) || (first >= 0x09 && first <= 0x0d);
  if (bytes.length > 1 && (isAscii || (first === 0xef && bytes[1] === 0xbb))) {
    throw undecodable('neither MessagePack nor JSON: expected { or [', 0);
  }
}

/** The one value in JSON bytes. Throws as guardJson does. */
export function parseJson(bytes: Uint8Array): unknown {
  guardJson(bytes);
  return JSON.parse(fromUtf8.decode(bytes));
}

/**
 * Scans JSON and throws FirstcallError('undecodable') unless it is exactly one value that
 * `JSON.parse` takes as it stands: the bounds and key rules of MsgpackReader, no number past the
 * range of a double, no integer whose digits a double would change (9007199254740993), no half of a
 * surrogate pair. The offsets in its errors are the same on every Node, unlike JSON.parse's.
 */
export function guardJson(bytes: Uint8Array): void {
  checkUtf8(bytes, 0, bytes.length);
  new JsonScan(bytes).run();
}

class JsonScan {
  readonly #bytes: Uint8Array;
  #at = 0;
  #containers = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  run(): void {
    this.#value(0);
    this.#space();
    const left = this.#bytes.length - this.#at;
    if (left > 0) throw undecodable(`${left} trailing bytes`, this.#at);
  }

  #space(): void {
    let byte = this.#bytes[this.#at];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      byte = this.#bytes[++this.#at];
    }
  }

  /** Steps over white space and then `char`, if it is there. */
  #take(char: string): boolean {
    this.#space();
    if (this.#bytes[this.#at] !== char.charCodeAt(0)) return false;
    this.#at++;
    return true;
  }

  #expect(char: string): void {
    if (!this.#take(char)) throw this.#refusal(`JSON: expected ${char}`);
  }

  #refusal(what: string) {
    const isEnd = this.#at >= this.#bytes.length;
    return undecodable(isEnd ? 'the message ends early' : what, this.#at);
  }

  #value(depth: number): void {
    this.#space();
    const start = this.#at;
    const byte = this.#bytes[start];
    if (byte === QUOTE) this.#text();
    else if (this.#take('{')) this.#object(start, depth);
    else if (this.#take('[')) this.#array(start, depth);
    else this.#scalar();
  }

  #open(start: number, depth: number): void {
    if (depth >= MAX_DEPTH) throw undecodable(`nested deeper than ${MAX_DEPTH}`, start);
    if (++this.#containers > MAX_CONTAINERS) {
      throw undecodable(`more than ${MAX_CONTAINERS} maps and arrays`, start);
    }
  }

  #array(start: number, depth: number): void {
    this.#open(start, depth);
    if (this.#take(']')) return;
    do this.#value(depth + 1);
    while (this.#take(','));
    this.#expect(']');
  }

  #object(start: number, depth: number): void {
    this.#open(start, depth);
    if (this.#take('}')) return;
    do {
      this.#space();
      const keyAt = this.#at;
      if (this.#bytes[keyAt] !== QUOTE) throw this.#refusal('JSON: expected a key');
      const key = this.#text()
        ? parseText(this.#bytes, keyAt, this.#at)
        : readText(this.#bytes, keyAt + 1, this.#at - 1);
      refuseKey(key, keyAt);
      this.#expect(':');
      this.#value(depth + 1);
    } while (this.#take(','));
    this.#expect('}');
  }

  /** Steps over a string, quotes included; true if it has escapes. */
  #text(): boolean {
    const start = this.#at++;
    let escaped = false;
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw undecodable('the message ends early', this.#bytes.length);
      if (byte < 0x20) throw this.#refusal('JSON: a control character in a string');
      this.#at++;
      if (byte === QUOTE) break;
      if (byte !== BACKSLASH) continue;
      escaped = true;
      this.#at++;
    }
    if (escaped && !parseText(this.#bytes, start, this.#at).isWellFormed()) {
      throw undecodable('half of a surrogate pair', start);
    }
    return escaped;
  }

  /** A number or one of the three words: everything up to what may follow a value. */
  #scalar(): void {
    const start = this.#at;
    while (isScalarByte(this.#bytes[this.#at])) this.#at++;
    if (start === this.#at) throw this.#refusal('JSON: expected a value');
    if (this.#at - start > NUMBER_BYTES_MAX) {
      throw undecodable(`JSON: a number longer than ${NUMBER_BYTES_MAX} characters`, start);
    }
    const text = readText(this.#bytes, start, this.#at);
    if (text === 'true' || text === 'false' || text === 'null') return;
    refuseNumber(text, start);
  }
}

function isScalarByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  return (
    isLetter || (byte >= 0x30 && byte <= 0x39) || byte === 0x2b || byte === 0x2d || byte === 0x2e
  );
}

function refuseNumber(text: string, at: number): void {
  const match = NUMBER.exec(text);
  if (match === null) throw undecodable('JSON: expected a value', at);
  const value = Number(text);
  if (!Number.isFinite(value)) throw undecodable('a number that is not finite', at);
  const isInteger = match[1] === undefined && match[2] === undefined;
  if (isInteger && !Number.isSafeInteger(value) && String(value) !== text) {
    throw undecodable('an integer beyond 2^53', at);
  }
}

/** The string whose literal is bytes [start, end), quotes included. */
function parseText(bytes: Uint8Array, start: number, end: number): string {
  try {
    return JSON.parse(readText(bytes, start, end)) as string;
  } catch {
    throw undecodable('JSON: a malformed escape in a string', start);
  }
}
