import type { NatsConnection } from '@nats-io/transport-node';
import { readMessages } from '../../engine/verify/read-messages.ts';
import { decodeEvents } from '../../schemas/event-message.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { DealerEvent } from '../../schemas/reference.ts';

/** The dealer database as it was after each message of a stream that changed it. */
export class RecordsByMessage {
  /** By sequence, ascending. */
  readonly #states = new Map<number, ReadonlyMap<string, DealerEvent>>([[0, new Map()]]);

  static async read(nc: NatsConnection, stream: string): Promise<RecordsByMessage> {
    const records = new RecordsByMessage();
    let newest = new Map<string, DealerEvent>();
    for await (const message of readMessages(nc, stream)) {
      const events = decodeEvents(message.data) as FirstcallEvent[];
      const dealers = events.filter((event) => event.kind === 'dealer');
      if (dealers.length === 0) continue;
      newest = new Map(newest);
      for (const dealer of dealers) newest.set(dealer.dealerId, dealer);
      records.#states.set(message.seq, newest);
    }
    return records;
  }

  /** Throws on a sequence that no message of dealers has. */
  at(sequence: number): ReadonlyMap<string, DealerEvent> {
    const state = this.#states.get(sequence);
    if (state === undefined) throw new Error(`message ${sequence} changes no dealer`);
    return state;
  }
}
