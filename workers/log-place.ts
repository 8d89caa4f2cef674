import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { decode } from '../schemas/codec.ts';

/** What of a partition's log led to something: a message, and which of the things it led to. */
export interface Place {
  readonly sequence: number;
  /** From 0. */
  readonly index: number;
}

/** Whether a place of a partition's log comes after another one of the same partition. */
export const isAfter = (a: Place, b: Place): boolean =>
  a.sequence > b.sequence || (a.sequence === b.sequence && a.index > b.index);

/**
 * Finds what a shard put into a stream last, before it was started again: its state is a pure
 * function of the log, so the newest place tells it where to go on.
 */
export class PlaceFinder {
  readonly #jsm: JetStreamManager;
  readonly #stream: string;

  private constructor(jsm: JetStreamManager, stream: string) {
    this.#jsm = jsm;
    this.#stream = stream;
  }

  static async open(nc: NatsConnection, stream: string): Promise<PlaceFinder> {
    return new PlaceFinder(await jetstreamManager(nc), stream);
  }

  /** The newest message of a subject, null if there is none. */
  async newest<T extends Place>(subject: string): Promise<T | null> {
    const message = await this.#jsm.streams.getMessage(this.#stream, { last_by_subj: subject });
    return message === null ? null : (decode(message.data) as T);
  }
}
