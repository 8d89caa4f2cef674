const PREFIX = 'firstcall.';

/** What this browser was told to remember; null: nothing, or it remembers nothing at all. */
export function remembered(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key) ?? 'null');
  } catch {
    return null;
  }
}

/** Where a browser forbids it, the page goes without. */
export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Private windows, and storage that is full.
  }
}
