import type { DealerId } from '../../schemas/ids.ts';
import type { DealerEvent } from '../../schemas/reference.ts';
import { refuseAnyOrder } from '../rules/dealer-admission.ts';

/** The dealer database, as a selection reads it. */
export interface DealerRecords {
  /** Of the newest record, in the log that all partitions share; 0: none. With it the records change. */
  readonly sequence: number;
  get(dealerId: string): DealerEvent | undefined;
}

export const NO_DEALER_RECORDS: DealerRecords = { sequence: 0, get: () => undefined };

/** Records beside the dealers of a selection. What is kept of them holds as long as this object. */
export interface AlignedRecords {
  readonly sequence: number;
  readonly dealers: readonly DealerId[];
  /** [dealers] */
  readonly list: readonly (DealerEvent | undefined)[];
  /** Dealers that may not be asked, or not for orders of any size; ascending. */
  readonly limited: readonly number[];
}

/** Of the newest selection from each database. */
const kept = new WeakMap<DealerRecords, AlignedRecords>();

/** Kept until the database changes or other dealers are asked about. */
export function alignedRecords(
  records: DealerRecords,
  dealers: readonly DealerId[],
): AlignedRecords {
  const { sequence } = records;
  const known = kept.get(records);
  if (known !== undefined && known.sequence === sequence && known.dealers === dealers) {
    return known;
  }
  const list = dealers.map((dealerId) => records.get(dealerId));
  const limited = [...list.keys()].filter((dealer) => isLimited(list[dealer]));
  const aligned = { sequence, dealers, list, limited };
  kept.set(records, aligned);
  return aligned;
}

function isLimited(record: DealerEvent | undefined): boolean {
  return refuseAnyOrder(record) !== null || record?.creditLimit !== undefined;
}
