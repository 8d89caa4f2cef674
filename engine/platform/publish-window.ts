import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { FirstcallError } from '../../schemas/errors.ts';
import { BrokerWatch } from './broker-watch.ts';
import { type OutboundMessage, PublishLane } from './publish-lane.ts';

export interface PublishWindowOptions {
  /** Messages that may be sent and not acked. */
  readonly messagesMax: number;
  /** Bytes that may be sent and not acked; the last message may go beyond. */
  readonly bytesMax: number;
  readonly ackTimeoutMs: number;
  readonly giveUpMs: number;
  /** True: no stream gives up while the broker is away. */
  readonly isPatient: boolean;
  /** The server has stored a message. */
  readonly onAcked: (message: OutboundMessage) => void;
  /** The connection, or the way into a stream, is in trouble or out of it. */
  readonly onChange: () => void;
  /** A stream has failed for good; `unacked` still has its messages. */
  readonly onFailed: (error: FirstcallError) => void;
}

/** All that is on its way to the broker: a lane for each stream, and a bound over all of them. */
export class PublishWindow {
  readonly #nc: NatsConnection;
  readonly #js: JetStreamClient;
  readonly #options: PublishWindowOptions;
  readonly #lanes = new Map<string, PublishLane>();
  readonly #broker: BrokerWatch;
  #messages = 0;
  #bytes = 0;

  constructor(nc: NatsConnection, options: PublishWindowOptions) {
    this.#nc = nc;
    this.#js = jetstream(nc);
    this.#options = options;
    this.#broker = new BrokerWatch(nc, (isAway) => {
      if (isAway) for (const lane of this.#lanes.values()) lane.pause();
      options.onChange();
    });
  }

  /** Messages that are not acked. */
  get size(): number {
    return this.#messages;
  }

  get isFull(): boolean {
    return this.#messages >= this.#options.messagesMax || this.#bytes >= this.#options.bytesMax;
  }

  /** Whether nothing new gets through, as far as is known. */
  get isTroubled(): boolean {
    return this.#broker.isAway || [...this.#lanes.values()].some((lane) => lane.isTroubled);
  }

  /** Each with its stream, those of a stream in their order. */
  *unacked(): Generator<readonly [stream: string, message: OutboundMessage]> {
    for (const [stream, lane] of this.#lanes) {
      for (const message of lane.unacked) yield [stream, message];
    }
  }

  /** Sends a message; the caller looks at `isFull` first. */
  push(stream: string, message: OutboundMessage): void {
    this.#messages += 1;
    this.#bytes += message.bytes.length;
    this.#laneOf(stream).push(message);
  }

  #laneOf(stream: string): PublishLane {
    let lane = this.#lanes.get(stream);
    if (lane === undefined) {
      const onAcked = (message: OutboundMessage) => this.#acked(message);
      lane = new PublishLane(this.#nc, this.#js, { ...this.#options, onAcked });
      this.#lanes.set(stream, lane);
    }
    return lane;
  }

  #acked(message: OutboundMessage): void {
    this.#messages -= 1;
    this.#bytes -= message.bytes.length;
    this.#options.onAcked(message);
  }
}
