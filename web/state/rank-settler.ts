import type { ScoredDealer } from '../../schemas/selection.ts';

/** A dealer's place in the ranking as it is shown. */
export interface Place {
  readonly dealerId: string;
  /** As ranked when the order was last settled; null: too little evidence to rank. */
  readonly rank: number | null;
  /** Places gained (positive) or lost lately; 0 once that is no news. */
  readonly moved: number;
}

type Ranked = Pick<ScoredDealer, 'dealerId' | 'rank'>;

interface Move {
  readonly places: number;
  readonly atMs: number;
}

/** A table re-sorted ten times a second cannot be read: at most this often does the order change. */
export const SETTLE_MS = 700;
/** How long a change of rank stays marked. */
export const MOVE_SHOWN_MS = 6_000;

/** Holds the order of a ranking still between settlings. Time is the caller's, any monotonic ms. */
export class RankSettler {
  #places: readonly Place[] = [];
  #moves = new Map<string, Move>();
  #settledAtMs = Number.NEGATIVE_INFINITY;

  /**
   * Takes the rows in rank order and returns the places to show: the same array as before while
   * nothing is to change.
   */
  offer(rows: readonly Ranked[], nowMs: number): readonly Place[] {
    if (this.#isSettled(rows)) return this.#forgetMoves(nowMs);
    if (nowMs - this.#settledAtMs < SETTLE_MS) return this.#places;
    const before = new Map(this.#places.map(({ dealerId, rank }) => [dealerId, rank]));
    for (const { dealerId, rank } of rows)
      this.#noteMove(dealerId, before.get(dealerId), rank, nowMs);
    this.#settledAtMs = nowMs;
    this.#places = rows.map(({ dealerId, rank }) => ({
      dealerId,
      rank,
      moved: this.#moves.get(dealerId)?.places ?? 0,
    }));
    return this.#places;
  }

  #isSettled(rows: readonly Ranked[]): boolean {
    const places = this.#places;
    return (
      rows.length === places.length &&
      rows.every(
        ({ dealerId, rank }, i) => places[i]!.dealerId === dealerId && places[i]!.rank === rank,
      )
    );
  }

  /** A dealer that was not there, or not ranked, has not moved. */
  #noteMove(
    dealerId: string,
    before: number | null | undefined,
    rank: number | null,
    nowMs: number,
  ): void {
    if (typeof before !== 'number' || rank === null) this.#moves.delete(dealerId);
    else if (before !== rank) this.#moves.set(dealerId, { places: before - rank, atMs: nowMs });
  }

  #forgetMoves(nowMs: number): readonly Place[] {
    const before = this.#moves.size;
    for (const [dealerId, { atMs }] of this.#moves) {
      if (nowMs - atMs >= MOVE_SHOWN_MS) this.#moves.delete(dealerId);
    }
    if (this.#moves.size === before) return this.#places;
    this.#places = this.#places.map((place) =>
      place.moved === 0 || this.#moves.has(place.dealerId) ? place : { ...place, moved: 0 },
    );
    return this.#places;
  }
}
