/** The rows and names of a board that has one writer with residues, whichever blocks they stand in. */
export interface BoardSnapshot {
  /** Name records as the board has them (BoardWriter). */
  readonly names: Uint8Array;
  /** [rows x 2]: scope index, dealer index. */
  readonly rowKeys: Int32Array;
  /** [rows]: doubles of each row's block in `cells`; 0 for a row without one. */
  readonly lengths: Int32Array;
  /** [rows x 2]: the rows' times. */
  readonly times: Float64Array;
  /** The blocks of all rows, residues included, one after another. */
  readonly cells: Float64Array;
  /** How often there was no room. */
  readonly refused: number;
}
