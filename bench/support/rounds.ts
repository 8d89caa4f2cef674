/** One of those compared: a name, and how to measure it once. */
export interface Contender<T> {
  readonly name: string;
  /** `round` counts from 0. */
  measure(round: number): Promise<T>;
}

/**
 * Measures contenders in turn, round after round, every other round in the opposite order: what the
 * machine does meanwhile meets all of them alike. Returns [contender][round].
 */
export async function interleave<T>(
  rounds: number,
  contenders: readonly Contender<T>[],
  progress: (line: string) => void,
): Promise<T[][]> {
  const results: T[][] = contenders.map(() => []);
  const places = contenders.map((_, place) => place);
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`);
    for (const place of round % 2 === 0 ? places : [...places].reverse()) {
      results[place]!.push(await contenders[place]!.measure(round));
    }
  }
  return results;
}

/** Middle value; the mean of the middle two of an even number. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}
