import { Encoder } from '@msgpack/msgpack';
import fc from 'fast-check';
import { MAX_INPUT_BYTES } from '../entry.ts';
import { bytesOf, filledWith, mutated, soup } from './bytes.ts';
import { HOSTILE_KEYS, nested, withKey, wounded } from './monsters.ts';

// Unlike our own encoder it writes NaN, 64-bit integers and extension types.
const encoder = new Encoder({ useBigInt64: true, maxDepth: 200 });

/** JSON text of anything: NaN as `NaN`, integers of any length, -0 as it is. */
function toJson(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return `[${value.map(toJson).join()}]`;
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}:${toJson(item)}`,
    );
    return `{${entries.join()}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

type Wire = 'json' | 'msgpack';

function write(value: unknown, wire: Wire): Uint8Array {
  const bytes = wire === 'json' ? bytesOf(toJson(value)) : encoder.encode(value);
  return bytes.subarray(0, MAX_INPUT_BYTES);
}

const wires = fc.constantFrom<Wire>('json', 'msgpack');

/** Heads of MessagePack values, most of them lies, and what else may stand in a message. */
const MSGPACK_TOKENS = [
  ...['c0', 'c1', 'c2', '80', '90', '81', '91', 'a0', 'dcffff', 'ddffffffff', 'deffff'],
  ...['dfffffffff', 'dbffffffff', 'daffff', 'd9ff', 'c6ffffffff', 'c4ff', 'c70cff', 'd6ff00000000'],
  ...['d7ff0000000000000000', 'd8ff', 'c9ffffffff01', 'cb7ff8000000000000', 'cb7ff0000000000000'],
  ...['cbfff0000000000000', 'cb8000000000000000', 'ca7fc00000', 'cfffffffffffffffff'],
  ...['d38000000000000000', 'cf0020000000000001', 'a3eda080', 'a2c0af', 'a1ff', '7b', '5b'],
].map((hex) => Buffer.from(hex, 'hex'));
const KEY_TOKENS = HOSTILE_KEYS.map((key) => encoder.encode(key));
const JSON_TOKENS = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '\\u',
    '"\\ud800"',
    'null',
    'true',
    'NaN',
    '-0',
    '1e400',
  ],
  ...[
    '9007199254740993',
    '18446744073709551616',
    '-',
    '1.',
    '.5',
    '0x10',
    '\u0000',
    '\ufeff',
    '//',
    '/*',
  ],
  ...[
    '"__proto__":{"polluted":1},',
    '"constructor":{"prototype":{"polluted":1}},',
    '"prototype":1,',
  ],
  ...['"kind":"quote",', '"kind":"clock",', '"tsEvent":1e300,', '"id":"",', ' ', '\n'],
].map(bytesOf);
const TOKENS = [...MSGPACK_TOKENS, ...KEY_TOKENS, ...JSON_TOKENS];

/** Messages, JSON and MessagePack: good ones, damaged ones in two ways, and noise. */
export function messages(samples: fc.Arbitrary<unknown>): fc.Arbitrary<Uint8Array> {
  const good = fc.tuple(samples, wires).map(([value, wire]) => write(value, wire));
  const hurt = fc.tuple(wounded(samples), wires).map(([value, wire]) => write(value, wire));
  return fc.oneof(
    { arbitrary: good, weight: 2 },
    { arbitrary: hurt, weight: 6 },
    { arbitrary: mutated(good, TOKENS), weight: 6 },
    { arbitrary: mutated(hurt, TOKENS), weight: 1 },
    { arbitrary: fc.uint8Array({ maxLength: 300 }), weight: 1 },
    { arbitrary: soup(MSGPACK_TOKENS), weight: 1 },
    { arbitrary: soup(JSON_TOKENS), weight: 1 },
  );
}

const byte = (hex: string, count: number) => Buffer.alloc(count, Buffer.from(hex, 'hex'));

/** Messages that have hurt decoders of JSON and MessagePack. */
export const MESSAGE_BOMBS: readonly Uint8Array[] = [
  Buffer.alloc(0),
  byte('91', MAX_INPUT_BYTES),
  byte('81a161', MAX_INPUT_BYTES),
  byte('ddffffffff', MAX_INPUT_BYTES),
  byte('dc8000', MAX_INPUT_BYTES),
  byte('dfffffffff', MAX_INPUT_BYTES),
  Buffer.concat([Buffer.from('ddffffffff', 'hex'), byte('c0', 60_000)]),
  Buffer.concat([Buffer.from('dcea60', 'hex'), byte('c0', 60_000)]),
  Buffer.concat([Buffer.from('dcea60', 'hex'), byte('90', 60_000)]),
  Buffer.concat([Buffer.from('dc7530', 'hex'), byte('91c0', 60_000)]),
  Buffer.concat([Buffer.from('dcea60', 'hex'), byte('80', 60_000)]),
  Buffer.concat([Buffer.from('dbffffffff', 'hex'), byte('61', 60_000)]),
  filledWith('['),
  filledWith('{"a":'),
  filledWith('[]', '[', ']').fill(0x2c, 2, 3),
  filledWith('null,', '[', 'null]'),
  filledWith('[],', '[', '[]]'),
  filledWith('{},', '[', '{}]'),
  filledWith('9', '[', ']'),
  filledWith('\\u0000', '["', '"]'),
  filledWith('\\', '["', '"]'),
  filledWith(' ', '[', ']'),
  filledWith('"a":1,', '{', '"a":1}'),
  write(Object.fromEntries(Array.from({ length: 8_000 }, (_, i) => [`k${i}`, 0])), 'json'),
  write(Object.fromEntries(Array.from({ length: 8_000 }, (_, i) => [`k${i}`, 0])), 'msgpack'),
  write(withKey('__proto__', { polluted: true }), 'json'),
  write(withKey('__proto__', { polluted: true }), 'msgpack'),
  write([{ a: { constructor: { prototype: { polluted: true } } } }], 'json'),
  write(nested(90), 'msgpack'),
];
