import { undecodable } from './codec-limits.ts';

/** Longer strings go through TextDecoder, whose call costs more than their characters. */
const SHORT_BYTES_MAX = 64;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
/** One array for each length, because String.fromCharCode makes flat strings of exact arguments. */
const scratch = Array.from({ length: SHORT_BYTES_MAX + 1 }, (_, length) => Array<number>(length));

/** The string in bytes [start, end). Throws `undecodable` if it is not well-formed UTF-8. */
export function readText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= SHORT_BYTES_MAX) {
    const units = scratch[end - start]!;
    let all = 0;
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      units[i - start] = byte;
      all |= byte;
    }
    if (all < 0x80) return String.fromCharCode.apply(null, units);
  }
  checkUtf8(bytes, start, end);
  return utf8.decode(bytes.subarray(start, end));
}

/**
 * Throws `undecodable` unless bytes [start, end) are well-formed UTF-8 (RFC 3629: no overlong form,
 * no surrogate, nothing above U+10FFFF). Decoders differ in what they make of anything else, so it
 * must not reach them. Costs about a nanosecond per ASCII byte.
 */
export function checkUtf8(bytes: Uint8Array, start: number, end: number): void {
  let at = start;
  while (at < end) {
    if (bytes[at]! < 0x80) at++;
    else at = skipMultibyte(bytes, at, end);
  }
}

function skipMultibyte(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at]!;
  const length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > end) throw undecodable('invalid UTF-8', at);
  // Only the second byte's range depends on the lead: it excludes overlong forms and surrogates.
  const second = bytes[at + 1]!;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) throw undecodable('invalid UTF-8', at);
  for (let i = 2; i < length; i++) {
    if ((bytes[at + i]! & 0xc0) !== 0x80) throw undecodable('invalid UTF-8', at);
  }
  return at + length;
}
