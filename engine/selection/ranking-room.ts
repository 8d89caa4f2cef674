/**
 * Room for the ranking of some dealers. A ranking is made where the one before it was, since four arrays of
 * hundreds of numbers cost more to come by than to fill.
 */
export class RankingRoom {
  /** [dealers] each. */
  readonly composites: Float64Array;
  /** Of one metric at a time. */
  readonly estimates: Float64Array;
  readonly masses: Float64Array;
  readonly errors: Float64Array;
  readonly standing: Uint8Array;
  readonly order: Int32Array;

  private constructor(dealers: number) {
    this.composites = new Float64Array(dealers);
    this.estimates = new Float64Array(dealers);
    this.masses = new Float64Array(dealers);
    this.errors = new Float64Array(dealers);
    this.standing = new Uint8Array(dealers);
    this.order = new Int32Array(dealers);
  }

  static #kept = new RankingRoom(0);

  /** For so many dealers; what stands in it is of whoever asked before. */
  static for(dealers: number): RankingRoom {
    if (RankingRoom.#kept.order.length !== dealers) RankingRoom.#kept = new RankingRoom(dealers);
    return RankingRoom.#kept;
  }
}
