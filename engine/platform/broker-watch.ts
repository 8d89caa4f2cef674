import type { NatsConnection } from '@nats-io/transport-node';

/**
 * Whether the broker of a connection is away. A frozen one is away once it has left the pings of
 * `connectNats` unanswered.
 */
export class BrokerWatch {
  #isAway = false;

  /** `onChange` is told of each change. */
  constructor(nc: NatsConnection, onChange: (isAway: boolean) => void) {
    void this.#follow(nc, onChange);
  }

  get isAway(): boolean {
    return this.#isAway;
  }

  /** Ends with the connection. */
  async #follow(nc: NatsConnection, onChange: (isAway: boolean) => void): Promise<void> {
    for await (const { type } of nc.status()) {
      const isLost = type === 'disconnect' || type === 'staleConnection';
      if (this.#isAway ? type !== 'reconnect' : !isLost) continue;
      this.#isAway = isLost;
      onChange(isLost);
    }
  }
}
