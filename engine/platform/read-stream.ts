import { DeliverPolicy, type JsMsg, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { FirstcallError } from '../../schemas/errors.ts';

const MESSAGES_PER_FETCH = 256;
const FETCH_MS = 5_000;

/**
 * The messages of a stream from its first up to a sequence that it has given away, 0 for none. Memory
 * stays bounded however long the stream is. Throws FirstcallError `streamSilent`.
 */
export async function* readStreamUpTo(
  nc: NatsConnection,
  stream: string,
  lastSequence: number,
): AsyncGenerator<JsMsg> {
  if (lastSequence === 0) return;
  const consumer = await jetstream(nc).consumers.get(stream, { deliver_policy: DeliverPolicy.All });
  for (let isIdle = false; !isIdle; ) {
    const fetched = await consumer.fetch({ max_messages: MESSAGES_PER_FETCH, expires: FETCH_MS });
    isIdle = true;
    for await (const message of fetched) {
      isIdle = false;
      if (message.seq > lastSequence) return;
      yield message;
      // Nothing is behind it although it is not the last: the last ones were deleted.
      if (message.seq === lastSequence || message.info.pending === 0) return;
    }
  }
  const what = `the stream ${stream} sends nothing although it holds more`;
  throw new FirstcallError('streamSilent', `${what}: try again`);
}
