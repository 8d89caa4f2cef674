import { FirstcallError } from '../../schemas/errors.ts';
import { MAX_PENDING_REQUESTS } from './limits.ts';

interface Pending {
  resolve(answer: unknown): void;
  reject(error: FirstcallError): void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Requests that were sent and not answered yet, by request id. */
export class PendingRequests {
  readonly #timeoutMs: number;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** `send` gets the request id and says whether it went out. What resolves it must be an `Answer`. */
  ask<Answer>(send: (requestId: number) => boolean): Promise<Answer> {
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
      const timer = setTimeout(late, this.#timeoutMs);
      this.#pending.set(requestId, { resolve: resolve as Pending['resolve'], reject, timer });
      if (send(requestId)) return;
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

  #take(requestId: number): Pending | undefined {
    const pending = this.#pending.get(requestId);
    this.#pending.delete(requestId);
    clearTimeout(pending?.timer);
    return pending;
  }
}
