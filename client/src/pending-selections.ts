import { FirstcallError } from '../../schemas/errors.ts';
import type { Selection } from '../../schemas/selection.ts';
import { MAX_PENDING_SELECTIONS } from './limits.ts';

interface Pending {
  resolve(selection: Selection): void;
  reject(error: FirstcallError): void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** Selections asked for and not answered yet, by request id. */
export class PendingSelections {
  readonly #timeoutMs: number;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** `send` gets the request id and says whether it went out. */
  ask(send: (requestId: number) => boolean): Promise<Selection> {
    return new Promise((resolve, reject) => {
      if (this.#pending.size >= MAX_PENDING_SELECTIONS) {
        const message = `${MAX_PENDING_SELECTIONS} selections are under way already`;
        reject(new FirstcallError('tooManyRequests', message));
        return;
      }
      const requestId = ++this.#lastId;
      const late = () => {
        const message = `no answer within ${this.#timeoutMs} ms`;
        this.reject(requestId, new FirstcallError('timeout', message));
      };
      this.#pending.set(requestId, { resolve, reject, timer: setTimeout(late, this.#timeoutMs) });
      if (send(requestId)) return;
      const message = 'there is no connection to the engine; it is being made anew';
      this.reject(requestId, new FirstcallError('notConnected', message));
    });
  }

  resolve(requestId: number, selection: Selection): void {
    this.#take(requestId)?.resolve(selection);
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
