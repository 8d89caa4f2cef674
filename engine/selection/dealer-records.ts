import type { DealerId } from '../../schemas/ids.ts';
import type { DealerEvent } from '../../schemas/reference.ts';

/** The dealer database, as a selection reads it. */
export interface DealerRecords {
  /** Of the newest record, in the log that all partitions share; 0: none. With it the records change. */
  readonly sequence: number;
  get(dealerId: string): DealerEvent | undefined;
}

export const NO_DEALER_RECORDS: DealerRecords = { sequence: 0, get: () => undefined };

interface Aligned {
  readonly sequence: number;
  readonly dealers: readonly DealerId[];
  readonly list: readonly (DealerEvent | undefined)[];
}

/** Of the newest selection from each database. */
const kept = new WeakMap<DealerRecords, Aligned>();

/** [dealers]: their records. Kept until the database changes or other dealers are asked about. */
export function recordsOf(
  records: DealerRecords,
  dealers: readonly DealerId[],
): readonly (DealerEvent | undefined)[] {
  const { sequence } = records;
  const known = kept.get(records);
  if (known !== undefined && known.sequence === sequence && known.dealers === dealers) {
    return known.list;
  }
  const list = dealers.map((dealerId) => records.get(dealerId));
  kept.set(records, { sequence, dealers, list });
  return list;
}
