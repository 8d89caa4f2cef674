import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { decode, encode, encodeJson, MAX_MESSAGE_BYTES } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import {
  historyQuerySubject,
  type QueryReply,
  type QueryRequest,
  type QueryRow,
} from '../../schemas/history-query.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import type { Database } from './database.ts';
import { bindQuery } from './named-queries.ts';
import { Oracle } from './oracle.ts';
import type { Positions } from './row.ts';

export interface QueryServiceOptions {
  readonly nc: NatsConnection;
  readonly names: LogNames;
  /** Not the one that batches are written on: statements on a connection wait for one another. */
  readonly database: Database;
  /** Says how far history is. */
  readonly history: { readonly stored: Positions };
}

/** Questions that run or wait; more are refused as `busy`. */
const QUESTIONS_MAX = 16;
const JSON_OBJECT = 0x7b;

/**
 * Answers named questions about the history over NATS, since nobody else can open the embedded
 * database while we have it. It takes names and values, never SQL. The question `positions` says how
 * far each stream is in the tables.
 */
export class QueryService {
  readonly #options: QueryServiceOptions;
  readonly #oracle: Oracle;
  readonly #subscription: Subscription;
  readonly #answering = new Set<Promise<void>>();

  constructor(options: QueryServiceOptions) {
    this.#options = options;
    this.#oracle = new Oracle(options.database, options.names.log);
    this.#subscription = options.nc.subscribe(historyQuerySubject(options.names), {
      queue: 'history',
      callback: (error, message) => {
        if (error === null) this.#answer(message);
      },
    });
  }

  async stop(): Promise<void> {
    this.#subscription.unsubscribe();
    await Promise.all(this.#answering);
  }

  #answer(message: Msg): void {
    const isJson = message.data[0] === JSON_OBJECT;
    const question = new Uint8Array(message.data);
    const answering = this.#reply(question)
      .then((reply) => void message.respond(encodeReply(reply, isJson)))
      // The connection is gone, and with it whoever asked.
      .catch(() => {})
      .finally(() => this.#answering.delete(answering));
    this.#answering.add(answering);
  }

  async #reply(question: Uint8Array): Promise<QueryReply> {
    try {
      if (this.#answering.size >= QUESTIONS_MAX) {
        throw new FirstcallError('busy', `${QUESTIONS_MAX} questions are waiting: ask again later`);
      }
      return { rows: await this.#rows(readQuestion(question)) };
    } catch (error) {
      return replyOf(error);
    }
  }

  async #rows({ query, parameters }: QueryRequest): Promise<readonly QueryRow[]> {
    if (query === 'positions') {
      const { stored } = this.#options.history;
      return Object.entries(stored).map(([stream, sequence]) => ({ stream, sequence }));
    }
    const answer = await this.#oracle.answer(query, parameters ?? {});
    if (answer !== null) return answer;
    const { database, names } = this.#options;
    const bound = bindQuery(query, parameters ?? {}, names);
    return await database.rows(bound.sql, { log: names.log, ...bound.parameters });
  }
}

/** Throws FirstcallError `undecodable` or `badParameters`. */
export function readQuestion(bytes: Uint8Array): QueryRequest {
  const question = decode(bytes) as Partial<QueryRequest> | null;
  if (typeof question === 'object' && typeof question?.query === 'string') {
    return question as QueryRequest;
  }
  throw new FirstcallError('badParameters', 'query: must be the name of a query');
}

function replyOf(error: unknown): QueryReply {
  const code = error instanceof FirstcallError ? error.code : 'queryFailed';
  return { error: { code, message: (error as Error).message } };
}

function encodeReply(reply: QueryReply, isJson: boolean): Uint8Array | string {
  const bytes = isJson ? Buffer.from(encodeJson(reply)) : encode(reply);
  if (bytes.length <= MAX_MESSAGE_BYTES) return bytes;
  const message = `the answer has ${bytes.length} bytes, more than a message may: ask for less`;
  return encodeReply({ error: { code: 'tooLarge', message } }, isJson);
}
