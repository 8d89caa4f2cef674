/** What must be undone whatever happens: servers, children, folders. */
export class UndoStack {
  readonly #undos: (() => unknown)[] = [];

  add(undo: () => unknown): void {
    this.#undos.push(undo);
  }

  /** Last added first; one that fails does not keep the others from running, and is thrown at the end. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let undo = this.#undos.pop(); undo !== undefined; undo = this.#undos.pop()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
