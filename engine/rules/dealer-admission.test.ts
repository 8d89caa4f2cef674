import { expect, test } from 'vitest';
import type { DealerId } from '../../schemas/ids.ts';
import type { DealerEvent } from '../../schemas/reference.ts';
import { refuseDealer } from './dealer-admission.ts';

const USD_PER: Readonly<Record<string, number>> = { USD: 1, EUR: 1.25, JPY: 0.0078125 };
const order = (quantity: number, currency?: string) => ({
  quantity,
  currency,
  usdPer: (name: string) => USD_PER[name],
});
const dealer = (fields: Partial<DealerEvent>): DealerEvent => ({
  kind: 'dealer',
  id: 'd',
  tsEvent: 0,
  dealerId: 'GS' as DealerId,
  enabled: true,
  ...fields,
});
const limit = (quantity: number, currency: string) =>
  dealer({ creditLimit: { quantity, currency } });

test('a dealer without a record, or with a plain one, may be asked', () => {
  expect(refuseDealer(undefined, order(1e15))).toBeNull();
  expect(refuseDealer(dealer({}), order(1e15))).toBeNull();
});

test.each([
  [dealer({ enabled: false, restricted: 'dispute' }), order(1), 'is disabled'],
  [dealer({ restricted: 'dispute over O-17' }), order(1), 'is restricted: dispute over O-17'],
  [limit(5e6, 'USD'), order(5e6 + 1, 'USD'), 'has a credit limit of 5,000,000 USD per order'],
  [limit(1234.5, 'CHF'), order(1235, 'CHF'), 'has a credit limit of 1,234.5 CHF per order'],
  [limit(0, 'USD'), order(1, 'USD'), 'has a credit limit of 0 USD per order'],
  [limit(1e6, 'USD'), order(800_001, 'EUR'), 'has a credit limit of 1,000,000 USD per order'],
  [limit(1e6, 'EUR'), order(160_000_001, 'JPY'), 'has a credit limit of 1,000,000 EUR per order'],
  [limit(1, 'EUR'), order(1, 'CHF'), 'has a credit limit in EUR that cannot be compared with CHF'],
  [limit(1, 'CHF'), order(1, 'USD'), 'has a credit limit in CHF that cannot be compared with USD'],
  [
    limit(1, 'EUR'),
    order(1),
    'has a credit limit in EUR that cannot be compared with an order of no known currency',
  ],
])('%j is refused %j: %s', (record, question, why) => {
  expect(refuseDealer(record, question)).toBe(why);
});

test.each([
  [limit(5e6, 'USD'), order(5e6, 'USD')],
  [limit(5e6, 'CHF'), order(5e6, 'CHF')],
  [limit(1e6, 'USD'), order(800_000, 'EUR')],
  [limit(1e6, 'EUR'), order(160_000_000, 'JPY')],
])('%j takes %j', (record, question) => {
  expect(refuseDealer(record, question)).toBeNull();
});
