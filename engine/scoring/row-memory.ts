/** Where the rows of many scopes stand: a version of a board has them so, and a replica. */
export interface RowMemory {
  /** Blocks (block.ts). */
  readonly cells: Float64Array;
  /** [rows]: offset of the row's block in `cells`; 0 for none. */
  readonly blocks: Int32Array;
  /** [rows x 2]: NEWEST_QUOTE and NEWEST_ASK of each. */
  readonly times: Float64Array;
}

/** Times of a row, epoch microseconds, 0 for never (ScoreSink says what counts). */
export const NEWEST_QUOTE = 0;
export const NEWEST_ASK = 1;
export const ROW_TIMES = 2;

/** Says which rows have changed since when. */
export interface Freshness {
  readonly version: number;
  /** [rows]: the version in which the row's block last changed, at least. */
  readonly rowVersions: Int32Array;
  /** [rows]: the same of its times. */
  readonly timeVersions: Int32Array;
}

/** Whether a row has changed since a version. */
export function hasChanged(
  { rowVersions, timeVersions }: Omit<Freshness, 'version'>,
  row: number,
  since: number,
): boolean {
  return isNewer(rowVersions[row]!, since) || isNewer(timeVersions[row]!, since);
}

/** Versions are 32-bit and only compared by distance. */
export function isNewer(version: number, than: number): boolean {
  return ((version - than) | 0) > 0;
}
