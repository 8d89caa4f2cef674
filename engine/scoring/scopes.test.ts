import { expect, test } from 'vitest';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import { parentChain, rankedScope, scopeChain, segmentOf } from './scopes.ts';

const AT = Date.UTC(2025, 0, 15, 18) * 1000;
const bond = (fields: Partial<InstrumentEvent>): InstrumentEvent =>
  ({ kind: 'instrument', id: 'i', tsEvent: 0, instrumentId: 'X', ...fields }) as InstrumentEvent;

test.each([
  ['2025-01-01', '0_2'],
  ['2027-01-14', '0_2'],
  ['2027-01-15', '2_5'],
  ['2030-01-14', '2_5'],
  ['2030-01-15', '5_10'],
  ['2035-01-15', '10_20'],
  ['2045-01-15', '20_UP'],
  [undefined, 'NA'],
])('a bond that matures on %s is %s: calendar years, the lower bound included', (date, bucket) => {
  const instrument = bond({ assetClass: 'CORP', sector: 'FIN', rating: 'A-' });
  const dated = date === undefined ? instrument : { ...instrument, maturityDate: date };
  expect(segmentOf(dated, AT)).toBe(`CORP-FIN-A-${bucket}`);
});

test.each([
  ['AAA', 'AAA_AA'],
  ['AA-', 'AAA_AA'],
  ['BBB-', 'BBB'],
  ['BB+', 'BB'],
  ['CC', 'CCC_D'],
  ['D', 'CCC_D'],
  ['NR', 'NR'],
  [undefined, 'UNK'],
] as const)('rating %s is in bucket %s', (rating, bucket) => {
  const instrument = bond(rating === undefined ? {} : { rating });
  expect(segmentOf(instrument, AT)).toBe(`UNK-UNK-${bucket}-NA`);
});

test('chains run from the instrument to ALL, and an unknown instrument has no segment', () => {
  const known = scopeChain('X', bond({ issuerId: 'I' as never, assetClass: 'FX' }), AT);
  expect(known).toEqual(['instrument:X', 'issuer:I', 'FX-UNK-UNK-NA', 'FX', 'ALL']);
  expect(rankedScope(known)).toBe('FX-UNK-UNK-NA');
  const unknown = scopeChain('X', undefined, AT);
  expect(unknown).toEqual(['instrument:X', 'ALL']);
  expect(rankedScope(unknown)).toBe('ALL');
  expect(parentChain('FX-UNK-UNK-NA')).toEqual(['FX-UNK-UNK-NA', 'FX', 'ALL']);
});
