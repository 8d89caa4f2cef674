import { expect, it } from 'vitest';
import type { DecisionRecord } from '../../../schemas/decision-record.ts';
import { contentInWords, dealersInWords, sizeInWords } from './record-words.ts';

const RECORD: DecisionRecord = {
  sequence: 1,
  ts_log_us: 1,
  kind: 'selection',
  decision_id: '0123456789abcdef',
  order_id: 'O-1',
  instrument_id: 'I-1',
  side: 'buy',
  quantity: 1_500_000,
  dealers: ['A', 'B'],
  recommended: [],
  made_by: '',
  reason: '',
  about: 'rules',
};

it('records are told in words, by their kind', () => {
  expect(contentInWords(RECORD)).toBe('A, B');
  expect(sizeInWords(RECORD)).toBe('buy 1,500,000');
  expect(contentInWords({ ...RECORD, kind: 'override', dealers: ['C'], recommended: ['A'] })).toBe(
    'C instead of A',
  );
  expect(contentInWords({ ...RECORD, kind: 'tiers', about: 'CORP' })).toBe('CORP: A, B');
  expect(contentInWords({ ...RECORD, kind: 'rules', made_by: 'ann', about: 'abc' })).toBe(
    'in force: abc',
  );
  expect(contentInWords({ ...RECORD, kind: 'rules', about: 'rules:1:2: wrong' })).toBe(
    'rules:1:2: wrong',
  );
});

it('a long list is cut, an empty one says so', () => {
  expect(dealersInWords([])).toBe('nobody');
  expect(dealersInWords([...'ABCDEFGHIJ'])).toBe('A, B, C, D, E, F, G, H and 2 more');
});
