/**
 * A count in shared memory that goes up whenever boards have changed, so that a thread can wait for
 * that. Anybody may ring, after having published: whoever hears it then reads the new versions.
 */
export class Bell {
  /** As it is handed from thread to thread. */
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  /** How often it was rung, modulo 2^32. */
  get count(): number {
    return Atomics.load(this.#words, 0);
  }

  ring(): void {
    Atomics.add(this.#words, 0, 1);
    Atomics.notify(this.#words, 0);
  }

  /** Blocks this thread until the count is another than `heard`, or for so long. */
  wait(heard: number, milliseconds: number): void {
    Atomics.wait(this.#words, 0, heard, milliseconds);
  }
}
