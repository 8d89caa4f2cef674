import type { DealerFilter } from '../rules/decided.ts';
import { MICROS_PER_DAY } from '../scoring/model.ts';
import type { AlignedRecords } from './dealer-records.ts';
import type { DealerView } from './dealer-view.ts';

/** What a filter says of all dealers. */
export interface Verdicts {
  /** [dealers]: why each is not let through; null: it is. */
  readonly reasons: readonly (string | null)[];
  /** Ascending. */
  readonly passed: readonly number[];
  readonly refused: readonly number[];
}

interface Kept extends Verdicts {
  readonly records: AlignedRecords;
  readonly day: number;
  readonly assetClass: string | undefined;
}

/** Of the newest order that each filter was asked about. */
const kept = new WeakMap<DealerFilter, Kept>();

/** The verdicts of a filter that asks about standing facts, made anew when one of these has changed. */
export function standingVerdicts(filter: DealerFilter, view: DealerView): Verdicts {
  const { records } = view;
  const day = Math.floor(view.asOf / MICROS_PER_DAY);
  const assetClass = filter.standing === 'oneAssetClass' ? view.assetClass : undefined;
  const known = kept.get(filter);
  if (known?.records === records && known.day === day && known.assetClass === assetClass) {
    return known;
  }
  const reasons = records.list.map((_, dealer) => filter.refuse(view.at(dealer)));
  const dealers = [...reasons.keys()];
  const passed = dealers.filter((dealer) => reasons[dealer] === null);
  const refused = dealers.filter((dealer) => reasons[dealer] !== null);
  const verdicts = { records, day, assetClass, reasons, passed, refused };
  kept.set(filter, verdicts);
  return verdicts;
}
