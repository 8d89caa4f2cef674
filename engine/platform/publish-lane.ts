import { setTimeout as delay } from 'node:timers/promises';
import type { JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { FirstcallError } from '../../schemas/errors.ts';
import { Patience } from './patience.ts';
import { answersPing, isFinalError } from './publish-errors.ts';

/** One message on its way into a stream. */
export interface OutboundMessage {
  readonly subject: string;
  readonly bytes: Uint8Array;
  /** The same in every attempt, so that the server drops a repeat. */
  readonly messageId: string;
  readonly eventCount: number;
}

export interface LaneOptions {
  /** How long an attempt waits for the server's ack. */
  readonly ackTimeoutMs: number;
  /** How long a lane goes on without a single ack before it fails. */
  readonly giveUpMs: number;
  /** True: only the time in which the broker answers pings counts for that. */
  readonly isPatient: boolean;
  /** The server has stored the message, now or in an earlier attempt. */
  readonly onAcked: (message: OutboundMessage) => void;
  /** `isTroubled` is another. */
  readonly onChange: () => void;
  /** At most once; the lane is dead afterwards. */
  readonly onFailed: (error: FirstcallError) => void;
}

/**
 * The way into one stream. Messages go out without waiting for one another. When an attempt fails,
 * nothing new goes out until every attempt has ended; then all that is not acked goes out again in
 * its old order under its old ids, so that a lost connection neither loses, doubles nor turns
 * around what is logged. The caller bounds how much it pushes without an ack.
 */
export class PublishLane {
  readonly #nc: NatsConnection;
  readonly #js: JetStreamClient;
  readonly #options: LaneOptions;
  /** In the order of push(). */
  readonly #unacked = new Set<OutboundMessage>();
  /** Counts connections, to tell attempts on a lost one from those on this one. */
  #connection = 0;
  /** Attempts on this connection that have not ended. */
  #sending = 0;
  #lastError: unknown = null;
  readonly #patience: Patience;
  #state: 'open' | 'broken' | 'dead' = 'open';

  constructor(nc: NatsConnection, js: JetStreamClient, options: LaneOptions) {
    this.#nc = nc;
    this.#js = js;
    this.#options = options;
    this.#patience = new Patience(options.giveUpMs);
  }

  /** Whether nothing new goes out at the moment. */
  get isTroubled(): boolean {
    return this.#state === 'broken';
  }

  /** In the order of push(). */
  get unacked(): Iterable<OutboundMessage> {
    return this.#unacked;
  }

  push(message: OutboundMessage): void {
    if (this.#state === 'dead') return;
    if (this.#unacked.size === 0) this.#patience.renew();
    this.#unacked.add(message);
    if (this.#state === 'open') void this.#send(message);
  }

  /**
   * The connection is lost, and with it every ack that was awaited: the client itself would only
   * notice by time-out. Goes on when the server answers again.
   */
  pause(): void {
    const isResending = this.#state === 'broken' && this.#sending === 0;
    if (this.#state === 'dead' || isResending) return;
    this.#lastError = 'the connection to NATS is lost';
    if (this.#options.isPatient) this.#patience.pardon();
    this.#breakOff();
    this.#connection += 1;
    this.#sending = 0;
    void this.#resend();
  }

  async #send(message: OutboundMessage): Promise<void> {
    const connection = this.#connection;
    this.#sending += 1;
    try {
      const { subject, bytes, messageId } = message;
      const timeout = this.#options.ackTimeoutMs;
      await this.#js.publish(subject, bytes, { msgID: messageId, timeout });
      this.#acked(message);
    } catch (error) {
      this.#lastError = error;
      if (isFinalError(error)) this.#die();
      else if (connection === this.#connection && this.#state === 'open') this.#breakOff();
    }
    if (connection !== this.#connection) return;
    this.#sending -= 1;
    if (this.#state === 'broken' && this.#sending === 0) void this.#resend();
  }

  #acked(message: OutboundMessage): void {
    // Twice, when an attempt that was given up for lost is acked after all.
    if (!this.#unacked.delete(message)) return;
    this.#patience.renew();
    this.#options.onAcked(message);
  }

  async #resend(): Promise<void> {
    for (;;) {
      await delay(this.#patience.nextWaitMs());
      if (this.#isDead()) return;
      if (this.#nc.isClosed() || this.#hasGivenUp()) return this.#die();
      if (await answersPing(this.#nc, this.#options.ackTimeoutMs)) break;
      if (this.#options.isPatient) this.#patience.pardon();
    }
    if (this.#isDead()) return;
    this.#state = 'open';
    // What waits goes out before anything that is pushed now.
    for (const message of this.#unacked) void this.#send(message);
    this.#options.onChange();
  }

  #breakOff(): void {
    if (this.#state === 'broken') return;
    this.#state = 'broken';
    this.#options.onChange();
  }

  /** A method, because another attempt may end the lane while one waits. */
  #isDead(): boolean {
    return this.#state === 'dead';
  }

  /** An idle lane waits for ever. */
  #hasGivenUp(): boolean {
    return this.#unacked.size > 0 && this.#patience.isOver;
  }

  #die(): void {
    if (this.#state === 'dead') return;
    this.#state = 'dead';
    const [first] = this.#unacked;
    const what = `${this.#unacked.size} messages not stored, the first for ${first?.subject}`;
    this.#options.onFailed(
      new FirstcallError('publishFailed', `${what}: ${this.#lastError}`, {
        cause: this.#lastError,
      }),
    );
    this.#unacked.clear();
  }
}
