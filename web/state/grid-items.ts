import type { Place } from './rank-settler.ts';
import type { RowWindow } from './row-window.ts';

/** Ids of the rows that are no dealer's: no dealer's id is empty or has a blank in it. */
export const HEAD = '';
export const DIVIDER = ' ';

/** One row below the head: a dealer, or the line between the ranked and the others (null). */
export type GridItem = Place | null;

/** The dealers in their settled order, those with too little evidence below a divider. */
export function gridItems(places: readonly Place[]): readonly GridItem[] {
  const ranked = places.filter(({ rank }) => rank !== null);
  const others = places.filter(({ rank }) => rank === null);
  return others.length === 0 ? ranked : [...ranked, null, ...others];
}

export function idOf(item: GridItem): string {
  return item?.dealerId ?? DIVIDER;
}

/** Row of the grid by id, the head's 0; one that is gone: the first below the head. */
export function rowOf(items: readonly GridItem[], id: string): number {
  if (id === HEAD) return 0;
  const at = items.findIndex((item) => idOf(item) === id);
  return at < 0 ? 1 : at + 1;
}

export interface ShownItem {
  readonly item: GridItem;
  /** From 0, below the head. */
  readonly index: number;
}

/** Those of the window, and the one in which the grid's tab stop is, which must not lose the focus. */
export function rowsToShow(
  items: readonly GridItem[],
  { from, to }: RowWindow,
  stopRow: number,
): readonly ShownItem[] {
  const stopIndex = stopRow - 1;
  const indexes = Array.from({ length: to - from }, (_, i) => from + i);
  if (stopIndex >= 0 && stopIndex < from) indexes.unshift(stopIndex);
  else if (stopIndex >= to && stopIndex < items.length) indexes.push(stopIndex);
  return indexes.map((index) => ({ item: items[index]!, index }));
}
