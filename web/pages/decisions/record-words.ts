import type { DecisionRecord, DecisionRecordKind } from '../../../schemas/decision-record.ts';
import { count } from '../../format/number.ts';

/** What a record is, in words. */
export const KIND_WORDS: Readonly<Record<DecisionRecordKind, string>> = {
  selection: 'Selection',
  override: 'Override',
  rules: 'Rules',
  dealer: 'Dealer record',
  instrument: 'Instrument record',
  tiers: 'Tiers',
};

const DEALERS_SHOWN = 8;

/** Dealers in the order of calling; of many the first. */
export function dealersInWords(dealers: readonly string[]): string {
  if (dealers.length === 0) return 'nobody';
  const shown = dealers.slice(0, DEALERS_SHOWN).join(', ');
  const more = dealers.length - DEALERS_SHOWN;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** What a record says, in one line. */
export function contentInWords(record: DecisionRecord): string {
  const { kind, dealers, recommended, about, instrument_id, reason } = record;
  switch (kind) {
    case 'selection':
      return dealersInWords(dealers);
    case 'override':
      return `${dealersInWords(dealers)} instead of ${dealersInWords(recommended)}`;
    case 'rules':
      return record.made_by === '' && reason === '' ? about : `in force: ${about}`;
    case 'dealer':
      return dealersInWords(dealers);
    case 'instrument':
      return instrument_id;
    case 'tiers':
      return `${about}: ${dealersInWords(dealers)}`;
  }
}

/** `buy 1,000,000`; '' where a record has none. */
export function sizeInWords({ side, quantity }: Pick<DecisionRecord, 'side' | 'quantity'>): string {
  return side === '' ? '' : `${side} ${count(quantity)}`;
}
