import { type Compiler, type ReadMap, shortText } from './codec-compiler.ts';
import type { MsgpackBytes } from './msgpack-bytes.ts';

/** Kinds of events that are told apart; the others are read the general way. */
const KINDS_MAX = 64;
/** Maps of a shape before code is made for it, which costs as much as a thousand of them. */
const USES_BEFORE_CODE = 64;
/** Shapes of a kind that have code, and that are counted. */
const SHAPES_MAX = 16;
const COUNTED_MAX = 64;
/** Keys of a map that has code, and characters of a key, whose tag then has its length. */
const KEYS_MAX = 31;
const PLAIN_KEY = /^[A-Za-z0-9_]{1,31}$/;

/** The key `kind`: its tag, its text, and how many bytes that is. */
const KIND_TAG = 0xa4;
const KIND = 0x646e696b;
const KIND_BYTES = 5;

/** What maps of one kind look like: the keys of each, in their order. */
export class ShapeBook {
  /** Null: no shape has come often enough. */
  read: ReadMap | null = null;
  readonly #compiler: Compiler;
  readonly #kind: string | null;
  readonly #shapes: string[][] = [];
  readonly #uses = new Map<string, number>();

  /** Of maps that say `kind` first, and this kind; null: of all others. */
  constructor(compiler: Compiler, kind: string | null) {
    this.#compiler = compiler;
    this.#kind = kind;
  }

  /** Whether it learns more shapes. */
  get isOpen(): boolean {
    return this.#shapes.length < SHAPES_MAX;
  }

  /** Notes the keys of a map that was read the general way. */
  note(keys: string[]): void {
    if (keys.length > KEYS_MAX || !keys.every((key) => PLAIN_KEY.test(key))) return;
    const shape = keys.join(' ');
    const uses = (this.#uses.get(shape) ?? 0) + 1;
    if (uses === 1 && this.#uses.size >= COUNTED_MAX) this.#uses.clear();
    this.#uses.set(shape, uses);
    if (uses === USES_BEFORE_CODE) this.#add(keys);
  }

  #add(keys: string[]): void {
    this.#shapes.push(keys);
    this.read = this.#compiler.maps(this.#shapes, this.#kind) ?? this.read;
  }
}

/** By kind, since a map that has one says it first, and what maps of a kind look like is soon known. */
export class ShapeBooks {
  /** Of maps that do not say their kind first. */
  readonly others: ShapeBook;
  readonly #compiler: Compiler;
  readonly #books: ShapeBook[] = [];
  readonly #kinds: string[] = [];
  /** First and last four bytes of a kind, its tag included: compiled code looks at the others. */
  readonly #firsts = new Int32Array(KINDS_MAX);
  readonly #lasts = new Int32Array(KINDS_MAX);

  constructor(compiler: Compiler) {
    this.#compiler = compiler;
    this.others = new ShapeBook(compiler, null);
  }

  /** Of the map whose first key is next; null: of a kind that is not known. */
  at({ bytes, view, at }: MsgpackBytes): ShapeBook | null {
    if (bytes[at] !== KIND_TAG || view.getInt32(at + 1, true) !== KIND) return this.others;
    const first = view.getInt32(at + KIND_BYTES, true);
    const last = view.getInt32(at + KIND_BYTES + (first & 0x1f) - 3, true);
    for (let i = 0; i < this.#books.length; i++) {
      if (this.#firsts[i] === first && this.#lasts[i] === last) return this.#books[i]!;
    }
    return null;
  }

  /** Opens the book of a kind, if it is one to learn. */
  open(kind: unknown): void {
    if (typeof kind !== 'string' || kind.length < 3 || !PLAIN_KEY.test(kind)) return;
    if (this.#books.length >= KINDS_MAX || this.#kinds.includes(kind)) return;
    const view = new DataView(shortText(kind).buffer);
    this.#firsts[this.#books.length] = view.getInt32(0, true);
    this.#lasts[this.#books.length] = view.getInt32(view.byteLength - 4, true);
    this.#books.push(new ShapeBook(this.#compiler, kind));
    this.#kinds.push(kind);
  }
}
