import type { DealerEvent } from '../../schemas/reference.ts';

/** What of an order the dealer database judges. */
export interface AdmissionQuestion {
  /** Nominal. */
  readonly quantity: number;
  /** The instrument's; undefined: not known. */
  readonly currency: string | undefined;
  /** Units of USD for one unit of a currency; undefined: not said. */
  usdPer(currency: string): number | undefined;
}

/**
 * Why the dealer database does not let a dealer be asked, as a clause with the dealer as subject; null
 * when it does. A dealer without a record may be asked. Pure.
 */
export function refuseDealer(
  record: DealerEvent | undefined,
  question: AdmissionQuestion,
): string | null {
  const barred = refuseAnyOrder(record);
  if (barred !== null || record?.creditLimit === undefined) return barred;
  return refuseSize(record.creditLimit, question);
}

/** The same of whatever order. */
export function refuseAnyOrder(record: DealerEvent | undefined): string | null {
  if (record === undefined) return null;
  if (!record.enabled) return 'is disabled';
  return record.restricted === undefined ? null : `is restricted: ${record.restricted}`;
}

function refuseSize(
  limit: NonNullable<DealerEvent['creditLimit']>,
  { quantity, currency, usdPer }: AdmissionQuestion,
): string | null {
  const isSame = currency === limit.currency;
  const orderRate = isSame ? 1 : currency === undefined ? undefined : usdPer(currency);
  const limitRate = isSame ? 1 : usdPer(limit.currency);
  if (orderRate === undefined || limitRate === undefined) {
    const other = currency ?? 'an order of no known currency';
    return `has a credit limit in ${limit.currency} that cannot be compared with ${other}`;
  }
  if (quantity * orderRate <= limit.quantity * limitRate) return null;
  return `has a credit limit of ${grouped(limit.quantity)} ${limit.currency} per order`;
}

/** `5,000,000`, `0.5`. */
function grouped(value: number): string {
  const [whole = '', fraction] = String(value).split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? text : `${text}.${fraction}`;
}
