import { expect, it } from 'vitest';
import type { ChainReport } from '../../../schemas/chain-report.ts';
import { copyInWords, faultsInWords, verdictInWords } from './chain-words.ts';

const WHOLE: ChainReport = {
  records: 1_200,
  lastSequence: 1_200,
  head: 'a'.repeat(64),
  faults: [],
  faultCount: 0,
  copy: { compared: 1_150, through: 1_150 },
  notCompared: '',
};

it('a whole chain is said to be whole, with what was checked', () => {
  expect(verdictInWords(WHOLE)).toBe(
    'The chain is whole: 1,200 records checked, up to 1200, 0 faults.',
  );
  expect(copyInWords(WHOLE)).toBe(
    'The copy in ClickHouse: 1,150 records compared, all up to 1150.',
  );
  expect(faultsInWords(WHOLE)).toEqual([]);
});

it('each fault has its place, and those that are not told are counted', () => {
  const faults = [{ sequence: 3, kind: 'missing', words: 'is not in the stream' } as const];
  const broken = { ...WHOLE, faults, faultCount: 1_001, copy: null, notCompared: 'nobody answers' };
  expect(verdictInWords(broken)).toBe('1,001 faults: 1,200 records checked, up to 1200.');
  expect(copyInWords(broken)).toBe('The copy in ClickHouse was not compared: nobody answers.');
  expect(faultsInWords(broken)).toEqual([
    'Record 3 is not in the stream (missing).',
    'And 1,000 more.',
  ]);
});
