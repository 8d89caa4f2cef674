import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { FirstcallError } from '../../schemas/errors.ts';

/** What passes by itself is asked again so soon. */
const RETRY_MS = 5_000;
const PASSING = new Set(['noAnswer', 'busy', 'historyAway', 'notReady']);

export interface Asked<T> {
  /** The newest answer; kept while later questions fail. Null: none yet. */
  readonly answer: ReadonlySignal<T | null>;
  /** Why the newest question has no answer; null: it has one, or is under way for the first time. */
  readonly failure: ReadonlySignal<FirstcallError | null>;
  /** When the answer came, milliseconds of `performance.now()`. */
  readonly atMs: ReadonlySignal<number>;
}

/**
 * Asks at once, again whenever `key` changes, and every so often while the page is looked at; `everyMs` 0:
 * until there is an answer. An answer to another key is forgotten.
 */
export function useAsked<T>(
  key: string,
  question: (signal: AbortSignal) => Promise<T>,
  everyMs = 0,
): Asked<T> {
  const answer = useSignal<T | null>(null);
  const failure = useSignal<FirstcallError | null>(null);
  const atMs = useSignal(0);
  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    answer.value = null;
    failure.value = null;
    const run = async () => {
      try {
        if (!document.hidden || answer.peek() === null) {
          const given = await question(gone.signal);
          if (gone.signal.aborted) return;
          answer.value = given;
          failure.value = null;
          atMs.value = performance.now();
        }
      } catch (error) {
        if (gone.signal.aborted) return;
        failure.value = error as FirstcallError;
      }
      const waitMs = failure.peek() === null ? everyMs : retryMs(failure.peek()!, everyMs);
      if (waitMs > 0) timer = setTimeout(run, waitMs);
    };
    void run();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [key, everyMs]);
  return { answer, failure, atMs };
}

/** 0: never. */
function retryMs({ code }: FirstcallError, everyMs: number): number {
  if (!PASSING.has(code)) return everyMs;
  return everyMs > 0 ? Math.min(everyMs, RETRY_MS) : RETRY_MS;
}
