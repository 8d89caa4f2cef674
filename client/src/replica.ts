import { FirstcallError } from '../../schemas/errors.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { DeltaFrame, SnapshotFrame, TopicRow } from '../../schemas/protocol.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import type { LogPosition } from '../../schemas/selection.ts';
import { Emitter } from './emitter.ts';

/**
 * - `connecting`: no rows yet.
 * - `live`: the newest rows that the engine has sent, over a connection that is alive.
 * - `stale`: rows from before the connection was lost, a gap was seen, or the engine fell behind.
 */
export type ReplicaState = 'connecting' | 'live' | 'stale';

export interface ReplicaChange<Row> {
  /** `state`: the rows are the same, but their state or refusal has changed. */
  readonly kind: 'snapshot' | 'delta' | 'state';
  /** Every row of a snapshot, the changed ones of a delta. */
  readonly rows: readonly Row[];
  /** Dealers that left with a delta. */
  readonly removed: readonly string[];
}

/** What the client, which owns the connection, does for a replica. */
export interface ReplicaOwner {
  /** The connection is alive and the engine has said so. */
  readonly isConnected: boolean;
  /** The engine has read the log to its end in every partition. */
  readonly isReady: boolean;
  readonly lastHeardAt: number;
  resync(topic: string): void;
  released(topic: string): void;
}

/** One topic as the engine last sent it. Close it when it is no longer wanted. */
export class TopicReplica<Row extends TopicRow = TopicRow> {
  readonly topic: string;
  readonly #owner: ReplicaOwner;
  readonly #compare: (a: Row, b: Row) => number;
  readonly #byDealer = new Map<string, Row>();
  readonly #changes = new Emitter<ReplicaChange<Row>>();
  readonly #sleepers = new Set<() => void>();
  #sorted: readonly Row[] | null = [];
  #head: SnapshotFrame | DeltaFrame | null = null;
  #modelHash: string | null = null;
  #instrument: InstrumentEvent | undefined;
  /** No delta applies until a snapshot has come. */
  #needsSnapshot = true;
  #refusal: string | null = null;
  #receivedAt = 0;
  #version = 0;
  #lastState: ReplicaState = 'connecting';
  #isClosed = false;

  constructor(topic: string, owner: ReplicaOwner, compare: (a: Row, b: Row) => number) {
    this.topic = topic;
    this.#owner = owner;
    this.#compare = compare;
  }

  get state(): ReplicaState {
    if (this.#head === null) return 'connecting';
    return this.isInSync && this.#owner.isReady ? 'live' : 'stale';
  }

  /** The rows are the engine's newest, though the engine itself may be behind (`status`). */
  get isInSync(): boolean {
    const isWhole = this.#head !== null && !this.#needsSnapshot && !this.#isClosed;
    return isWhole && this.#owner.isConnected;
  }

  /** Why the engine refuses the topic; null unless it does. */
  get refusal(): string | null {
    return this.#refusal;
  }

  /** In rank order. A new array after every change, never changed itself. */
  get rows(): readonly Row[] {
    this.#sorted ??= [...this.#byDealer.values()].sort(this.#compare);
    return this.#sorted;
  }

  row(dealerId: string): Row | undefined {
    return this.#byDealer.get(dealerId);
  }

  /** Number of the state that the rows are; null before the first. */
  get seq(): number | null {
    return this.#head?.seq ?? null;
  }

  /** Event time up to which the engine had read; null before the first state. */
  get asOf(): Micros | null {
    return this.#head?.asOf ?? null;
  }

  get position(): LogPosition | null {
    return this.#head?.position ?? null;
  }

  get modelHash(): string | null {
    return this.#modelHash;
  }

  /** Of an `instrument:` scope, when the security master knows it. */
  get instrument(): InstrumentEvent | undefined {
    return this.#instrument;
  }

  /** Milliseconds since these rows were last known to be the newest; Infinity before the first. */
  get ageMs(): number {
    if (this.#head === null) return Number.POSITIVE_INFINITY;
    const knownAt = this.isInSync ? this.#owner.lastHeardAt : this.#receivedAt;
    return Math.max(0, Date.now() - Math.max(knownAt, this.#receivedAt));
  }

  /** Grows with every change; cheap to compare. */
  get version(): number {
    return this.#version;
  }

  /** Calls back after every change; returns a function that ends it. */
  onChange(listener: (change: ReplicaChange<Row>) => void): () => void {
    return this.#changes.on(listener);
  }

  /**
   * Resolves once the rows are live; rejects with `unknownTopic` when the engine refuses the topic,
   * and with `closed` when the replica is closed before.
   */
  whenLive(): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const failure = this.#failure();
        if (this.state !== 'live' && failure === null) return;
        stop();
        if (failure === null) resolve();
        else reject(failure);
      };
      const stop = this.#changes.on(check);
      check();
    });
  }

  /**
   * Yields the replica now and after changes, until it is closed. A slow reader skips changes: it
   * always sees the newest rows, and nothing queues up.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<this, void> {
    let seen = -1;
    while (!this.#isClosed) {
      if (seen === this.#version) {
        await new Promise<void>((resolve) => this.#sleepers.add(resolve));
      } else {
        seen = this.#version;
        yield this;
      }
    }
  }

  /** Gives the topic back. The last rows stay, stale. */
  close(): void {
    this.#owner.released(this.topic);
  }

  /** For the client: a frame of this topic has come. */
  apply(frame: SnapshotFrame | DeltaFrame): void {
    if (this.#isClosed) return;
    if (frame.type === 'snapshot') this.#replace(frame);
    else if (!this.#needsSnapshot) this.#advance(frame);
  }

  /** For the client: the connection or the engine's readiness has changed. */
  stateChanged(hasNewConnection: boolean): void {
    if (hasNewConnection) {
      this.#needsSnapshot = true;
      this.#refusal = null;
    }
    if (this.state !== this.#lastState) this.#changed({ kind: 'state', rows: [], removed: [] });
  }

  /** For the client: the engine does not serve this topic. */
  refuse(message: string): void {
    this.#refusal = message;
    this.#changed({ kind: 'state', rows: [], removed: [] });
  }

  /** For the client: nothing will follow. */
  end(): void {
    this.#isClosed = true;
    this.#changed({ kind: 'state', rows: [], removed: [] });
    this.#changes.clear();
  }

  #failure(): FirstcallError | null {
    if (this.#isClosed) return new FirstcallError('closed', `${this.topic} was closed`);
    return this.#refusal === null ? null : new FirstcallError('unknownTopic', this.#refusal);
  }

  #replace(frame: SnapshotFrame): void {
    this.#needsSnapshot = false;
    this.#refusal = null;
    this.#modelHash = frame.modelHash;
    this.#instrument = frame.instrument;
    this.#byDealer.clear();
    const rows = frame.rows as readonly Row[];
    for (const row of rows) this.#byDealer.set(row.dealerId, row);
    this.#took(frame, { kind: 'snapshot', rows, removed: [] });
  }

  #advance(frame: DeltaFrame): void {
    if (frame.seq !== (this.seq ?? 0) + 1) {
      this.#needsSnapshot = true;
      this.#owner.resync(this.topic);
      this.stateChanged(false);
      return;
    }
    const rows = frame.rows as readonly Row[];
    for (const row of rows) this.#byDealer.set(row.dealerId, row);
    for (const dealerId of frame.removed) this.#byDealer.delete(dealerId);
    this.#took(frame, { kind: 'delta', rows, removed: frame.removed });
  }

  #took(frame: SnapshotFrame | DeltaFrame, change: ReplicaChange<Row>): void {
    this.#head = frame;
    this.#receivedAt = Date.now();
    this.#sorted = null;
    this.#changed(change);
  }

  #changed(change: ReplicaChange<Row>): void {
    this.#version++;
    this.#lastState = this.state;
    this.#changes.emit(change);
    for (const wake of this.#sleepers) wake();
    this.#sleepers.clear();
  }
}

/** A topic replica as its reader sees it. */
export type LiveTopic<Row extends TopicRow> = Omit<
  TopicReplica<Row>,
  'apply' | 'stateChanged' | 'refuse' | 'end'
>;
