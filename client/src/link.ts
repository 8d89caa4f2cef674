import { decode } from '../../schemas/codec-decode.ts';
import type { ClientFrame, ServerFrame } from '../../schemas/protocol.ts';
import { MAX_FRAME_BYTES, SUBPROTOCOL } from './limits.ts';
import type { Timing } from './options.ts';
import type { OpenSocket, SocketLike } from './socket.ts';

const toUtf8 = new TextEncoder();

export interface LinkListener {
  received(link: Link, frame: ServerFrame): void;
  /** The engine says nothing, and may be dead. Told again and again until it speaks or the link ends. */
  suspected(link: Link): void;
  /** The link is dead, or could not be made. Told once, and never after `close`. */
  ended(link: Link, reason: string): void;
}

const NORMAL_CLOSURE = 1000;
/** Our pings; selections count from 1. */
const PING_REQUEST_ID = 0;

/** One socket to one engine, until it breaks, falls silent or is closed. */
export class Link {
  readonly url: string;
  readonly #timing: Timing;
  readonly #listener: LinkListener;
  #socket: SocketLike | null;
  #isOpen = false;
  #lastHeardAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(url: string, openSocket: OpenSocket, timing: Timing, listener: LinkListener) {
    this.url = url;
    this.#timing = timing;
    this.#listener = listener;
    const socket = openSocket(url, SUBPROTOCOL);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#isOpen = true;
    };
    socket.onmessage = ({ data }) => this.#received(data);
    socket.onerror = () => {};
    // 1006: the connection broke, or there was none.
    socket.onclose = ({ code, reason }) =>
      this.#end(
        reason || (code === 1006 ? `${url} cannot be reached` : `closed with code ${code}`),
      );
    this.#setTimer(timing.connectTimeoutMs, () => this.#end(`${url} does not answer`));
  }

  /** Milliseconds of the local clock at which the last frame came; 0 before the first. */
  get lastHeardAt(): number {
    return this.#lastHeardAt;
  }

  /** Goes as JSON: it is short and rare, and a page needs no encoder. False when there is no connection. */
  send(frame: ClientFrame): boolean {
    if (!this.#isOpen || this.#socket === null) return false;
    this.#socket.send(toUtf8.encode(JSON.stringify(frame)));
    return true;
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#timer);
    if (socket === null) return;
    // `onerror` stays: closing a socket that is still connecting is an error event.
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close(NORMAL_CLOSURE);
  }

  #received(data: unknown): void {
    const isFirst = this.#lastHeardAt === 0;
    this.#lastHeardAt = Date.now();
    if (isFirst) this.#watchSilence();
    try {
      const frame = decode(new Uint8Array(data as ArrayBuffer), MAX_FRAME_BYTES);
      this.#listener.received(this, frame as ServerFrame);
    } catch (error) {
      this.#end(`the engine sent what is no frame: ${(error as Error).message}`);
    }
  }

  /** A network that vanishes closes nothing, nor does a frozen engine: silence has to be noticed. */
  #watchSilence(): void {
    const { pingIntervalMs, suspectAfterMs, silenceMaxMs } = this.#timing;
    const dueAt = Date.now() + pingIntervalMs;
    this.#setTimer(pingIntervalMs, () => {
      const now = Date.now();
      // What came while this program was busy has not been read yet.
      const silentMs = now - this.#lastHeardAt - Math.max(0, now - dueAt);
      if (silentMs > silenceMaxMs) {
        this.#end(`${this.url} is silent for ${silentMs} ms`);
        return;
      }
      this.send({ type: 'ping', requestId: PING_REQUEST_ID });
      this.#watchSilence();
      if (silentMs > suspectAfterMs) this.#listener.suspected(this);
    });
  }

  #end(reason: string): void {
    if (this.#socket === null) return;
    this.close();
    this.#listener.ended(this, reason);
  }

  #setTimer(delayMs: number, action: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, delayMs);
  }
}
