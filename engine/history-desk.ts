import {
  type NatsConnection,
  NoRespondersError,
  RequestError,
  TimeoutError,
} from '@nats-io/transport-node';
import { FirstcallError } from '../schemas/errors.ts';
import { historyQuerySubject, type QueryRequest } from '../schemas/history-query.ts';
import type { LogNames } from '../schemas/subjects.ts';

/** The slowest named query reads a quarter of a year of quotes. */
const ANSWER_MS_MAX = 20_000;
/** Questions under way; the history refuses more of all engines together. */
const QUESTIONS_MAX = 8;

/** Hands questions on to the history process of a log, and its answers back as they are. */
export class HistoryDesk {
  readonly #nc: NatsConnection;
  readonly #subject: string;
  #asked = 0;

  constructor(nc: NatsConnection, names: LogNames) {
    this.#nc = nc;
    this.#subject = historyQuerySubject(names);
  }

  /** JSON of a QueryReply. Rejects with FirstcallError `historyAway` or `busy`. */
  async ask(question: QueryRequest): Promise<Uint8Array> {
    if (this.#asked >= QUESTIONS_MAX) {
      throw new FirstcallError(
        'busy',
        `${QUESTIONS_MAX} questions wait for the history already; try again`,
      );
    }
    this.#asked++;
    try {
      const request = JSON.stringify(question);
      return (await this.#nc.request(this.#subject, request, { timeout: ANSWER_MS_MAX })).data;
    } catch (cause) {
      throw new FirstcallError('historyAway', whyNot(cause), { cause });
    } finally {
      this.#asked--;
    }
  }
}

function whyNot(error: unknown): string {
  if (error instanceof RequestError && error.isNoResponders()) {
    return 'no history process answers: is it running, with this NATS server and log?';
  }
  if (error instanceof TimeoutError || error instanceof NoRespondersError) {
    return `the history has not answered within ${ANSWER_MS_MAX / 1000} s; try again`;
  }
  return `the history cannot be asked: ${String(error)}`;
}
