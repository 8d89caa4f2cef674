type Listener<T> = (value: T) => void;

/** Listeners of one kind of event. One that throws does not keep the others from hearing. */
export class Emitter<T> {
  readonly #listeners = new Set<Listener<T>>();

  /** Returns a function that ends it. */
  on(listener: Listener<T>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        // The caller's bug: it surfaces as an uncaught error of its own, not inside our protocol.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
