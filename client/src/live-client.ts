import { FirstcallError } from '../../schemas/errors.ts';
import type {
  DeskFrame,
  ErrorFrame,
  ServerFrame,
  StatusFrame,
  SumsRow,
} from '../../schemas/protocol.ts';
import type { ScoredDealer, SelectionAnswer, SelectRequest } from '../../schemas/selection.ts';
import { Connection } from './connection.ts';
import { Emitter } from './emitter.ts';
import { type ClientOptions, resolveTiming, resolveUrls } from './options.ts';
import type { Order } from './order.ts';
import { PendingRequests } from './pending-requests.ts';
import type { LiveTopic } from './replica.ts';
import type { OpenSocket } from './socket.ts';
import { Topics } from './topics.ts';

/**
 * - `connecting`: not connected yet.
 * - `live`: connected, and the engine is ready.
 * - `stale`: the connection was lost and is being made anew, or the engine is not ready.
 * - `closed`: by `close`.
 */
export type ClientState = 'connecting' | 'live' | 'stale' | 'closed';

/** `engine`: the URL of the one that is listened to; null: none. */
export type StateListener = (state: ClientState, engine: string | null) => void;

/**
 * A connection to an engine, or to one of several, kept up until it is closed: rankings, and selections that
 * the engine makes.
 */
export class LiveClient {
  readonly #connection: Connection;
  readonly #topics: Topics;
  readonly #pending: PendingRequests;
  readonly #states = new Emitter<{ state: ClientState; engine: string | null }>();
  readonly #statuses = new Emitter<StatusFrame>();
  readonly #problems = new Emitter<FirstcallError>();
  #status: StatusFrame | null = null;
  #state: ClientState = 'connecting';
  #engine: string | null = null;
  /** State and engine as listeners know them. */
  #saidState = 'connecting null';
  /** True from the first status on a connection until that connection is lost. */
  #isGreeted = false;

  constructor(options: ClientOptions, openSocket: OpenSocket) {
    const urls = resolveUrls(options.url);
    const timing = resolveTiming(options, urls.length);
    this.#pending = new PendingRequests(timing.selectTimeoutMs);
    const connection = new Connection(urls, openSocket, timing, {
      opened: (url) => this.#opened(url),
      received: (frame) => this.#received(frame),
      lost: (reason) => this.#lost(reason),
    });
    const isConnected = () => this.#isGreeted;
    const isReady = () => this.#status?.ready ?? false;
    this.#connection = connection;
    this.#topics = new Topics({
      get isConnected() {
        return isConnected();
      },
      get isReady() {
        return isReady();
      },
      get lastHeardAt() {
        return connection.lastHeardAt;
      },
      send: (frame) => connection.send(frame),
    });
    connection.start();
  }

  get state(): ClientState {
    return this.#state;
  }

  /** What the engine last said of itself; null before the first word. See `state` for its age. */
  get status(): StatusFrame | null {
    return this.#status;
  }

  /** URL of the engine that is listened to; null: none. */
  get engine(): string | null {
    return this.#engine;
  }

  /** Called when the state changes, or the engine. */
  onState(listener: StateListener): () => void {
    return this.#states.on(({ state, engine }) => listener(state, engine));
  }

  onStatus(listener: (status: StatusFrame) => void): () => void {
    return this.#statuses.on(listener);
  }

  /** Lost connections (`disconnected`), refused topics and other errors of the engine. */
  onProblem(listener: (problem: FirstcallError) => void): () => void {
    return this.#problems.on(listener);
  }

  /** Resolves when the client is live; rejects when it is closed before. */
  whenLive(): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (this.#state !== 'live' && this.#state !== 'closed') return;
        off();
        if (this.#state === 'live') resolve();
        else reject(new FirstcallError('closed', 'the client was closed'));
      };
      const off = this.#states.on(check);
      check();
    });
  }

  /** A live replica of a ranking: topic `<scope>` or `<scope>/<metric>`. Close it when done. */
  rankings(topic: string): LiveTopic<ScoredDealer> {
    return this.#topics.rankings(topic);
  }

  /** A live replica of the decayed sums of a scope. Close it when done. */
  sums(scope: string): LiveTopic<SumsRow> {
    return this.#topics.sums(scope);
  }

  /**
   * Asks the engine whom to call. Rejects with a FirstcallError: the engine's own (`badOrder`,
   * `notReady`, `internal`), or `notConnected`, `disconnected`, `timeout`, `tooManyRequests`.
   * Asking again is harmless. Where there are several engines, one that is lost before it answered is
   * replaced by another, which is asked once more; either may have recorded a decision.
   */
  select(order: Order): Promise<SelectionAnswer> {
    return this.#pending.ask<SelectionAnswer>(
      (requestId) =>
        this.#connection.send({ type: 'select', requestId, order: order as SelectRequest }),
      this.#connection.canMove,
    );
  }

  /** Ends everything: replicas stay as they are, stale, and what was asked rejects with `closed`. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#connection.close();
    this.#isGreeted = false;
    this.#engine = null;
    this.#pending.rejectAll(new FirstcallError('closed', 'the client was closed'));
    this.#setState('closed');
    this.#topics.end();
    for (const emitter of [this.#states, this.#statuses, this.#problems]) emitter.clear();
  }

  /** Rules and dealer records, as the engine holds them. */
  protected askDesk(): Promise<DeskFrame> {
    return this.#pending.ask<DeskFrame>((requestId) =>
      this.#connection.send({ type: 'desk', requestId }),
    );
  }

  /** After each status, when its listeners have been told. */
  protected greeted(): void {}

  #opened(url: string): void {
    this.#engine = url;
    this.#topics.subscribeAll();
    this.#pending.resend();
  }

  #received(frame: ServerFrame): void {
    switch (frame.type) {
      case 'snapshot':
      case 'delta':
        this.#topics.apply(frame);
        break;
      case 'selection':
        this.#pending.resolve(frame.requestId, frame.selection);
        break;
      case 'desk':
        this.#pending.resolve(frame.requestId, frame);
        break;
      case 'status':
        this.#greeted(frame);
        break;
      case 'error':
        this.#failed(frame);
        break;
      default:
        // A pong has done its work by arriving; a newer engine may send what we do not know.
        break;
    }
  }

  #greeted(status: StatusFrame): void {
    this.#isGreeted = true;
    this.#status = status;
    this.#setState(status.ready ? 'live' : 'stale');
    this.#topics.refresh();
    this.#statuses.emit(status);
    this.greeted();
  }

  #failed(error: ErrorFrame): void {
    const problem = new FirstcallError(error.code, error.message);
    if (error.requestId !== undefined) this.#pending.reject(error.requestId, problem);
    else {
      if (error.topic !== undefined) this.#topics.refuse(error.topic, error.message);
      this.#problems.emit(problem);
    }
  }

  #lost(reason: string): void {
    const problem = new FirstcallError('disconnected', reason);
    const wasGreeted = this.#isGreeted;
    this.#isGreeted = false;
    this.#engine = null;
    this.#pending.lost(problem, this.#connection.canMove);
    if (wasGreeted) this.#setState('stale');
    this.#topics.refresh();
    this.#problems.emit(problem);
  }

  #setState(state: ClientState): void {
    const news = `${state} ${this.#engine}`;
    if (news === this.#saidState) return;
    this.#saidState = news;
    this.#state = state;
    this.#states.emit({ state, engine: this.#engine });
  }
}
