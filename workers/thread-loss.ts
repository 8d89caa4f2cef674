import type { Piscina } from 'piscina';

/**
 * Aborts `lost` when the pool has no thread left, until the function that it returns is called. Piscina
 * puts no other in the place of a thread that ends before it runs, and what it was to do then waits for
 * ever; a task that the thread had is rejected by Piscina first, with the reason.
 */
export function abortWhenLost(pool: Piscina, lost: AbortController): () => void {
  const onEnd = (): void =>
    void setImmediate(() => {
      if (pool.threads.length === 0) lost.abort();
    });
  pool.on('workerDestroy', onEnd);
  return () => void pool.off('workerDestroy', onEnd);
}
