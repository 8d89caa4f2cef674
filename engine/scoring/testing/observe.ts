import type { Micros } from '../../../schemas/ids.ts';
import { Addition, addTo, RESIDUES } from '../cell.ts';
import type { DecayTime } from '../decay.ts';

/** Adds (sign 1) or withdraws (sign -1) one observation in one cell; who never withdraws needs no residues. */
export function observe(
  cells: Float64Array,
  at: number,
  t: Micros,
  times: readonly DecayTime[],
  value: number,
  quantity: number,
  sign: 1 | -1,
  residues: Float32Array = new Float32Array(RESIDUES),
  residue = 0,
): void {
  const halfLives = times.map(({ halfLife }) => halfLife);
  const addition = new Addition(t, halfLives);
  addition.set(value, quantity, sign);
  addTo(cells, at, addition, residues, residue);
}
