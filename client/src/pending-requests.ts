import { FirstcallError } from '../../schemas/errors.ts';
import { MAX_PENDING_REQUESTS } from './limits.ts';

interface Pending {
  resolve(answer: unknown): void;
  reject(error: FirstcallError): void;
  /** Says whether it went out. */
  send(): boolean;
  readonly timer: ReturnType<typeof setTimeout>;
  /** May be asked of another engine. */
  readonly canMove: boolean;
  /** How often it has gone out. */
  sent: number;
  isUnderWay: boolean;
}

/** One that was lost twice is given up: it may be what the engines die of. */
const SENT_MAX = 2;

/** Requests that are not answered yet, by request id. */
export class PendingRequests {
  readonly #timeoutMs: number;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * `send` gets the request id and says whether it went out. What resolves it must be an `Answer`.
   * `canMove`: when the engine is lost, another one is asked once more; and where there is none at the
   * moment, the first to be found.
   */
  ask<Answer>(send: (requestId: number) => boolean, canMove = false): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#pending.size >= MAX_PENDING_REQUESTS) {
        const message = `${MAX_PENDING_REQUESTS} requests are under way already`;
        reject(new FirstcallError('tooManyRequests', message));
        return;
      }
      const requestId = ++this.#lastId;
      const late = () => {
        const message = `no answer within ${this.#timeoutMs} ms`;
        this.reject(requestId, new FirstcallError('timeout', message));
      };
      const pending: Pending = {
        resolve: resolve as Pending['resolve'],
        reject,
        send: () => send(requestId),
        timer: setTimeout(late, this.#timeoutMs),
        canMove,
        sent: 0,
        isUnderWay: false,
      };
      this.#pending.set(requestId, pending);
      this.#send(pending);
      if (pending.isUnderWay || canMove) return;
      const message = 'there is no connection to the engine; it is being made anew';
      this.reject(requestId, new FirstcallError('notConnected', message));
    });
  }

  resolve(requestId: number, answer: unknown): void {
    this.#take(requestId)?.resolve(answer);
  }

  reject(requestId: number, error: FirstcallError): void {
    this.#take(requestId)?.reject(error);
  }

  rejectAll(error: FirstcallError): void {
    for (const requestId of [...this.#pending.keys()]) this.reject(requestId, error);
  }

  /** The engine is gone. `canMove`: another one may be found soon. */
  lost(error: FirstcallError, canMove: boolean): void {
    for (const [requestId, pending] of [...this.#pending]) {
      pending.isUnderWay = false;
      if (!canMove || !pending.canMove || pending.sent >= SENT_MAX) this.reject(requestId, error);
    }
  }

  /** An engine was found. */
  resend(): void {
    for (const pending of this.#pending.values()) if (!pending.isUnderWay) this.#send(pending);
  }

  #send(pending: Pending): void {
    pending.isUnderWay = pending.send();
    if (pending.isUnderWay) pending.sent++;
  }

  #take(requestId: number): Pending | undefined {
    const pending = this.#pending.get(requestId);
    this.#pending.delete(requestId);
    clearTimeout(pending?.timer);
    return pending;
  }
}
