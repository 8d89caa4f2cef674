import { expect, it } from 'vitest';
import { decode } from '../../schemas/codec.ts';
import type { TcaMessage } from '../../schemas/tca-message.ts';
import { analysisOf, fillOf } from '../../test/support/analyses.ts';
import { encodeTcaMessage } from './tca-bytes.ts';

const FILLS = Array.from({ length: 500 }, (_, n) => fillOf(n));
const analysis = analysisOf('o', { fills: FILLS });
const MESSAGE: TcaMessage = { partition: 0, sequence: 1, index: 0, modelHash: 'm', analysis };

it('leaves a record that fits as it is', () => {
  expect(decode(encodeTcaMessage(MESSAGE, 1 << 20))).toEqual(MESSAGE);
});

it('leaves the last fills out of one that does not, and says how many', () => {
  const bytes = encodeTcaMessage(MESSAGE, 50_000);
  const cut = decode(bytes) as TcaMessage;
  const kept = cut.analysis.fills.length;
  expect(bytes.length).toBeLessThanOrEqual(50_000);
  expect(bytes.length).toBeGreaterThan(45_000);
  expect(cut.analysis.fills).toEqual(FILLS.slice(0, kept));
  expect(cut.fillsOmitted).toBe(500 - kept);
  expect(cut.analysis.figures).toEqual(analysis.figures);
});
