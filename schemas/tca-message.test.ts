import { expect, test } from 'vitest';
import { analysisOf } from '../test/support/analyses.ts';
import { decode, encode } from './codec.ts';
import { isTcaMessage } from './tca-message.ts';

const MESSAGE = { partition: 3, sequence: 42, index: 0, modelHash: 'm', analysis: analysisOf('o') };

test('a record goes through the codec as it is, and is one', () => {
  expect(decode(encode(MESSAGE))).toEqual(MESSAGE);
  expect(isTcaMessage(MESSAGE)).toBe(true);
  expect(isTcaMessage({ ...MESSAGE, fillsOmitted: 2, ofANewerVersion: 1 })).toBe(true);
});

test.each([
  ['nothing', null],
  ['a negative place', { ...MESSAGE, sequence: -1 }],
  ['a figure that is no number', { ...MESSAGE, analysis: figure(Number.NaN) }],
  ['a figure that is absent', { ...MESSAGE, analysis: figure(undefined) }],
  ['a reason that nobody knows', { ...MESSAGE, analysis: nullFor('because') }],
])('%s is none', (_, value) => {
  expect(isTcaMessage(value)).toBe(false);
});

function figure(delayBps: number | undefined) {
  const analysis = analysisOf('o');
  return { ...analysis, figures: { ...analysis.figures, delayBps } };
}

function nullFor(reason: string) {
  return { ...analysisOf('o'), nulls: { delayBps: reason } };
}
