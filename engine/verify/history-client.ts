import type { NatsConnection } from '@nats-io/transport-node';
import { decode, encode } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import { historyQuerySubject } from '../../schemas/history-query.ts';
import type { LogNames } from '../../schemas/subjects.ts';

/** A step of deriving a large log takes its time. */
const ANSWER_MS_MAX = 180_000;

type Row = Readonly<Record<string, unknown>>;

/** Asks the history process of a log named questions (schemas/history-query.ts). */
export class HistoryClient {
  readonly #nc: NatsConnection;
  readonly #subject: string;

  constructor(nc: NatsConnection, names: LogNames) {
    this.#nc = nc;
    this.#subject = historyQuerySubject(names);
  }

  /** Throws FirstcallError: what the question was refused with, or `noHistory`. */
  async ask(query: string, parameters: Row = {}): Promise<Row[]> {
    const reply = await this.#request(encode({ query, parameters }));
    const answer = decode(reply) as {
      rows?: Row[];
      error?: { code: string; message: string };
    };
    if (answer.rows !== undefined) return answer.rows;
    const { code = 'badAnswer', message = 'no rows' } = answer.error ?? {};
    throw new FirstcallError(code, `history: ${message}`);
  }

  async #request(question: Uint8Array): Promise<Uint8Array> {
    try {
      return (await this.#nc.request(this.#subject, question, { timeout: ANSWER_MS_MAX })).data;
    } catch (cause) {
      const message = `no history process answers on ${this.#subject}: start one (firstcall history)`;
      throw new FirstcallError('noHistory', message, { cause });
    }
  }
}
