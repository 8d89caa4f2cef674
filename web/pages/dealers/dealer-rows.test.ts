import { expect, test } from 'vitest';
import type { DealerId } from '../../../schemas/ids.ts';
import type { MatrixRow } from '../../../schemas/matrix.ts';
import type { DealerSummary } from '../../../schemas/record-edit.ts';
import { assetClassesOf, dealerRows, shownRows } from './dealer-rows.ts';

function dealerOf(id: string, tiers: DealerSummary['tiers'], fields: object = {}): DealerSummary {
  const dealerId = id as DealerId;
  const record = { kind: 'dealer', id, tsEvent: 1, dealerId, enabled: true, ...fields } as const;
  return { dealerId, isKnown: true, sequence: 1, record, tiers };
}

function scoreOf(assetClass: string, id: string, rank: number | null): MatrixRow {
  const dealerId = id as DealerId;
  return { assetClass, dealerId, rank, displayScore: 7 } as unknown as MatrixRow;
}

const ROWS = dealerRows(
  [
    dealerOf('ASH', { CORP: 2, FX: null }, { name: 'Ash Bank' }),
    dealerOf('BAY', { CORP: 1 }, { restricted: 'onboarding' }),
    dealerOf('ELM', { CORP: null }, { enabled: false }),
  ],
  [scoreOf('CORP', 'ASH', 2), scoreOf('CORP', 'BAY', 1), scoreOf('CORP', 'ELM', null)],
);
const idsOf = (rows: readonly { readonly dealerId: string }[]) =>
  rows.map(({ dealerId }) => dealerId);

test('a dealer has a cell where it was observed, without a score until there is one', () => {
  expect(assetClassesOf(ROWS)).toEqual(['CORP', 'FX']);
  expect(ROWS[0]!.cells).toEqual({
    CORP: { tier: 2, rank: 2, displayScore: 7 },
    FX: { tier: null, rank: null, displayScore: null },
  });
  expect(ROWS.map(({ hindrance }) => hindrance)).toEqual([
    null,
    'restricted: onboarding',
    'disabled',
  ]);
});

test('dealers are found by id or name, and stand by rank with the unranked last', () => {
  expect(idsOf(shownRows(ROWS, ' bank', null))).toEqual(['ASH']);
  expect(idsOf(shownRows(ROWS, '', null))).toEqual(['ASH', 'BAY', 'ELM']);
  expect(idsOf(shownRows(ROWS, '', 'CORP'))).toEqual(['BAY', 'ASH', 'ELM']);
});
