/**
 * Sorts dealers by descending value, in place, equals by index and so by id. Whatever order they come
 * in, they leave in one order; that in which they were ranked last is nearly it, and then the sort is a
 * pass over them. Where it is not, a merge sort of small numbers moves four bytes a dealer and calls
 * nothing. Values are numbers, not NaN.
 */
export function sortBestFirst(dealers: Int32Array, values: Float64Array): void {
  const moves = MOVES_A_DEALER * dealers.length;
  if (!insertionSort(dealers, values, 0, dealers.length, moves)) mergeSort(dealers, values);
}

/** What insertion may cost before merging is cheaper. */
const MOVES_A_DEALER = 6;

/** Dealers that are sorted by insertion, before runs of them are merged. */
const RUN = 8;

/** Gives up after `moves`; false then, and the dealers are in some order. */
function insertionSort(
  dealers: Int32Array,
  values: Float64Array,
  from: number,
  until: number,
  moves = Number.POSITIVE_INFINITY,
): boolean {
  let left = moves;
  for (let i = from + 1; i < until; i++) {
    const dealer = dealers[i]!;
    const value = values[dealer]!;
    let to = i;
    while (to > from && isBefore(dealer, value, dealers[to - 1]!, values)) {
      dealers[to] = dealers[to - 1]!;
      to--;
    }
    dealers[to] = dealer;
    left -= i - to;
    if (left < 0) return false;
  }
  return true;
}

function isBefore(dealer: number, value: number, other: number, values: Float64Array): boolean {
  const otherValue = values[other]!;
  return value > otherValue || (value === otherValue && dealer < other);
}

function mergeSort(dealers: Int32Array, values: Float64Array): void {
  const { length } = dealers;
  for (let from = 0; from < length; from += RUN) {
    insertionSort(dealers, values, from, Math.min(length, from + RUN));
  }
  let source = dealers;
  let target: Int32Array = new Int32Array(length);
  for (let width = RUN; width < length; width *= 2) {
    for (let from = 0; from < length; from += 2 * width) {
      const middle = Math.min(length, from + width);
      merge(source, target, values, from, middle, Math.min(length, middle + width));
    }
    [source, target] = [target, source];
  }
  if (source !== dealers) dealers.set(source);
}

function merge(
  source: Int32Array,
  target: Int32Array,
  values: Float64Array,
  from: number,
  middle: number,
  until: number,
): void {
  let left = from;
  let right = middle;
  for (let to = from; to < until; to++) {
    const isRight =
      left >= middle ||
      (right < until && isBefore(source[right]!, values[source[right]!]!, source[left]!, values));
    target[to] = isRight ? source[right++]! : source[left++]!;
  }
}
