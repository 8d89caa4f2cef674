import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import type { RoleMethods } from '../../bench/support/role.ts';
import { connectNats } from '../../engine/platform/log.ts';
import { until } from './until.ts';

export interface TailTask {
  readonly natsUrl: string;
  /** Streams, the sequence after which each is read, and the messages that come then. */
  readonly tails: readonly {
    readonly stream: string;
    readonly after: number;
    readonly messages: number;
  }[];
}

const READ_MS_MAX = 300_000;
/** As many as a shard asks for, so that only what is done with them differs. */
const MESSAGES_IN_FLIGHT = 200;

/** Reads the ends of streams with ordered consumers and counts; nothing else. */
export function tailReaderRole(): RoleMethods {
  return {
    read: async ({ natsUrl, tails }: TailTask): Promise<number> => {
      const nc = await connectNats(natsUrl, 'reliability-reader');
      const js = jetstream(nc);
      let messages = 0;
      const callback = (): void => {
        messages++;
      };
      for (const { stream, after } of tails) {
        const consumer = await js.consumers.get(stream, {
          deliver_policy: DeliverPolicy.StartSequence,
          opt_start_seq: after + 1,
        });
        await consumer.consume({ max_messages: MESSAGES_IN_FLIGHT, callback });
      }
      const all = tails.reduce((sum, tail) => sum + tail.messages, 0);
      await until('the tail is read', READ_MS_MAX, () => messages >= all);
      await nc.close();
      return messages;
    },
  };
}
