import type { DealerEvent } from '../../schemas/reference.ts';
import type { Facts } from './condition-fields.ts';

/** By slot: in the order of DEALER_FIELDS (condition-fields.ts). What a record lacks is empty. */
export function dealerFacts(record: DealerEvent): Facts {
  return [
    record.dealerId,
    record.name ?? '',
    record.legalEntity ?? '',
    record.lei ?? '',
    record.fixCompId ?? '',
    record.assetClasses ?? [],
    (record.agreements ?? []).map(({ name }) => name),
    (record.desks ?? []).map(({ name }) => name),
  ];
}
