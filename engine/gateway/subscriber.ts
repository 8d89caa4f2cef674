import type { Encoding, Frame, TopicState } from './frame.ts';
import type { Hub, Topic } from './hub.ts';
import { MAX_BUFFERED_BYTES, MAX_PENDING_UPDATES, MAX_TOPICS_PER_SUBSCRIBER } from './limits.ts';
import type { Socket } from './transport.ts';

interface Subscription {
  readonly topic: Topic;
  /** Seq of the last state sent; null before the first. */
  sentSeq: number | null;
}

/**
 * One connection and what it has been sent. While it reads, it gets every delta. While more than
 * MAX_BUFFERED_BYTES wait for it, deltas are skipped and their topics are stale; as it drains, each
 * stale topic costs one snapshot of its newest state. Numbers jump, so the gap is visible.
 */
export class Subscriber {
  readonly #hub: Hub;
  readonly #socket: Socket;
  readonly #encoding: Encoding;
  readonly #subscriptions = new Map<string, Subscription>();
  /** Topics owed a snapshot, longest owed first. */
  readonly #stale = new Set<Subscription>();
  #offered: TopicState[] = [];
  /** A status that did not fit; the newest replaces it. */
  #owedStatus: Frame | null = null;

  constructor(hub: Hub, socket: Socket, encoding: Encoding) {
    this.#hub = hub;
    this.#socket = socket;
    this.#encoding = encoding;
    hub.subscribers.add(this);
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedBytes;
  }

  /** At most MAX_BUFFERED_BYTES wait for it. */
  get hasRoom(): boolean {
    return this.#socket.bufferedBytes <= MAX_BUFFERED_BYTES;
  }

  has(name: string): boolean {
    return this.#subscriptions.has(name);
  }

  get isFull(): boolean {
    return this.#subscriptions.size >= MAX_TOPICS_PER_SUBSCRIBER;
  }

  /** Takes a topic that it does not have; its snapshot follows with `flush`. */
  subscribe(topic: Topic): void {
    const subscription = { topic, sentSeq: null };
    this.#subscriptions.set(topic.name, subscription);
    topic.subscribers.add(this);
    this.#stale.add(subscription);
  }

  unsubscribe(name: string): void {
    const subscription = this.#subscriptions.get(name);
    if (subscription === undefined) return;
    this.#subscriptions.delete(name);
    this.#stale.delete(subscription);
    subscription.topic.subscribers.delete(this);
    this.#hub.release(subscription.topic);
  }

  /** Owes the topic a snapshot, which follows with `flush`. False if it is not subscribed to. */
  resync(name: string): boolean {
    const subscription = this.#subscriptions.get(name);
    if (subscription !== undefined) this.#stale.add(subscription);
    return subscription !== undefined;
  }

  /** A new state of one of its topics, sent with the next `flush`. */
  offer(state: TopicState): void {
    if (this.#offered.length < MAX_PENDING_UPDATES) this.#offered.push(state);
    else this.resync(state.topic);
  }

  /** Sends what was offered and what is owed, as far as there is room. */
  flush(): void {
    const offered = this.#offered;
    this.#offered = [];
    this.#socket.cork(() => {
      for (const state of offered) this.#deliver(state);
      this.#payDebts();
    });
  }

  /** Bytes of a frame in this subscriber's encoding. */
  lengthOf(frame: Frame): number {
    return frame.in(this.#encoding).length;
  }

  /** An answer to something it asked; ask only while it `hasRoom`. */
  reply(frame: Frame): void {
    this.#send(frame);
    this.#hub.counters.add('replies_sent_total');
  }

  sendStatus(frame: Frame): void {
    this.#owedStatus = frame;
    if (this.hasRoom) this.flush();
  }

  end(code: number, reason: string): void {
    this.#socket.end(code, reason);
  }

  /** Cuts a subscriber that asks on without reading. */
  cut(): void {
    this.#hub.counters.add('subscribers_cut_total');
    this.#socket.terminate();
  }

  /** The connection is gone. */
  closed(): void {
    this.#hub.subscribers.delete(this);
    for (const name of [...this.#subscriptions.keys()]) this.unsubscribe(name);
  }

  #deliver(state: TopicState): void {
    const subscription = this.#subscriptions.get(state.topic);
    if (subscription === undefined || this.#stale.has(subscription)) return;
    const isNext = state.delta !== null && subscription.sentSeq === state.seq - 1;
    if (isNext && this.hasRoom) {
      this.#send(state.delta!);
      subscription.sentSeq = state.seq;
      this.#hub.counters.add('deltas_sent_total');
      return;
    }
    if (isNext) this.#hub.counters.add('deltas_skipped_total');
    this.#stale.add(subscription);
  }

  #payDebts(): void {
    if (this.#owedStatus !== null && this.hasRoom) {
      this.#send(this.#owedStatus);
      this.#owedStatus = null;
      this.#hub.counters.add('replies_sent_total');
    }
    for (const subscription of this.#stale) {
      const { latest } = subscription.topic;
      if (latest === null) continue;
      if (!this.hasRoom) break;
      this.#send(latest.snapshot);
      subscription.sentSeq = latest.seq;
      this.#stale.delete(subscription);
      this.#hub.counters.add('snapshots_sent_total');
    }
  }

  #send(frame: Frame): void {
    const bytes = frame.in(this.#encoding);
    this.#socket.send(bytes, this.#encoding === 'msgpack');
    this.#hub.counters.add('bytes_sent_total', bytes.length);
  }
}
