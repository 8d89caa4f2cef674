import { NAME } from './board.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Bytes before the text of a record: its kind, and its length in bytes (big-endian). */
const HEAD_BYTES = 5;

/** Tells the name records between two offsets, in their order. */
export function readNames(
  names: Uint8Array,
  from: number,
  to: number,
  tell: (kind: number, name: string) => void,
): void {
  const view = new DataView(names.buffer, names.byteOffset);
  for (let at = from; at < to; ) {
    const begin = at + HEAD_BYTES;
    const end = begin + view.getUint32(at + 1);
    // `decode` does not take shared memory, so it gets a copy.
    tell(names[at]!, decoder.decode(names.slice(begin, end)));
    at = end;
  }
}

/** The names of a board, which are only ever appended, and the indices that they have. */
export class NameTable {
  readonly #names: Uint8Array;
  readonly #view: DataView;
  readonly #scopes = new Map<string, number>();
  readonly #dealers = new Map<string, number>();
  #used = 0;

  constructor(names: Uint8Array) {
    this.#names = names;
    this.#view = new DataView(names.buffer, names.byteOffset);
  }

  /** Bytes that the records take. */
  get used(): number {
    return this.#used;
  }

  /** By index. */
  get scopes(): string[] {
    return [...this.#scopes.keys()];
  }

  /** By index. */
  get dealers(): string[] {
    return [...this.#dealers.keys()];
  }

  /** Index of a scope, named on first use; -1 when there is no room. */
  scopeIndex(scope: string): number {
    return this.#indexOf(this.#scopes, NAME.scope, scope);
  }

  /** Index of a dealer, named on first use; -1 when there is no room. */
  dealerIndex(dealerId: string): number {
    return this.#indexOf(this.#dealers, NAME.dealer, dealerId);
  }

  /** Whether there was room. */
  append(kind: number, text: string): boolean {
    const bytes = encoder.encode(text);
    const at = this.#used;
    const end = at + HEAD_BYTES + bytes.length;
    if (end > this.#names.length) return false;
    this.#names[at] = kind;
    this.#view.setUint32(at + 1, bytes.length);
    this.#names.set(bytes, at + HEAD_BYTES);
    this.#used = end;
    return true;
  }

  /** A copy of the records. */
  snapshot(): Uint8Array {
    return this.#names.slice(0, this.#used);
  }

  /** Appends the records of a snapshot to a table that has none. */
  restore(records: Uint8Array): void {
    readNames(records, 0, records.length, (kind, name) => {
      if (kind === NAME.scope) this.scopeIndex(name);
      else if (kind === NAME.dealer) this.dealerIndex(name);
      else this.append(kind, name);
    });
  }

  #indexOf(indices: Map<string, number>, kind: number, name: string): number {
    const known = indices.get(name);
    if (known !== undefined) return known;
    if (!this.append(kind, name)) return -1;
    const index = indices.size;
    indices.set(name, index);
    return index;
  }
}
