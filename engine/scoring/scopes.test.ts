import { expect, test } from 'vitest';
import { TOPIC_PATTERN } from '../../schemas/protocol.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import {
  chainOf,
  everySuffix,
  isAssetClass,
  isCoarse,
  parentChain,
  rankedScope,
  scopeChain,
  segmentOf,
  splitSuffixes,
} from './scopes.ts';

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

const BOUNDS = [1e6, 5e6];

test.each([
  [0.999e6, '-BUY-SZ0'],
  [1e6, '-BUY-SZ1'],
  [4_999_999, '-BUY-SZ1'],
  [5e6, '-BUY-SZ2'],
  [1e15, '-BUY-SZ2'],
])('a purchase of %d is in %s: at least that many of the bounds', (quantity, finest) => {
  const model = { splitBySide: true, sizeBounds: BOUNDS };
  expect(splitSuffixes(model, 'buy', quantity)).toEqual([finest, '-BUY']);
});

test('segments are split by side, by size, by both or not at all', () => {
  const both = { splitBySide: true, sizeBounds: BOUNDS };
  const [side, size] = [
    { ...both, sizeBounds: [] },
    { ...both, splitBySide: false },
  ];
  expect(splitSuffixes(both, 'sell', 2e6)).toEqual(['-SELL-SZ1', '-SELL']);
  expect(splitSuffixes(side, 'sell', 2e6)).toEqual(['-SELL']);
  expect(splitSuffixes(side, 'sell', null)).toEqual(['-SELL']);
  expect(splitSuffixes(size, 'sell', 2e6)).toEqual(['-SZ1']);
  expect(splitSuffixes(size, null, 2e6)).toEqual(['-SZ1']);
  expect(splitSuffixes({ splitBySide: false, sizeBounds: [] }, 'buy', 2e6)).toEqual([]);
});

test('an order has one of the suffixes that there are', () => {
  const both = { splitBySide: true, sizeBounds: BOUNDS };
  expect(everySuffix({ splitBySide: false, sizeBounds: [] })).toEqual([]);
  expect(everySuffix({ splitBySide: true, sizeBounds: [] })).toEqual(['-BUY', '-SELL']);
  expect(everySuffix({ splitBySide: false, sizeBounds: BOUNDS })).toEqual(['-SZ0', '-SZ1', '-SZ2']);
  expect(everySuffix(both)).toHaveLength(8);
  for (const quantity of [1, ...BOUNDS, 1e9]) {
    expect(everySuffix(both)).toEqual(
      expect.arrayContaining(splitSuffixes(both, 'sell', quantity)),
    );
  }
});

test('what lacks a side or a size that the model splits by skips the split scopes', () => {
  const both = { splitBySide: true, sizeBounds: BOUNDS };
  expect(splitSuffixes(both, null, 2e6)).toEqual([]);
  expect(splitSuffixes(both, 'buy', null)).toEqual([]);
  expect(splitSuffixes({ ...both, splitBySide: false }, 'buy', null)).toEqual([]);
});

test('a split segment shrinks through its side, its segment, its asset class and ALL', () => {
  const segment = 'CORP-FIN-AAA_AA-20_UP';
  expect(parentChain(`${segment}-BUY-SZ2`)).toEqual([
    `${segment}-BUY-SZ2`,
    `${segment}-BUY`,
    segment,
    'CORP',
    'ALL',
  ]);
  expect(parentChain(`${segment}-SZ2`)).toEqual([`${segment}-SZ2`, segment, 'CORP', 'ALL']);
  expect(parentChain(segment)).toEqual([segment, 'CORP', 'ALL']);
  expect(parentChain('CORP')).toEqual(['CORP', 'ALL']);
  expect(parentChain('ALL')).toEqual(['ALL']);
  expect(parentChain('issuer:A-B-C-D-E')).toEqual(['issuer:A-B-C-D-E', 'ALL']);
});

test('the chain of a trade holds the chain of each of its split scopes', () => {
  const instrument = bond({ issuerId: 'I' as never, assetClass: 'CORP', sector: 'FIN' });
  const suffixes = splitSuffixes({ splitBySide: true, sizeBounds: BOUNDS }, 'buy', 1e6);
  const chain = scopeChain('X', instrument, AT, suffixes);
  const segment = 'CORP-FIN-UNK-NA';
  const split = [`${segment}-BUY-SZ1`, `${segment}-BUY`];
  expect(chain).toEqual(['instrument:X', 'issuer:I', ...split, segment, 'CORP', 'ALL']);
  for (const scope of chain.slice(2)) {
    expect(parentChain(scope)).toEqual(chain.slice(chain.indexOf(scope)));
    expect(isCoarse(scope)).toBe(true);
    expect(isAssetClass(scope)).toBe(scope === 'CORP');
    expect(scope).toMatch(new RegExp(TOPIC_PATTERN));
  }
  expect(rankedScope(chain)).toBe(segment);
  expect(chainOf('instrument:X', () => instrument, AT)).toEqual(scopeChain('X', instrument, AT));
  expect(chainOf(split[0]!, () => undefined, AT)).toEqual(chain.slice(2));
});

test('an unknown instrument has no segment that could be split', () => {
  expect(scopeChain('X', undefined, AT, ['-BUY'])).toEqual(['instrument:X', 'ALL']);
});
