import type { ChainFault } from '../../schemas/chain-report.ts';

type Row = Readonly<Record<string, unknown>>;

/** Asks the history process a named question. Rejects with FirstcallError. */
export type AskHistory = (query: string, parameters?: Row) => Promise<readonly Row[]>;

/** What ClickHouse says of one record. */
interface CopiedRecord {
  readonly sequence: number;
  readonly previous: string;
  readonly hash: string;
  /** Made in SQL from the row alone. */
  readonly computed: string;
}

/** What an answer of the query service has room for. */
const ROWS_PER_QUESTION = 2_000;

/** The copy of a chain in ClickHouse, read beside the chain itself, some rows at a time. */
export class ChainCopy {
  readonly #ask: AskHistory;
  readonly #onFault: (fault: ChainFault) => void;
  /** History has copied everything up to here. */
  readonly through: number;
  #rows: readonly CopiedRecord[] = [];
  #next = 0;
  #isAtEnd = false;
  #lastSequence = 0;
  #compared = 0;

  constructor(ask: AskHistory, through: number, onFault: (fault: ChainFault) => void) {
    this.#ask = ask;
    this.through = through;
    this.#onFault = onFault;
  }

  get compared(): number {
    return this.#compared;
  }

  /** Compares with a record of the stream; ascending. */
  async compare(record: { sequence: number; previous: string; hash: string }): Promise<void> {
    const { sequence, previous, hash } = record;
    await this.#passTo(sequence);
    const copy = await this.#peek();
    if (copy?.sequence !== sequence) {
      if (sequence <= this.through) this.#fault(sequence, 'is missing in ClickHouse');
      return;
    }
    this.#take(copy);
    this.#compared += 1;
    if (copy.hash !== hash || copy.previous !== previous) {
      this.#fault(sequence, 'has other hashes in ClickHouse than in the stream');
    } else if (copy.computed !== hash) {
      this.#fault(sequence, 'has another text, subject or id in ClickHouse than was hashed');
    }
  }

  /** What ClickHouse holds behind the last record of the stream. */
  async end(): Promise<void> {
    await this.#passTo(Number.POSITIVE_INFINITY);
  }

  async #passTo(sequence: number): Promise<void> {
    for (let row = await this.#peek(); row !== null; row = await this.#peek()) {
      if (row.sequence >= sequence) return;
      const isRepeat = row.sequence === this.#lastSequence;
      this.#fault(
        row.sequence,
        isRepeat ? 'is there twice in ClickHouse' : 'is in ClickHouse and not in the stream',
      );
      this.#take(row);
    }
  }

  #take({ sequence }: CopiedRecord): void {
    this.#next += 1;
    this.#lastSequence = sequence;
  }

  async #peek(): Promise<CopiedRecord | null> {
    if (this.#next >= this.#rows.length && !this.#isAtEnd) {
      const fromSequence = this.#lastSequence + 1;
      const rows = await this.#ask('auditChain', { fromSequence, limit: ROWS_PER_QUESTION });
      this.#rows = rows.map(copiedRecordOf);
      this.#isAtEnd = rows.length < ROWS_PER_QUESTION;
      this.#next = 0;
    }
    return this.#rows[this.#next] ?? null;
  }

  #fault(sequence: number, words: string): void {
    this.#onFault({ sequence, kind: 'differsInClickHouse', words });
  }
}

function copiedRecordOf(row: Row): CopiedRecord {
  return {
    sequence: Number(row.sequence),
    previous: String(row.previous),
    hash: String(row.hash),
    computed: String(row.computed_hash),
  };
}
