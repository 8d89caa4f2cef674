import { DeliverPolicy, type JsMsg, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/** Messages asked for ahead. */
const AHEAD_MAX = 200;

/** Part of a stream. */
export interface MessageRange {
  /** One subject alone. */
  readonly subject?: string;
  /** Sequence of the first. Default: the stream's first. */
  readonly from?: number;
  /** Sequence of the last. Default: what the stream holds now. */
  readonly to?: number;
}

/** The messages of a part of a stream, oldest first. */
export async function* readMessages(
  nc: NatsConnection,
  stream: string,
  { subject, from = 1, to = Number.POSITIVE_INFINITY }: MessageRange = {},
): AsyncGenerator<JsMsg> {
  const js = jetstream(nc);
  const last = Math.min(to, await newestOf(nc, stream, subject));
  if (last < from) return;
  const consumer = await js.consumers.get(stream, {
    ...(subject === undefined ? {} : { filter_subjects: subject }),
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: from,
  });
  const messages = await consumer.consume({ max_messages: AHEAD_MAX });
  try {
    // There is one at `last` or after it, whatever was deleted, so that this comes to an end.
    for await (const message of messages) {
      if (message.seq <= last) yield message;
      if (message.seq >= last) return;
    }
  } finally {
    await messages.close();
  }
}

/** Sequence of the newest message of a stream, or of one of its subjects; 0: none. */
export async function newestOf(
  nc: NatsConnection,
  stream: string,
  subject?: string,
): Promise<number> {
  const jsm = await jetstream(nc).jetstreamManager();
  if (subject === undefined) return (await jsm.streams.info(stream)).state.last_seq;
  return (await jsm.streams.getMessage(stream, { last_by_subj: subject }))?.seq ?? 0;
}
