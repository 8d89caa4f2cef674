import { expect, test } from 'vitest';
import { finish } from '../../schemas/steps.ts';
import { readRules } from './rules-file.ts';
import { sayUnknownDealers } from './unknown-dealers.ts';

const ids = ['ALDER', 'BIRCH'];
const known = { ids, isKnown: (id: string) => ids.includes(id) };
const warningsOf = (text: string) => finish(sayUnknownDealers(readRules(text).canonical, known));

test('each dealer that nobody knows is told once, with the first rule that names it', () => {
  const warnings = warningsOf(`rules:
  - { name: a, exclude: { dealers: [ALDER, ADLER] } }
  - { name: b, candidates: { dealers: [ADLER, XX, BIRCH] } }
  - { name: c, call: [{ count: 1, dealers: YY }, { count: all }] }`);
  const unknown = 'which is not in the dealer database and was never observed';
  expect(warnings).toEqual([
    `rule "a" names ADLER, ${unknown}; did you mean ALDER?`,
    `rule "b" names XX, ${unknown}`,
    `rule "c" names YY, ${unknown}`,
  ]);
});

test('rules that name nobody, or only whom one knows, need no warning', () => {
  expect(warningsOf('rules: []')).toEqual([]);
  expect(warningsOf('rules: [{ name: a, exclude: { dealers: BIRCH } }]')).toEqual([]);
});

test('of many the first ones are told, and the rest is counted', () => {
  const many = Array.from({ length: 25 }, (_, i) => `Z${i}`);
  const warnings = warningsOf(`rules: [{ name: a, exclude: { dealers: [${many}] } }]`);
  expect(warnings).toHaveLength(21);
  expect(warnings.at(-1)).toBe('and 5 more such dealers');
});
