import fc from 'fast-check';
import { MAX_INPUT_BYTES } from '../entry.ts';

export const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'utf8');

/** A text again and again, up to the largest input. */
export function filledWith(text: string, before = '', after = ''): Uint8Array {
  const room = MAX_INPUT_BYTES - Buffer.byteLength(before) - Buffer.byteLength(after);
  const middle = text.repeat(Math.max(0, Math.floor(room / Buffer.byteLength(text))));
  return bytesOf(before + middle + after);
}

interface Damage {
  readonly kind: 'flip' | 'set' | 'truncate' | 'delete' | 'copy' | 'insert' | 'repeat' | 'splice';
  /** Where, and with what: taken modulo what there is. */
  readonly at: number;
  readonly length: number;
  readonly value: number;
}

const damages: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom<Damage['kind']>(
    'flip',
    'set',
    'truncate',
    'delete',
    'copy',
    'insert',
    'insert',
    'repeat',
    'splice',
  ),
  at: fc.nat(0xffff_ffff),
  length: fc.oneof(fc.nat(16), fc.nat(MAX_INPUT_BYTES)),
  value: fc.nat(0xffff),
});

/** Samples with up to four damages; `tokens`: what is likely to mean something where it is put in. */
export function mutated(
  samples: fc.Arbitrary<Uint8Array>,
  tokens: readonly Uint8Array[],
): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(samples, samples, fc.array(damages, { minLength: 1, maxLength: 4 }))
    .map(([sample, other, some]) => {
      let bytes = Buffer.from(sample);
      for (const damage of some) bytes = apply(bytes, damage, other, tokens);
      return bytes;
    });
}

function apply(
  bytes: Buffer<ArrayBuffer>,
  { kind, at: place, length, value }: Damage,
  other: Uint8Array,
  tokens: readonly Uint8Array[],
): Buffer<ArrayBuffer> {
  const at = place % (bytes.length + 1);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  const token = tokens[value % tokens.length]!;
  switch (kind) {
    case 'flip':
    case 'set': {
      const changed = Buffer.from(bytes);
      if (at < changed.length)
        changed[at] = kind === 'set' ? value : changed[at]! ^ (1 << (value & 7));
      return changed;
    }
    case 'truncate':
      return Buffer.from(before);
    case 'delete':
      return cut(before, after.subarray(length));
    case 'copy':
      return cut(before, after.subarray(0, length), after);
    case 'insert':
      return cut(before, token, after);
    case 'repeat':
      return cut(before, ...Array<Uint8Array>(1 + (length % 5_000)).fill(token), after);
    case 'splice':
      return cut(before, other.subarray(value % (other.length + 1)));
  }
}

function cut(...parts: readonly Uint8Array[]): Buffer<ArrayBuffer> {
  return Buffer.from(Buffer.concat(parts).subarray(0, MAX_INPUT_BYTES));
}

/** Tokens one after the other, as they come. */
export function soup(tokens: readonly Uint8Array[], maxLength = 60): fc.Arbitrary<Uint8Array> {
  return fc
    .array(fc.nat(tokens.length - 1), { maxLength })
    .map((some) => cut(...some.map((i) => tokens[i]!)));
}
