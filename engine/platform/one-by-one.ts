/** Does what it is given one after another, in the order in which it was given. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** What is begun and not done yet, and what comes after it. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Settles as the work does. */
  run<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const result = this.#last.then(work);
    const done = () => {
      this.#waiting--;
    };
    this.#last = result.then(done, done);
    return result;
  }

  /** Resolves when all that was given until now is done. */
  async ended(): Promise<void> {
    await this.#last;
  }
}
