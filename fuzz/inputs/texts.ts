import fc from 'fast-check';
import { bytesOf, filledWith, mutated, soup } from './bytes.ts';

/** Texts: good ones, damaged ones, and tokens in any order. */
export function texts(
  samples: fc.Arbitrary<Uint8Array>,
  tokens: readonly string[],
): fc.Arbitrary<Uint8Array> {
  const known = tokens.map(bytesOf);
  return fc.oneof(
    { arbitrary: samples, weight: 1 },
    { arbitrary: mutated(samples, known), weight: 6 },
    { arbitrary: soup(known), weight: 3 },
    { arbitrary: fc.string({ unit: 'binary', maxLength: 200 }).map(bytesOf), weight: 1 },
  );
}

/** What means something to a YAML parser. */
export const YAML_TOKENS = [
  ...[
    'a: ',
    '- ',
    '? ',
    ': ',
    '\n',
    '\n  ',
    '\n    ',
    '\t',
    '{',
    '}',
    '[',
    ']',
    ', ',
    '|\n',
    '>\n',
    '|9\n',
  ],
  ...[
    '&a ',
    '*a ',
    '&a [*a]',
    '<<: *a\n',
    '!!map ',
    '!!set ',
    '!!binary ',
    '!!js/function ',
    '!<x> ',
    '! ',
  ],
  ...[
    '%YAML 1.1\n',
    '%TAG ! tag:x,2000:\n',
    '---\n',
    '...\n',
    '# ',
    '"',
    "'",
    '"\\ud800"',
    '"\\x00"',
  ],
  ...['__proto__: {polluted: 1}\n', 'constructor: {prototype: {polluted: 1}}\n', '? {a: b}\n: c\n'],
  ...[
    'null',
    '~',
    'yes',
    '.nan',
    '.inf',
    '-0',
    '0x1F',
    '0o17',
    '1e400',
    '9007199254740993',
    '2001-12-14',
  ],
  ...['\ufeff', '\u0085', '\u2028', '\r', '\u0000', '@', '`'],
];

const LAUGHS = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
  .concat(
    Array.from({ length: 8 }, (_, i) => {
      const [name, last] = ['bcdefghi'[i], 'abcdefgh'[i]];
      return `${name}: &${name} [${Array(10).fill(`*${last}`).join(',')}]`;
    }),
  )
  .join('\n');

const lines = (count: number, line: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

/** Files that have hurt YAML parsers. */
export const YAML_BOMBS: readonly Uint8Array[] = [
  bytesOf(LAUGHS),
  bytesOf(`%YAML 1.1\n---\n${LAUGHS}`),
  filledWith('*a, ', `a: &a ${'x'.repeat(2_000)}\nb: [`, '*a]\n'),
  bytesOf('a: &a\n  b: *a\n'),
  bytesOf('%YAML 1.1\n---\nbase: &b {__proto__: {polluted: 1}}\nd:\n  <<: *b\n'),
  bytesOf('__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}\n'),
  filledWith('['),
  filledWith('{a: '),
  filledWith('[{'),
  filledWith('- '),
  filledWith('? '),
  filledWith('- - ? '),
  bytesOf(lines(350, (i) => `${' '.repeat(i)}a:`)),
  bytesOf(lines(9_000, (i) => `k${i}:`)),
  bytesOf(lines(9_000, (i) => `k${i}: &a${i}`)),
  filledWith('a: 1\n'),
  filledWith('a:\n'),
  filledWith('- a\n'),
  filledWith('-\n'),
  filledWith('a, ', '[', ']'),
  filledWith(', ', '[', ']'),
  filledWith('a: b, ', '{', '}'),
  filledWith('---\n'),
  filledWith('...\n'),
  filledWith('&a '),
  filledWith('!!set '),
  filledWith('%YAML 1.1\n'),
  filledWith('%TAG !a! tag:x,2000:\n'),
  filledWith("'"),
  filledWith('"'),
  filledWith('\\"', 'a: "', '"'),
  filledWith("''", "a: '", "'"),
  filledWith('#\n'),
  filledWith('\n'),
  filledWith('\t'),
  filledWith(' '),
  filledWith('\r'),
  filledWith('x', 'a: '),
  filledWith('x ', 'a: '),
  filledWith('x\n  ', 'a: >\n  '),
  filledWith('x\n\n', 'a: |\n'),
  filledWith('? {a: b}\n: c\n'),
  filledWith('[a]: b\n'),
  filledWith('@ '),
  filledWith('9', 'a: '),
];
