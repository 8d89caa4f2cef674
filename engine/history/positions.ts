import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { FirstcallError } from '../../schemas/errors.ts';
import type { StreamRole } from './message-rows.ts';
import type { Positions } from './row.ts';

/**
 * Whether the streams still have what history wants next. A consumer that starts below the first
 * message of a stream would be moved up silently, and leave a hole.
 * Throws FirstcallError `logTruncated` or `logReplaced`.
 */
export async function checkStreams(
  nc: NatsConnection,
  roles: readonly StreamRole[],
  stored: Positions,
): Promise<void> {
  const jsm = await jetstreamManager(nc);
  for (const { stream } of roles) {
    const position = stored[stream] ?? 0;
    // The first history of a log begins with whatever the log still has.
    if (position === 0) continue;
    const { state } = await jsm.streams.info(stream);
    if (state.last_seq < position) {
      const message = `history has stream ${stream} up to ${position}, but the stream ends at ${state.last_seq}: the log was replaced by another one; keep that under a name of its own (--log NAME), or start a new history`;
      throw new FirstcallError('logReplaced', message);
    }
    if (state.first_seq > position + 1) {
      const message = `history has stream ${stream} up to ${position}, but the stream begins at ${state.first_seq}: what lies between is lost; start a new history, or restore the stream`;
      throw new FirstcallError('logTruncated', message);
    }
  }
}
