import { decode } from '../../../schemas/codec-decode.ts';

/** What the bytes of a refused message say. */
export interface LetterContent {
  readonly form: 'JSON' | 'text' | 'hexadecimal';
  readonly text: string;
  /** What was left out because it is long, in words; '' if nothing was. */
  readonly more: string;
}

const TEXT_CHARACTERS_MAX = 20_000;
const HEX_BYTES_MAX = 512;
const HEX_BYTES_PER_LINE = 16;

/** As JSON if the bytes decode, else as text, else in hexadecimal. Never throws: strangers sent them. */
export function letterContent(bytes: Uint8Array): LetterContent {
  const json = decodedJson(bytes);
  if (json !== null) return cut('JSON', json);
  const text = plainText(bytes);
  return text === null ? hexOf(bytes) : cut('text', text);
}

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function cut(form: LetterContent['form'], text: string): LetterContent {
  const more = text.length - TEXT_CHARACTERS_MAX;
  return {
    form,
    text: text.slice(0, TEXT_CHARACTERS_MAX),
    more: more > 0 ? `${more} more characters` : '',
  };
}

function decodedJson(bytes: Uint8Array): string | null {
  try {
    // Bounded in size, depth and time, as the engine reads it: a page of its own would hang on some.
    const value = decode(bytes);
    // A text of one character is a small number in MessagePack.
    if (typeof value !== 'object' || value === null) return null;
    return JSON.stringify(value, bytesToHex, 2);
  } catch {
    return null;
  }
}

function bytesToHex(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? `0x${hex(value)}` : value;
}

/** Null where it is not UTF-8, or has control characters in it. */
function plainText(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /[^\P{Cc}\n\r\t]/u.test(text) ? null : text;
  } catch {
    return null;
  }
}

function hexOf(bytes: Uint8Array): LetterContent {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, HEX_BYTES_MAX); at += HEX_BYTES_PER_LINE) {
    const line = bytes.subarray(at, Math.min(at + HEX_BYTES_PER_LINE, HEX_BYTES_MAX));
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex(line, ' ')}`);
  }
  const more = bytes.length - HEX_BYTES_MAX;
  return {
    form: 'hexadecimal',
    text: lines.join('\n'),
    more: more > 0 ? `${more} more bytes` : '',
  };
}

const hex = (bytes: Uint8Array, between = ''): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(between);
