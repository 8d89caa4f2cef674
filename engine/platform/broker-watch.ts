import type { NatsConnection } from '@nats-io/transport-node';

/**
 * Tells when the broker goes away and when it answers again. A frozen one goes away once it has left
 * the pings of `connectNats` unanswered. Either may be told twice. Ends with the connection.
 */
export async function watchBroker(
  nc: NatsConnection,
  on: { away(): void; back(): void },
): Promise<void> {
  for await (const { type } of nc.status()) {
    if (type === 'disconnect' || type === 'staleConnection') on.away();
    else if (type === 'reconnect') on.back();
  }
}
