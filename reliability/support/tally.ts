import { crc32 } from 'node:zlib';

/** What one table holds of one log. */
export interface Tally {
  readonly rows: number;
  /** Different places in the log. */
  readonly places: number;
  /** Different ids. */
  readonly ids: number;
  /** Sum of the CRC-32 of `place id` over all rows: other rows, or rows elsewhere, give another one. */
  readonly fingerprint: number;
}

export class TallyCounter {
  readonly #places = new Set<string>();
  readonly #ids = new Set<string>();
  #rows = 0;
  #fingerprint = 0;

  add(place: string, id: string): void {
    this.#rows += 1;
    this.#places.add(place);
    this.#ids.add(id);
    this.#fingerprint += crc32(`${place} ${id}`);
  }

  get tally(): Tally {
    return {
      rows: this.#rows,
      places: this.#places.size,
      ids: this.#ids.size,
      fingerprint: this.#fingerprint,
    };
  }
}

export const NO_ROWS: Tally = { rows: 0, places: 0, ids: 0, fingerprint: 0 };

export function isSameTally(a: Tally, b: Tally): boolean {
  return (
    a.rows === b.rows && a.places === b.places && a.ids === b.ids && a.fingerprint === b.fingerprint
  );
}
