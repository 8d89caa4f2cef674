import type {
  ClientFrame,
  DeltaFrame,
  SnapshotFrame,
  SumsRow,
  TopicRow,
} from '../../schemas/protocol.ts';
import type { ScoredDealer } from '../../schemas/selection.ts';
import { type ReplicaOwner, TopicReplica } from './replica.ts';
import { compareIds, compareRanked } from './row-order.ts';
import { topicFrames } from './topic-frames.ts';

interface Held {
  readonly replica: TopicReplica;
  holders: number;
}

/** What the topics need of the connection. */
export interface TopicsLink {
  readonly isConnected: boolean;
  readonly isReady: boolean;
  readonly lastHeardAt: number;
  send(frame: ClientFrame): boolean;
}

/** The replicas by topic: one for each, however often it is asked for, until all gave it back. */
export class Topics implements ReplicaOwner {
  readonly #link: TopicsLink;
  readonly #held = new Map<string, Held>();

  constructor(link: TopicsLink) {
    this.#link = link;
  }

  get isConnected(): boolean {
    return this.#link.isConnected;
  }

  get isReady(): boolean {
    return this.#link.isReady;
  }

  get lastHeardAt(): number {
    return this.#link.lastHeardAt;
  }

  rankings(topic: string): TopicReplica<ScoredDealer> {
    return this.#hold(topic, compareRanked);
  }

  sums(scope: string): TopicReplica<SumsRow> {
    return this.#hold<SumsRow>(`sums:${scope}`, compareIds);
  }

  resync(topic: string): void {
    this.#link.send({ type: 'resync', topics: [topic] });
  }

  released(topic: string): void {
    const held = this.#held.get(topic);
    if (held === undefined || --held.holders > 0) return;
    this.#held.delete(topic);
    held.replica.end();
    this.#link.send({ type: 'unsubscribe', topics: [topic] });
  }

  apply(frame: SnapshotFrame | DeltaFrame): void {
    this.#held.get(frame.topic)?.replica.apply(frame);
  }

  /** True if the topic is one of ours. */
  refuse(topic: string, message: string): boolean {
    const held = this.#held.get(topic);
    held?.replica.refuse(message);
    return held !== undefined;
  }

  /** Subscribes to everything on a new connection; each replica awaits its snapshot. */
  subscribeAll(): void {
    for (const frame of topicFrames('subscribe', this.#held.keys())) this.#link.send(frame);
    this.#stateChanged(true);
  }

  /** Readiness or the connection has changed. */
  refresh(): void {
    this.#stateChanged(false);
  }

  end(): void {
    for (const { replica } of this.#held.values()) replica.end();
    this.#held.clear();
  }

  #stateChanged(hasNewConnection: boolean): void {
    for (const { replica } of [...this.#held.values()]) replica.stateChanged(hasNewConnection);
  }

  #hold<Row extends TopicRow>(
    topic: string,
    compare: (a: Row, b: Row) => number,
  ): TopicReplica<Row> {
    const held = this.#held.get(topic);
    if (held !== undefined) {
      held.holders++;
      return held.replica as unknown as TopicReplica<Row>;
    }
    const replica = new TopicReplica<Row>(topic, this, compare);
    this.#held.set(topic, { replica: replica as unknown as TopicReplica, holders: 1 });
    this.#link.send({ type: 'subscribe', topics: [topic] });
    return replica;
  }
}
