import { decode, encode } from '../../schemas/codec.ts';
import type { ClientFrame, ServerFrame } from '../../schemas/protocol.ts';
import { backoffDelayMs } from './backoff.ts';
import { MAX_FRAME_BYTES, SUBPROTOCOL } from './limits.ts';
import type { Timing } from './options.ts';
import type { OpenSocket, SocketLike } from './socket.ts';

export interface ConnectionListener {
  /** A new connection: nothing is subscribed on it yet. */
  opened(): void;
  received(frame: ServerFrame): void;
  /** The connection is gone, or could not be made; another attempt follows. */
  lost(reason: string): void;
}

const NORMAL_CLOSURE = 1000;
/** Our pings; selections count from 1. */
const PING_REQUEST_ID = 0;

/**
 * Keeps one connection up: connects, notices when it dies or falls silent, waits with backoff and
 * jitter, and tries the next URL. A connection counts as made once the first frame has arrived.
 */
export class Connection {
  readonly #urls: readonly string[];
  readonly #openSocket: OpenSocket;
  readonly #timing: Timing;
  readonly #listener: ConnectionListener;
  #socket: SocketLike | null = null;
  #isOpen = false;
  #isClosed = false;
  #attempts = 0;
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

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Milliseconds of the local clock at which the last frame came; 0 before the first. */
  get lastHeardAt(): number {
    return this.#lastHeardAt;
  }

  start(): void {
    const url = this.#urls[this.#urlIndex++ % this.#urls.length]!;
    const socket = this.#openSocket(url, SUBPROTOCOL);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#received(data);
    socket.onerror = () => {};
    // 1006: the connection broke, or there was none.
    socket.onclose = ({ code, reason }) =>
      this.#lose(
        reason || (code === 1006 ? `${url} cannot be reached` : `closed with code ${code}`),
      );
    this.#setTimer(this.#timing.connectTimeoutMs, () => this.#lose(`${url} does not answer`));
  }

  /** False when there is no connection: nothing is kept for a later one. */
  send(frame: ClientFrame): boolean {
    if (!this.#isOpen || this.#socket === null) return false;
    this.#socket.send(encode(frame));
    return true;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#drop();
  }

  /** Gives up on the present connection and makes another. */
  restart(reason: string): void {
    if (this.#socket !== null) this.#lose(reason);
  }

  #opened(): void {
    this.#isOpen = true;
    this.#lastHeardAt = Date.now();
    this.#listener.opened();
    this.#watchSilence();
  }

  #received(data: unknown): void {
    this.#lastHeardAt = Date.now();
    this.#attempts = 0;
    try {
      const frame = decode(new Uint8Array(data as ArrayBuffer), MAX_FRAME_BYTES);
      this.#listener.received(frame as ServerFrame);
    } catch (error) {
      this.#lose(`the engine sent what is no frame: ${(error as Error).message}`);
    }
  }

  /** A network that vanishes closes nothing, so the silence itself has to be noticed. */
  #watchSilence(): void {
    const { pingIntervalMs, silenceMaxMs } = this.#timing;
    this.#setTimer(pingIntervalMs, () => {
      const silentMs = Date.now() - this.#lastHeardAt;
      if (silentMs > silenceMaxMs) {
        this.#lose(`silent for ${silentMs} ms`);
        return;
      }
      this.send({ type: 'ping', requestId: PING_REQUEST_ID });
      this.#watchSilence();
    });
  }

  #lose(reason: string): void {
    this.#drop();
    if (this.#isClosed) return;
    const delayMs = backoffDelayMs(this.#attempts++, this.#timing, Math.random());
    this.#setTimer(delayMs, () => this.start());
    this.#listener.lost(reason);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#isOpen = false;
    if (socket === null) return;
    // `onerror` stays: closing a socket that is still connecting is an error event.
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close(NORMAL_CLOSURE);
  }

  #setTimer(delayMs: number, action: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, delayMs);
  }
}
