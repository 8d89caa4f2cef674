import type { Compiler, ReadRow } from './codec-compiler.ts';
import type { MsgpackBytes } from './msgpack-bytes.ts';

/** Headings that are remembered; a further one takes the place of the oldest. */
const HEADINGS_MAX = 64;
/** Rows with the same fields before code is made for them. */
const USES_BEFORE_CODE = 64;
/** Sets of fields that have code, and that are counted. */
const PRESENTS_MAX = 16;
const COUNTED_MAX = 64;

/** What stands before the rows of a table, and what it says. */
export class TableHeading {
  readonly kind: string;
  readonly fields: readonly string[];
  /** Null: no rows have come often enough. */
  readRow: ReadRow | null = null;
  readonly #bytes: DataView;
  readonly #compiler: Compiler | null;
  /** Bit i: field i is there. */
  readonly #presents: number[] = [];
  readonly #uses = new Map<number, number>();

  /** `bytes`: the message up to its rows; without a compiler rows are read value by value. */
  constructor(
    kind: string,
    fields: readonly string[],
    bytes: Uint8Array<ArrayBuffer>,
    compiler: Compiler | null,
  ) {
    this.kind = kind;
    this.fields = fields;
    this.#bytes = new DataView(bytes.buffer);
    this.#compiler = compiler;
  }

  get size(): number {
    return this.#bytes.byteLength;
  }

  /** Whether a message begins with this heading. */
  begins({ view, end }: MsgpackBytes): boolean {
    const { size } = this;
    if (size > end) return false;
    // From behind, where fields differ; the last word overlaps the one before.
    for (let at = size - 4; at > 0; at -= 4) {
      if (view.getInt32(at) !== this.#bytes.getInt32(at)) return false;
    }
    return view.getInt32(0) === this.#bytes.getInt32(0);
  }

  /** The record of a row that was read value by value, or is of another set of fields than others. */
  readonly record = (present: number, values: readonly unknown[]): Record<string, unknown> => {
    this.#note(present);
    const record: Record<string, unknown> = { kind: this.kind };
    for (const [i, name] of this.fields.entries()) {
      if ((present & (1 << i)) !== 0) record[name] = values[i];
    }
    return record;
  };

  #note(present: number): void {
    if (this.#compiler === null || this.#presents.length >= PRESENTS_MAX) return;
    const uses = (this.#uses.get(present) ?? 0) + 1;
    if (uses === 1 && this.#uses.size >= COUNTED_MAX) this.#uses.clear();
    this.#uses.set(present, uses);
    if (uses !== USES_BEFORE_CODE) return;
    this.#presents.push(present);
    const { kind, fields, record } = this;
    this.readRow = this.#compiler.rows(kind, fields, this.#presents, record) ?? this.readRow;
  }
}

/** Headings that came before: each kind of event has one or a few. */
export class TableHeadings {
  readonly #headings: TableHeading[] = [];
  readonly #compiler: Compiler | null;
  #learned = 0;

  constructor(compiler: Compiler | null) {
    this.#compiler = compiler;
  }

  /** Steps over a heading that is known, and returns it. */
  find(input: MsgpackBytes): TableHeading | null {
    for (const heading of this.#headings) {
      if (!heading.begins(input)) continue;
      input.at = heading.size;
      return heading;
    }
    return null;
  }

  /** Remembers the heading that has been read. */
  learn(kind: string, fields: readonly string[], { bytes, at }: MsgpackBytes): TableHeading {
    const heading = new TableHeading(kind, fields, bytes.slice(0, at), this.#compiler);
    this.#headings[this.#learned++ % HEADINGS_MAX] = heading;
    return heading;
  }
}
