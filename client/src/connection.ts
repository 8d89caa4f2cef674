import type { ClientFrame, ServerFrame, StatusFrame } from '../../schemas/protocol.ts';
import { backoffDelayMs } from './backoff.ts';
import { Link } from './link.ts';
import type { Timing } from './options.ts';
import type { OpenSocket } from './socket.ts';

export interface ConnectionListener {
  /** Another engine, or the same one anew: nothing is subscribed there yet. Its status follows. */
  opened(url: string): void;
  received(frame: ServerFrame): void;
  /** The connection is gone or given up, or could not be made; another attempt follows. */
  lost(reason: string): void;
}

/** An engine that was lost sooner is not taken for one that had been found. */
const LIFE_MS_MIN = 1_000;
/** How long an engine that is not ready may become so before the next one is looked at. */
const LOOK_MS = 1_000;

/**
 * Keeps a connection to one of several engines up. When it is lost, the others are tried at once and
 * then, with backoff and jitter, all of them in turn. While its engine is not ready, another one is held
 * beside it, and taken as soon as that is; when it is silent, another one is tried, and taken if that
 * is ready: one that is only slow is not lost for nothing. A connection counts as made once the
 * engine has said its status.
 */
export class Connection {
  readonly #urls: readonly string[];
  readonly #openSocket: OpenSocket;
  readonly #timing: Timing;
  readonly #listener: ConnectionListener;
  /** The engine that is listened to. */
  #active: Link | null = null;
  #isReady = false;
  /** It has been silent for a while. */
  #isSuspect = false;
  #activeSince = 0;
  /** One that may take its place. */
  #candidate: Link | null = null;
  /** What that said last; null: nothing yet. */
  #candidateStatus: StatusFrame | null = null;
  #isClosed = false;
  /** Attempts that have failed since an engine was found. */
  #failures = 0;
  #urlIndex = 0;
  #lastHeardAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    urls: readonly string[],
    openSocket: OpenSocket,
    timing: Timing,
    listener: ConnectionListener,
  ) {
    this.#urls = urls;
    this.#openSocket = openSocket;
    this.#timing = timing;
    this.#listener = listener;
  }

  /** Milliseconds of the local clock at which the last frame came; 0 before the first. */
  get lastHeardAt(): number {
    return this.#active?.lastHeardAt ?? this.#lastHeardAt;
  }

  /**
   * There are several engines, and one of them is listened to or not every one has been tried since the
   * last was lost: whatever is lost now can soon be sent again.
   */
  get canMove(): boolean {
    const isFound = this.#active !== null || this.#failures < this.#urls.length;
    return this.#urls.length > 1 && isFound && !this.#isClosed;
  }

  start(): void {
    this.#tryNext();
  }

  /** False when there is no connection: nothing is kept for a later one. */
  send(frame: ClientFrame): boolean {
    return this.#active?.send(frame) ?? false;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#active?.close();
    this.#candidate?.close();
    this.#active = null;
    this.#candidate = null;
  }

  /** Makes the next engine the candidate. */
  #tryNext(): void {
    this.#candidate?.close();
    this.#candidate = null;
    this.#candidateStatus = null;
    const url = this.#nextUrl();
    if (url === null) return;
    this.#candidate = new Link(url, this.#openSocket, this.#timing, {
      received: (link, frame) => this.#received(link, frame),
      suspected: (link) => this.#suspected(link),
      ended: (link, reason) => this.#ended(link, reason),
    });
    const hasMore = this.#active !== null && this.#urls.length > 2;
    if (hasMore) this.#setTimer(LOOK_MS, () => this.#tryNext());
  }

  /** In turn, but not the one that is listened to; null: there is no other. */
  #nextUrl(): string | null {
    for (let i = 0; i < this.#urls.length; i++) {
      const url = this.#urls[this.#urlIndex++ % this.#urls.length]!;
      if (url !== this.#active?.url) return url;
    }
    return null;
  }

  #received(link: Link, frame: ServerFrame): void {
    if (link === this.#candidate) {
      if (frame.type === 'status') this.#judge(link, frame);
      return;
    }
    const wasSuspect = this.#isSuspect;
    this.#isSuspect = false;
    this.#listener.received(frame);
    if (link !== this.#active) return;
    if (frame.type === 'status') this.#setReady(frame.ready);
    else if (wasSuspect) this.#setReady(this.#isReady);
  }

  #suspected(link: Link): void {
    if (link !== this.#active) return;
    this.#isSuspect = true;
    if (this.#candidate === null) this.#tryNext();
  }

  /** The candidate has said its status. */
  #judge(link: Link, status: StatusFrame): void {
    this.#candidateStatus = status;
    if (this.#active === null) this.#take(link, status);
    else if (status.ready) {
      const former = this.#active;
      this.#lastHeardAt = former.lastHeardAt;
      former.close();
      this.#active = null;
      this.#failures = 0;
      const why = this.#isSuspect ? 'is silent' : 'is not';
      this.#listener.lost(`${former.url} ${why}, and ${link.url} is ready`);
      if (!this.#isClosed) this.#take(link, status);
    }
  }

  #take(link: Link, status: StatusFrame): void {
    clearTimeout(this.#timer);
    this.#active = link;
    this.#isSuspect = false;
    this.#activeSince = Date.now();
    this.#candidate = null;
    this.#candidateStatus = null;
    this.#listener.opened(link.url);
    // The listener may close everything at any time.
    if (link === this.#active) this.#listener.received(status);
    if (link === this.#active) this.#setReady(status.ready);
  }

  #setReady(isReady: boolean): void {
    this.#isReady = isReady;
    if (isReady) {
      clearTimeout(this.#timer);
      this.#candidate?.close();
      this.#candidate = null;
      this.#candidateStatus = null;
    } else if (this.#candidate === null) {
      this.#setTimer(0, () => this.#tryNext());
    }
  }

  #ended(link: Link, reason: string): void {
    if (link === this.#candidate) {
      this.#candidate = null;
      this.#candidateStatus = null;
      this.#failures++;
      if (this.#active === null) this.#listener.lost(reason);
    } else {
      this.#lastHeardAt = link.lastHeardAt;
      this.#active = null;
      this.#failures = Date.now() - this.#activeSince < LIFE_MS_MIN ? this.#failures + 1 : 0;
      this.#listener.lost(reason);
    }
    if (!this.#isClosed) this.#goOn();
  }

  /** Something has ended. */
  #goOn(): void {
    const [candidate, status] = [this.#candidate, this.#candidateStatus];
    if (this.#active === null && candidate !== null && status !== null) {
      this.#take(candidate, status);
    } else if (candidate === null && !(this.#active !== null && this.#isReady)) {
      this.#setTimer(this.#delayMs(), () => this.#tryNext());
    }
  }

  /** The other engines are tried at once, and only then is there time to wait. */
  #delayMs(): number {
    const atOnce = this.#urls.length - 1;
    if (this.#failures < atOnce) return 0;
    return backoffDelayMs(this.#failures - atOnce, this.#timing, Math.random());
  }

  #setTimer(delayMs: number, action: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, delayMs);
  }
}
