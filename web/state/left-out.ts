import type { FilteredDealer } from '../../schemas/selection.ts';

/** Dealers that may not be asked for one and the same reason. */
export interface LeftOut {
  /** Null: the dealer database. */
  readonly rule: string | null;
  readonly why: string;
  readonly dealerIds: readonly string[];
}

/** By rule and reason, most dealers first. */
export function leftOutOf(filtered: readonly FilteredDealer[]): LeftOut[] {
  const groups = new Map<string, { rule: string | null; why: string; dealerIds: string[] }>();
  for (const { dealerId, rule, why } of filtered) {
    const key = JSON.stringify([rule, why]);
    const group = groups.get(key) ?? { rule, why, dealerIds: [] };
    groups.set(key, group);
    group.dealerIds.push(dealerId);
  }
  return [...groups.values()].sort((a, b) => b.dealerIds.length - a.dealerIds.length);
}
