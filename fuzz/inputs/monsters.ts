import { ExtData } from '@msgpack/msgpack';
import fc from 'fast-check';

/** Keys that mean something to JavaScript's objects, or to careless code. */
export const HOSTILE_KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'length',
  'then',
  '',
  '\u0000',
  '\ud800',
  'k'.repeat(5_000),
] as const;

/** An object with one own property, whatever it is called. */
export function withKey(key: string, value: unknown): object {
  return Object.defineProperty({}, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

export function nested(depth: number): unknown {
  let value: unknown = [];
  for (let i = 1; i < depth; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

function manyKeys(count: number): object {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
}

/** Values that no field wants. Made when they are wanted, since some are large. */
const MONSTERS: readonly (() => unknown)[] = [
  () => 'x'.repeat(60_000),
  () => '\u{1f4a3}'.repeat(15_000),
  () => `${'a'.repeat(40)}!`,
  () => '\ud800',
  () => '\udfff half',
  () => '\u0000',
  () => '9'.repeat(5_000),
  () => '../../../etc/passwd',
  () => '*',
  () => 'a.b.>',
  () => Array(30_000).fill(null),
  () => Array(10_000).fill({}),
  () => Array(10_000).fill('abc'),
  () => Array(300).fill({ dealerId: 'GS', tsSent: -1 }),
  () => nested(15),
  () => nested(90),
  () => manyKeys(4_000),
  () => withKey('__proto__', { polluted: true }),
  () => ({ constructor: { prototype: { polluted: true } } }),
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => Number.NEGATIVE_INFINITY,
  () => -0,
  () => -1,
  () => 0.1,
  () => 2 ** 53,
  () => 1.7976931348623157e308,
  () => 5e-324,
  () => 2n ** 64n - 1n,
  () => -(2n ** 63n),
  () => 2n ** 53n + 1n,
  () => '',
  () => [],
  () => ({}),
  () => null,
  () => true,
  () => new ExtData(-1, new Uint8Array(12)),
  () => new ExtData(42, new Uint8Array(1_000)),
  () => new Uint8Array(40_000),
];

interface Wound {
  /** Steps into the sample, modulo what there is at each. */
  readonly path: readonly number[];
  readonly how: 'replace' | 'add' | 'remove' | 'wrap';
  readonly monster: number;
  readonly key: string;
}

const wounds: fc.Arbitrary<Wound> = fc.record({
  path: fc.array(fc.nat(1_000), { maxLength: 4 }),
  how: fc.constantFrom<Wound['how']>('replace', 'replace', 'replace', 'add', 'remove', 'wrap'),
  monster: fc.nat(MONSTERS.length - 1),
  key: fc.constantFrom(...HOSTILE_KEYS),
});

/** Samples of which one part is replaced, joined by a hostile key, taken away or wrapped. */
export function wounded(samples: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(samples, wounds).map(([sample, wound]) => hurt(sample, wound, 0));
}

function hurt(value: unknown, wound: Wound, depth: number): unknown {
  const step = wound.path[depth];
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (step === undefined || keys.length === 0) return hurtHere(value, wound);
  const key = keys[step % keys.length]!;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : { ...(value as object) };
  const inside = copy as Record<string, unknown>;
  const isLast = depth === wound.path.length - 1;
  if (isLast && wound.how === 'remove') delete inside[key];
  else inside[key] = hurt(inside[key], wound, depth + 1);
  return copy;
}

function hurtHere(value: unknown, { how, monster, key }: Wound): unknown {
  const made = MONSTERS[monster]!();
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (how === 'add' && isMap) return Object.assign(withKey(key, made), value);
  if (how === 'wrap') return [value];
  return made;
}
