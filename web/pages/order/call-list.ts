import { type OtherDealer, otherDealers } from '../../../schemas/other-dealers.ts';
import type { FilteredDealer, SelectedDealer, Selection } from '../../../schemas/selection.ts';

/** One place of the trader's list, and what the selection says of its dealer. */
export interface Call {
  readonly dealerId: string;
  /** Null: the trader has added it. */
  readonly recommended: SelectedDealer | null;
  /** Considered and not recommended. */
  readonly other: OtherDealer | null;
  /** May not be asked. */
  readonly filtered: FilteredDealer | null;
}

type Shown = Pick<Selection, 'dealers' | 'others' | 'filtered'>;

/** The trader's list, each dealer with what is known of it. */
export function callsOf(selection: Shown, called: readonly string[]): Call[] {
  const others = new Map(
    otherDealers(selection).map((dealer) => [dealer.dealerId as string, dealer]),
  );
  return called.map((id) => ({
    dealerId: id,
    recommended: selection.dealers.find(({ dealerId }) => dealerId === id) ?? null,
    other: others.get(id) ?? null,
    filtered: selection.filtered.find(({ dealerId }) => dealerId === id) ?? null,
  }));
}

/** The list with one dealer at another place, which counts from 0 and is kept within the list. */
export function moved(called: readonly string[], dealerId: string, to: number): readonly string[] {
  const rest = called.filter((id) => id !== dealerId);
  if (rest.length === called.length) return called;
  const place = Math.max(0, Math.min(rest.length, to));
  const list = [...rest.slice(0, place), dealerId, ...rest.slice(place)];
  return isSameList(list, called) ? called : list;
}

/** What an override says: what is done otherwise than recommended. */
export interface Change {
  readonly add: readonly string[];
  readonly drop: readonly string[];
  /** All who are called, first to call first. */
  readonly order: readonly string[];
}

/** Null: the list is the recommended one. */
export function changeOf(recommended: readonly string[], called: readonly string[]): Change | null {
  if (isSameList(recommended, called)) return null;
  return {
    add: called.filter((id) => !recommended.includes(id)),
    drop: recommended.filter((id) => !called.includes(id)),
    order: called,
  };
}

export function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i]);
}

type Considered = Pick<Selection, 'dealers' | 'others' | 'filtered'>;

/** The dealer that was typed; in capitals where only that is a dealer of the answer. */
export function knownId(shown: Considered, typed: string): string {
  const upper = typed.toUpperCase();
  const isNamed = (id: string) =>
    isConsidered(shown, id) || shown.filtered.some(({ dealerId }) => dealerId === id);
  return !isNamed(typed) && isNamed(upper) ? upper : typed;
}

export function isConsidered({ dealers, others }: Considered, id: string): boolean {
  return (
    dealers.some(({ dealerId }) => dealerId === id) || others.dealerIds.some((each) => each === id)
  );
}

/** When a place of the list is asked, seconds after the first. */
export function askAtSeconds(
  { kind, delaySeconds }: Pick<Selection['plan'], 'kind' | 'delaySeconds'>,
  place: number,
): number {
  return kind === 'parallel' ? 0 : place * delaySeconds;
}
