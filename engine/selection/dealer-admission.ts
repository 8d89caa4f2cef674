import type { DealerEvent } from '../../schemas/reference.ts';

export interface AdmissionQuestion {
  /** Nominal, in `currency`. */
  readonly quantity: number;
  readonly currency: string | undefined;
  /** Units of USD for one unit of a currency; undefined: not said. */
  usdPer(currency: string): number | undefined;
}

/**
 * Why the dealer database does not let an order go to a dealer, as a clause with the dealer as subject;
 * null: it does. A dealer that has no record may be asked.
 */
export function refuseDealer(
  record: DealerEvent | undefined,
  question: AdmissionQuestion,
): string | null {
  if (record === undefined) return null;
  if (!record.enabled) return 'is disabled';
  if (record.restricted !== undefined) return `is restricted: ${record.restricted}`;
  const { creditLimit } = record;
  if (creditLimit === undefined) return null;
  const { quantity, currency } = creditLimit;
  const asked = inCurrency(question, currency);
  if (asked === undefined) {
    const other = question.currency ?? 'an unknown currency';
    return `has a credit limit in ${currency} that cannot be compared with ${other}`;
  }
  if (asked <= quantity) return null;
  return `has a credit limit of ${quantity.toLocaleString('en-US')} ${currency} per order`;
}

function inCurrency(question: AdmissionQuestion, currency: string): number | undefined {
  if (question.currency === currency) return question.quantity;
  if (question.currency === undefined) return undefined;
  const from = question.usdPer(question.currency);
  const to = question.usdPer(currency);
  return from === undefined || to === undefined ? undefined : (question.quantity * from) / to;
}
