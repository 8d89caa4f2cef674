import { jetstreamManager, type StreamState } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { FirstcallError } from '../../schemas/errors.ts';
import type { StreamRole } from './message-rows.ts';
import type { Positions } from './row.ts';

/** Whether the streams still have what history wants next. Throws as checkStream() does. */
export async function checkStreams(
  nc: NatsConnection,
  roles: readonly StreamRole[],
  stored: Positions,
): Promise<void> {
  const jsm = await jetstreamManager(nc);
  for (const { stream } of roles) {
    const { state } = await jsm.streams.info(stream);
    checkStream(stream, stored[stream] ?? 0, state);
  }
}

/**
 * Whether a stream goes on after `position`, the last sequence that history has. A consumer that starts
 * where the stream has no message would be moved silently, and leave a hole or take other messages for
 * those that it had. Throws FirstcallError `logTruncated` or `logReplaced`.
 */
export function checkStream(
  stream: string,
  position: number,
  state: Pick<StreamState, 'first_seq' | 'last_seq'>,
): void {
  // The first history of a log begins with whatever the log still has.
  if (position === 0) return;
  if (state.last_seq < position) {
    throw logReplaced(stream, position, `the stream ends at ${state.last_seq}`);
  }
  if (state.first_seq > position + 1) {
    const message = `history has stream ${stream} up to ${position}, but the stream begins at ${state.first_seq}: what lies between is lost; start a new history, or restore the stream`;
    throw new FirstcallError('logTruncated', message);
  }
}

export function logReplaced(stream: string, position: number, found: string): FirstcallError {
  const message = `history has stream ${stream} up to ${position}, but ${found}: the log was replaced by another one, or has lost its end; keep that under a name of its own (--log NAME), or start a new history`;
  return new FirstcallError('logReplaced', message);
}
