import { compileText, type MakeText } from './codec-text-makers.ts';
import { readText } from './codec-utf8.ts';

/** A power of two. */
const SLOTS = 1_024;
/** A cache line: a mark, and a text of 60 bytes at most. */
const WORDS = 16;
const BYTES_MIN = 4;
const BYTES_MAX = 4 * (WORDS - 1);
const LENGTH_BITS = 6;
const LENGTHS = Array.from({ length: BYTES_MAX + 1 }, (_, length) => length);

const LUCK_MAX = 64;
const COST_OF_A_MISS = 2;
/** Texts of a field that are not looked for once most of them were new. */
const PAUSE = 1_024;
const LUCK_AFTER_PAUSE = 8;

/** How often texts of a field were known: ids of dealers mostly are, ids of quotes never. */
export class TextField {
  luck = 16;
}

/**
 * Texts that came before, so that an id which comes again is the same string: quicker than a new one,
 * and its hash is known to every Map. Bounded, since a new text takes the slot of an older one.
 */
export class TextCache {
  /** By length. */
  readonly #makers: readonly MakeText[] = LENGTHS.map(compileText);
  /** [slot x WORDS]: mark of the text, then its bytes; the last word overlaps the one before. */
  readonly #words = new Int32Array(SLOTS * WORDS);
  readonly #texts: string[] = Array(SLOTS).fill('');

  /** The text of these bytes. Throws `undecodable` on what is not UTF-8. */
  read(bytes: Uint8Array, view: DataView, at: number, length: number, field: TextField): string {
    const { luck } = field;
    if (length < BYTES_MIN || length > BYTES_MAX) return this.#make(bytes, view, at, length);
    if (luck < 0) {
      field.luck = luck === -1 ? LUCK_AFTER_PAUSE : luck + 1;
      return this.#make(bytes, view, at, length);
    }
    const mark = markOf(view, at, length);
    const slot = (mark >>> LENGTH_BITS) & (SLOTS - 1);
    if (this.#isIn(slot, mark, view, at, length)) {
      if (luck < LUCK_MAX) field.luck = luck + 1;
      return this.#texts[slot]!;
    }
    field.luck = luck < COST_OF_A_MISS ? -PAUSE : luck - COST_OF_A_MISS;
    return this.#keep(slot, mark, bytes, view, at, length);
  }

  #isIn(slot: number, mark: number, view: DataView, at: number, length: number): boolean {
    const words = this.#words;
    let word = slot * WORDS;
    if (words[word++] !== mark) return false;
    const last = at + length - 4;
    for (let from = at; from < last; from += 4) {
      if (view.getInt32(from, true) !== words[word++]) return false;
    }
    return view.getInt32(last, true) === words[word];
  }

  #keep(
    slot: number,
    mark: number,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    length: number,
  ): string {
    const text = this.#make(bytes, view, at, length);
    const last = at + length - 4;
    let word = slot * WORDS;
    this.#words[word++] = mark;
    for (let from = at; from < last; from += 4) this.#words[word++] = view.getInt32(from, true);
    this.#words[word] = view.getInt32(last, true);
    this.#texts[slot] = text;
    return text;
  }

  #make(bytes: Uint8Array, view: DataView, at: number, length: number): string {
    return this.#makers[length]?.(view, at) ?? readText(bytes, at, at + length);
  }
}

/** The length, and above it a hash of up to four words, which tell the ids of a market apart. */
function markOf(view: DataView, at: number, length: number): number {
  const last = at + length - 4;
  let hash = Math.imul(view.getInt32(at, true), 0x9e3779b1) ^ view.getInt32(last, true);
  if (length >= 8) {
    const middle = view.getInt32(at + (length >> 1) - 2, true);
    hash = Math.imul(hash ^ view.getInt32(last - 4, true), 0x85ebca6b) ^ middle;
  }
  hash = Math.imul(hash, 0xc2b2ae35);
  return ((hash ^ (hash >>> 15)) << LENGTH_BITS) | length;
}
