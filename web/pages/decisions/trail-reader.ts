import type { DecisionRecord } from '../../../schemas/decision-record.ts';
import { askHistory } from '../../state/ask.ts';

/** How far the history has copied a stream (query `positions`), which costs it nothing to say. */
interface Position {
  readonly stream: string;
  readonly sequence: number;
}

const DECISION_STREAM = /_DECISIONS$/;

/** Reads a page of the audit trail, again only once the history has copied further records. */
export class TrailReader {
  readonly #question: object;
  #through: number | null = null;
  #records: readonly DecisionRecord[] = [];

  /** `question`: of the query `decisionRecords`. */
  constructor(question: object) {
    this.#question = question;
  }

  /** Rejects with FirstcallError. */
  async read(signal: AbortSignal): Promise<readonly DecisionRecord[]> {
    const positions = await askHistory<Position>('positions', {}, { signal });
    const through = positions.find(({ stream }) => DECISION_STREAM.test(stream))?.sequence ?? 0;
    if (through !== this.#through) {
      this.#records = await askHistory('decisionRecords', this.#question, { signal });
      this.#through = through;
    }
    return this.#records;
  }
}
