import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { Socket, SocketListener } from './transport.ts';

/** What may gather while corked; more goes out at once, or it would look like a slow reader. */
const MAX_CORKED_BYTES = 32 * 1024;

/** One WebSocket of the `ws` library over its own stream. */
export class WsSocket implements Socket {
  readonly #ws: WebSocket;
  readonly #stream: Duplex;
  /** Resolves once the listener has heard of it. */
  readonly whenClosed: Promise<void>;
  #isCorked = false;
  #wasHeard = true;

  constructor(ws: WebSocket, stream: Duplex) {
    this.#ws = ws;
    this.#stream = stream;
    this.whenClosed = new Promise((resolve) => ws.once('close', () => setImmediate(resolve)));
  }

  listen(listener: SocketListener): void {
    const ws = this.#ws;
    ws.on('message', (data: RawData) => {
      this.#wasHeard = true;
      listener.message(data as Buffer);
    });
    ws.on('pong', () => {
      this.#wasHeard = true;
    });
    // `ws` has no such event of its own; the stream tells when its queue is empty again.
    this.#stream.on('drain', () => listener.drained());
    ws.on('error', () => ws.terminate());
    ws.once('close', () => listener.closed());
  }

  get bufferedBytes(): number {
    return this.#isOpen ? this.#ws.bufferedAmount : 0;
  }

  send(bytes: Uint8Array, isBinary: boolean): void {
    if (!this.#isOpen) return;
    this.#ws.send(bytes, { binary: isBinary });
    if (this.#isCorked && this.#stream.writableLength > MAX_CORKED_BYTES) {
      this.#stream.uncork();
      this.#stream.cork();
    }
  }

  cork(work: () => void): void {
    this.#stream.cork();
    this.#isCorked = true;
    try {
      work();
    } finally {
      this.#isCorked = false;
      this.#stream.uncork();
    }
  }

  end(code: number, reason: string): void {
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  /** Called at half the idle timeout: cuts a peer that has not answered the last ping. */
  pingOrCut(): void {
    if (!this.#wasHeard) this.terminate();
    this.#wasHeard = false;
    if (this.#isOpen) this.#ws.ping();
  }

  get #isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }
}
