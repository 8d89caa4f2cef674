import { expect, it } from 'vitest';
import type { InstrumentPage } from '../../schemas/record-edit.ts';
import { scopesOf } from './find-scopes.ts';

it('names instruments, and each issuer once', () => {
  const instrument = (instrumentId: string, issuerId?: string) => ({
    instrumentId,
    sequence: 1,
    record: { issuerId },
  });
  const instruments = [instrument('A1', 'ACME'), instrument('A2', 'ACME'), instrument('AUDUSD')];
  expect(scopesOf({ instruments, next: 'AUDUSD' } as unknown as InstrumentPage)).toEqual({
    issuers: ['issuer:ACME'],
    instruments: ['instrument:A1', 'instrument:A2', 'instrument:AUDUSD'],
    hasMore: true,
  });
});
