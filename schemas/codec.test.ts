import { Encoder } from '@msgpack/msgpack';
import { describe, expect, test } from 'vitest';
import { decode, decodeJson, encode, encodeJson, MAX_MESSAGE_BYTES } from './codec.ts';
import { MAX_CONTAINERS } from './codec-limits.ts';
import { FirstcallError } from './errors.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

/** The message of the one error that the codec throws; fails the test on any other outcome. */
function refusalOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(FirstcallError);
    expect((error as FirstcallError).code).toBe('undecodable');
    return (error as FirstcallError).message;
  }
  throw new Error('was not refused');
}

describe('decode', () => {
  test('reads MessagePack, and JSON by its first byte', () => {
    const event = { kind: 'clock', id: 'c1', tsEvent: 1_700_000_000_000_000 };
    expect(decode(encode(event))).toEqual(event);
    expect(decode(utf8(encodeJson(event)))).toEqual(event);
    expect(decode(utf8(encodeJson([event, event])))).toEqual([event, event]);
  });

  test.each([
    ['nothing', [], 'an empty message at byte 0'],
    ['a second value', [0x01, 0x02], '1 trailing bytes at byte 1'],
    ['the unused tag', [0x91, 0xc1], 'the unused tag 0xc1 at byte 1'],
    ['a cut float', [0xcb, 0, 0], '8 bytes announced past the end at byte 1'],
    ['a cut string', [0xa5, 0x61], '5 bytes announced past the end at byte 1'],
    ['a cut map', [0x81, 0xa1, 0x61], 'the message ends early at byte 3'],
    ['a map without its value', [0x81, 0xa0], 'a container longer than the message at byte 0'],
    ['NaN', [0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0], 'a number that is not finite at byte 0'],
    ['-Infinity in 32 bits', [0xca, 0xff, 0x80, 0, 0], 'a number that is not finite at byte 0'],
    ['2^53', [0xcf, 0, 0x20, 0, 0, 0, 0, 0, 0], 'an integer beyond 2^53 at byte 0'],
    ['-2^53', [0xd3, 0xff, 0xe0, 0, 0, 0, 0, 0, 0], 'an integer beyond 2^53 at byte 0'],
    ['a time stamp', [0xd6, 0xff, 0, 0, 0, 0], 'extension type (tag 0xd6) at byte 0'],
    ['an extension', [0xc7, 0, 1], 'extension type (tag 0xc7) at byte 0'],
    ['a number as key', [0x81, 0x01, 0x01], 'a map key that is not a string at byte 1'],
    ['bytes as key', [0x81, 0xc4, 1, 0x61, 0x01], 'a map key that is not a string at byte 1'],
    ['overlong UTF-8', [0xa2, 0xc0, 0xaf], 'invalid UTF-8 at byte 1'],
    ['a surrogate', [0xa3, 0xed, 0xa0, 0x80], 'invalid UTF-8 at byte 1'],
    ['past U+10FFFF', [0xa4, 0xf4, 0x90, 0x80, 0x80], 'invalid UTF-8 at byte 1'],
    ['cut UTF-8', [0xa2, 0x61, 0xe2], 'invalid UTF-8 at byte 2'],
    ['a lone continuation', [0xa1, 0x80], 'invalid UTF-8 at byte 1'],
  ])('refuses MessagePack with %s', (_, bytes, message) => {
    expect(refusalOf(() => decode(Uint8Array.from(bytes)))).toBe(message);
  });

  test.each([' {"a":1}', '\n[]', '\ufeff{}', 'tsEvent=1', '"text"', '12'])(
    'refuses %j as a text, not as MessagePack',
    (text) => {
      const message = 'neither MessagePack nor JSON: expected { or [ at byte 0';
      expect(refusalOf(() => decode(utf8(text)))).toBe(message);
    },
  );

  test.each([
    ['{"a":1}x', '1 trailing bytes at byte 7'],
    ['[1,2', 'the message ends early at byte 4'],
    ['[1,]', 'JSON: expected a value at byte 3'],
    ['[01]', 'JSON: expected a value at byte 1'],
    ['[1 2]', 'JSON: expected ] at byte 3'],
    ['[tru]', 'JSON: expected a value at byte 1'],
    ['[NaN]', 'JSON: expected a value at byte 1'],
    ['{a:1}', 'JSON: expected a key at byte 1'],
    ['{"a" 1}', 'JSON: expected : at byte 5'],
    ['["a\tb"]', 'JSON: a control character in a string at byte 3'],
    ['["\\x"]', 'JSON: a malformed escape in a string at byte 1'],
    ['["a', 'the message ends early at byte 3'],
    ['["\\', 'the message ends early at byte 3'],
    ['["\\ud800"]', 'half of a surrogate pair at byte 1'],
    ['[1e999]', 'a number that is not finite at byte 1'],
    ['[9007199254740993]', 'an integer beyond 2^53 at byte 1'],
    ['[-9007199254740993]', 'an integer beyond 2^53 at byte 1'],
    [`[0.${'1'.repeat(63)}]`, 'JSON: a number longer than 64 characters at byte 1'],
    ['{"__proto__":1}', 'key "__proto__" is not allowed at byte 1'],
    ['{"a":{"constructor":1}}', 'key "constructor" is not allowed at byte 6'],
    ['{"\\u005f_proto__":1}', 'key "__proto__" is not allowed at byte 1'],
    [`${'['.repeat(17)}${']'.repeat(17)}`, 'nested deeper than 16 at byte 16'],
  ])('refuses JSON %s', (text, message) => {
    expect(refusalOf(() => decode(utf8(text)))).toBe(message);
  });

  test.each(['__proto__', 'constructor', 'prototype'])('refuses the key %s', (key) => {
    // Built from entries, because a literal would set the prototype.
    const value = Object.fromEntries([[key, 1]]);
    expect(refusalOf(() => decode(encode(value)))).toBe(`key "${key}" is not allowed at byte 2`);
    expect(decode(encode({ text: key }))).toEqual({ text: key });
  });

  test('refuses invalid UTF-8 in JSON', () => {
    const bytes = Uint8Array.of(0x5b, 0x22, 0xff, 0x22, 0x5d);
    expect(refusalOf(() => decode(bytes))).toBe('invalid UTF-8 at byte 2');
  });

  test('takes every integer within 2^53 in 64 bits', () => {
    for (const integer of [2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 40, -(2 ** 40)]) {
      expect(decode(encode(integer))).toBe(integer);
    }
    expect(decode(Uint8Array.of(0xd3, 0, 0, 0, 0, 0, 0, 0, 5))).toBe(5);
  });

  test('takes floats beyond 2^53 and, in JSON, integers that keep their digits', () => {
    expect(decode(encode(1e300))).toBe(1e300);
    expect(decodeJson(encodeJson(1e17))).toBe(1e17);
    expect(decodeJson('1e17')).toBe(1e17);
  });

  test('refuses a message over the limit before reading it', () => {
    const bytes = new Uint8Array(MAX_MESSAGE_BYTES + 1);
    expect(refusalOf(() => decode(bytes))).toBe(
      `more than ${MAX_MESSAGE_BYTES} bytes at byte ${MAX_MESSAGE_BYTES}`,
    );
    expect(refusalOf(() => decode(encode([1, 2, 3]), 3))).toBe('more than 3 bytes at byte 3');
  });

  test('refuses more containers than any message needs, in both formats', () => {
    const bytes = new Uint8Array(MAX_CONTAINERS + 6).fill(0x80);
    bytes.set([0xdd, 0, 1, 0, 1]);
    expect(refusalOf(() => decode(bytes))).toContain(`more than ${MAX_CONTAINERS} maps and arrays`);
    const text = `[${'[],'.repeat(MAX_CONTAINERS)}1]`;
    expect(refusalOf(() => decodeJson(text))).toContain(`more than ${MAX_CONTAINERS} maps`);
  });

  test('keeps a byte order mark at the start of a string of any length', () => {
    for (const text of ['\uFEFF', `\uFEFF${'x'.repeat(500)}`]) {
      expect(decode(encode(text))).toBe(text);
      expect(decode(utf8(encodeJson([text])))).toEqual([text]);
    }
  });

  test('is not disturbed by a refusal in between', () => {
    const event = { kind: 'clock', id: 'c1', tsEvent: 5 };
    refusalOf(() => decode(encode(event).subarray(0, 9)));
    expect(decode(encode(event))).toEqual(event);
  });

  test('reads a view that starts inside a larger buffer', () => {
    const inner = encode({ a: 1.5, b: Uint8Array.of(1, 2) });
    const outer = new Uint8Array(inner.length + 14);
    outer.set(inner, 7);
    expect(decode(outer.subarray(7, 7 + inner.length))).toEqual({
      a: 1.5,
      b: Uint8Array.of(1, 2),
    });
  });

  test('refuses a Date, which MessagePack would write as a time stamp extension', () => {
    const bytes = new Encoder().encode(new Date(0));
    expect(refusalOf(() => decode(bytes))).toContain('extension type');
  });
});

describe('encode', () => {
  test('leaves out undefined properties in both formats', () => {
    const value = { a: undefined, b: 1 };
    expect(decode(encode(value))).toEqual({ b: 1 });
    expect(encodeJson(value)).toBe('{"b":1}');
  });

  test('returns bytes that the next call does not overwrite', () => {
    const first = encode('first');
    encode('other');
    expect(decode(first)).toBe('first');
  });
});

describe('decodeJson', () => {
  test('takes any JSON value, with white space around it', () => {
    expect(decodeJson(' "x" ')).toBe('x');
    expect(decodeJson('\n[ 1 , { "a" : null } ]\n')).toEqual([1, { a: null }]);
  });

  test('refuses half of a surrogate pair, which UTF-8 cannot carry', () => {
    expect(refusalOf(() => decodeJson('"\ud800"'))).toBe('half of a surrogate pair at byte 0');
  });
});
