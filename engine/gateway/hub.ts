import { Counters } from './counters.ts';
import { type TopicState, topicState } from './frame.ts';
import {
  FLUSH_SLICE_SUBSCRIBERS,
  MAX_PENDING_UPDATES,
  MAX_WATCHED_TOPICS,
  TOPIC_LINGER_MS,
} from './limits.ts';
import type { EngineServices, TopicUpdate } from './services.ts';
import type { Subscriber } from './subscriber.ts';

/** A topic that somebody wants, or wanted a moment ago. */
export interface Topic {
  readonly name: string;
  /** Newest state; null until the engine has made the first. */
  latest: TopicState | null;
  readonly subscribers: Set<Subscriber>;
  /** Requests that wait for the first state. */
  readonly waiting: Set<(state: TopicState) => void>;
  /** Subscribers and requests that want it. */
  holds: number;
  linger: NodeJS.Timeout | null;
}

/**
 * Which topics are wanted, their newest states, and who gets them. Updates of one turn are gathered
 * and go out at its end, so that a subscriber of many topics costs one write, not one per topic.
 */
export class Hub {
  readonly counters = new Counters();
  readonly subscribers = new Set<Subscriber>();
  readonly #services: EngineServices;
  readonly #topics = new Map<string, Topic>();
  #pending: TopicState[] = [];
  /** Subscribers with something to send, in the order they are served. */
  readonly #due = new Set<Subscriber>();
  #isSlicing = false;
  /** Who waits until nothing is left to be handed on. */
  #waitingForRest: (() => void)[] = [];
  #isWatchDue = false;

  constructor(services: EngineServices) {
    this.#services = services;
  }

  get topicCount(): number {
    return this.#topics.size;
  }

  /** Wants a topic; every hold needs a release. Null when there are too many topics already. */
  hold(name: string): Topic | null {
    const topic = this.#topics.get(name) ?? this.#add(name);
    if (topic === null) return null;
    topic.holds++;
    if (topic.linger !== null) clearTimeout(topic.linger);
    topic.linger = null;
    return topic;
  }

  /** The topic goes after TOPIC_LINGER_MS, so that a reconnecting client finds it warm. */
  release(topic: Topic): void {
    topic.holds--;
    if (topic.holds > 0) return;
    topic.linger = setTimeout(() => this.#remove(topic), TOPIC_LINGER_MS);
    topic.linger.unref();
  }

  publish(update: TopicUpdate): void {
    const topic = this.#topics.get(update.topic);
    // The engine may not have heard yet that nobody wants it any more.
    if (topic === undefined) return;
    const state = topicState(update);
    topic.latest = state;
    for (const tell of topic.waiting) tell(state);
    topic.waiting.clear();
    if (topic.subscribers.size === 0) return;
    if (this.#pending.length === 0) queueMicrotask(() => this.#flush());
    this.#pending.push(state);
    if (this.#pending.length >= MAX_PENDING_UPDATES) this.#flush();
  }

  /** Resolves when every subscriber's socket has been given what it is to have of what was published. */
  whenSent(): Promise<void> {
    if (this.#pending.length === 0 && !this.#isSlicing) return Promise.resolve();
    return new Promise((resolve) => this.#waitingForRest.push(resolve));
  }

  close(): void {
    for (const topic of this.#topics.values()) {
      if (topic.linger !== null) clearTimeout(topic.linger);
    }
    this.#topics.clear();
    this.#pending = [];
    this.#due.clear();
    this.#tellRest();
  }

  #flush(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const state of pending) {
      for (const subscriber of this.#topics.get(state.topic)?.subscribers ?? []) {
        subscriber.offer(state);
        this.#due.add(subscriber);
      }
    }
    if (!this.#isSlicing) this.#flushSlice();
  }

  /** Hundreds of subscribers take milliseconds to write to, and an order must not wait for them. */
  #flushSlice(): void {
    let written = 0;
    for (const subscriber of this.#due) {
      this.#due.delete(subscriber);
      subscriber.flush();
      if (++written === FLUSH_SLICE_SUBSCRIBERS) break;
    }
    this.#isSlicing = this.#due.size > 0;
    if (this.#isSlicing) setImmediate(() => this.#flushSlice());
    else this.#tellRest();
  }

  #tellRest(): void {
    const waiting = this.#waitingForRest;
    this.#waitingForRest = [];
    for (const tell of waiting) tell();
  }

  #add(name: string): Topic | null {
    if (this.#topics.size >= MAX_WATCHED_TOPICS) return null;
    const topic: Topic = {
      name,
      latest: null,
      subscribers: new Set(),
      waiting: new Set(),
      holds: 0,
      linger: null,
    };
    this.#topics.set(name, topic);
    this.#watchSoon();
    return topic;
  }

  #remove(topic: Topic): void {
    this.#topics.delete(topic.name);
    this.#watchSoon();
  }

  /** A frame of 256 topics tells the engine once. */
  #watchSoon(): void {
    if (this.#isWatchDue) return;
    this.#isWatchDue = true;
    queueMicrotask(() => {
      this.#isWatchDue = false;
      this.#services.watch([...this.#topics.keys()]);
    });
  }
}
