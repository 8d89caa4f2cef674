/**
 * Sorts dealers, whose indices (and so their ids) ascend, by descending value, in place; equals stay in
 * their order. A merge sort of small numbers: it moves four bytes a dealer, calls nothing, and takes
 * half the time of the built-in sort of typed arrays with a search for each dealer's place.
 */
export function sortBestFirst(dealers: Int32Array, values: Float64Array): void {
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

/** Dealers that are sorted by insertion, before runs of them are merged. */
const RUN = 8;

function insertionSort(
  dealers: Int32Array,
  values: Float64Array,
  from: number,
  until: number,
): void {
  for (let i = from + 1; i < until; i++) {
    const dealer = dealers[i]!;
    const value = values[dealer]!;
    let to = i;
    for (; to > from && values[dealers[to - 1]!]! < value; to--) dealers[to] = dealers[to - 1]!;
    dealers[to] = dealer;
  }
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
    const isLeft =
      left < middle && (right >= until || values[source[left]!]! >= values[source[right]!]!);
    target[to] = isLeft ? source[left++]! : source[right++]!;
  }
}
