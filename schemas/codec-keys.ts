import { undecodable } from './codec-limits.ts';
import { readText } from './codec-utf8.ts';

/** Keys that mean something to JavaScript's objects; no schema of ours has them. */
export const FORBIDDEN_KEYS: ReadonlySet<unknown> = new Set([
  '__proto__',
  'constructor',
  'prototype',
]);
const CACHED_BYTES_MAX = 24;
/** A power of two. Bounds the cache, whatever keys a hostile sender thinks of. */
const SLOTS = 1024;

/**
 * Map keys, each built once: they come again and again, and mostly in the same order, so the key
 * that followed the last one before is tried first. A key that is not allowed never gets in.
 */
export class KeyCache {
  readonly #keys: string[] = Array(SLOTS).fill('');
  /** The slot of the key that last followed the key of this slot. */
  readonly #followers = new Uint16Array(SLOTS);
  #previous = 0;

  /** The key in bytes [start, end). Throws `undecodable` on invalid UTF-8 and forbidden keys. */
  read(bytes: Uint8Array, start: number, end: number): string {
    const expected = this.#followers[this.#previous]!;
    const key = this.#keys[expected]!;
    if (!equals(key, bytes, start, end)) return this.#find(bytes, start, end);
    this.#previous = expected;
    return key;
  }

  #find(bytes: Uint8Array, start: number, end: number): string {
    if (end - start > CACHED_BYTES_MAX) return readNewKey(bytes, start, end);
    const slot = slotOf(bytes, start, end);
    if (!equals(this.#keys[slot]!, bytes, start, end)) {
      const key = readNewKey(bytes, start, end);
      // Only ASCII has a unit for each byte, which is what equals() relies on.
      if (key.length !== end - start) return key;
      this.#keys[slot] = key;
    }
    this.#followers[this.#previous] = slot;
    this.#previous = slot;
    return this.#keys[slot]!;
  }
}

/** Throws `undecodable` if a key, already unescaped, must not become a property. */
export function refuseKey(key: string, at: number): void {
  if (FORBIDDEN_KEYS.has(key)) throw undecodable(`key "${key}" is not allowed`, at);
}

function readNewKey(bytes: Uint8Array, start: number, end: number): string {
  const key = readText(bytes, start, end);
  refuseKey(key, start);
  return key;
}

/** True if an ASCII key is what the bytes say. */
function equals(key: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (key.length !== end - start) return false;
  for (let i = start; i < end; i++) if (key.charCodeAt(i - start) !== bytes[i]) return false;
  return true;
}

/** FNV-1a of the bytes, folded. */
function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return (hash ^ (hash >>> 16)) & (SLOTS - 1);
}
