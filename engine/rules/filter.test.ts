import { expect, it } from 'vitest';
import type { DealerEvent } from '../../schemas/reference.ts';
import type { DealerFacts, DealerFilter, QuotedIn } from './decided.ts';
import { readRules } from './rules-file.ts';

const DAY = 86_400 * 1_000_000;
/** 2026-03-02, 12:00 UTC. */
const AS_OF = Date.UTC(2026, 2, 2, 12) * 1000;

const RECORD = {
  dealerId: 'ALPHA',
  name: 'Alpha Bank',
  assetClasses: ['CORP'],
  agreements: [
    { name: 'ISDA', validFrom: '2026-03-02', validUntil: '2026-03-02' },
    { name: 'GMRA', validUntil: '2026-03-01' },
    { name: 'GMSLA', validFrom: '2026-03-03' },
    { name: 'CSA' },
  ],
  enabled: true,
} as unknown as DealerEvent;

const QUOTED_AT: Partial<Record<QuotedIn, number>> = { issuer: AS_OF - 10 * DAY, any: AS_OF - DAY };

const ALPHA: DealerFacts = {
  dealerId: 'ALPHA',
  record: RECORD,
  tier: 2,
  isSpecialist: true,
  asOf: AS_OF,
  hasQuoted: (scopes, since) => scopes.some((scope) => (QUOTED_AT[scope] ?? 0) >= since),
  estimate: (metric) => (metric === 'fillRate' ? 0.3 : 45),
};
const STRANGER: DealerFacts = { ...ALPHA, record: undefined, tier: null, isSpecialist: false };

function refusalOf(filter: string, dealer = ALPHA): string | null {
  return filterOf(filter).refuse(dealer);
}

function filterOf(filter: string): DealerFilter {
  const rules = readRules(`rules: [{ name: a, candidates: ${filter} }]`);
  const facts = {
    order: { side: 'buy', quantity: 1 },
    instrument: { id: 'X' },
    market: {},
  } as const;
  return rules.decide(facts).candidates!.value;
}

it.each([
  ['{ tier: [3, 2] }', null],
  ['{ tier: 1 }', 'is not in tier 1'],
  ['{ tier: [3, 1] }', 'is not in tier 1 or 3'],
  ['{ specialist: true }', null],
  ['{ dealers: [ALPHA, BETA] }', null],
  ['{ dealers: BETA }', 'is not BETA'],
  ['{ dealers: [BETA, GAMMA] }', 'is not one of BETA and GAMMA'],
  ['{ quoted: { in: issuer, within: 10 days } }', null],
  ['{ quoted: { in: issuer, within: 9 days } }', 'has no firm quote in the issuer within 9 days'],
  ['{ quoted: { in: [segment, any], within: 9 days } }', null],
  ['{ quoted: { in: any, within: 5 hours } }', 'has no firm quote within 5 hours'],
  [
    '{ quoted: { in: [segment, instrument], within: 6 months } }',
    'has no firm quote in the instrument or the segment within 6 months',
  ],
  ['{ agreement: ISDA }', null],
  ['{ agreement: CSA }', null],
  ['{ agreement: GMRA }', 'has no valid GMRA'],
  ['{ agreement: GMSLA }', 'has no valid GMSLA'],
  ['{ atLeast: { hitRate: 0.3 } }', null],
  ['{ atLeast: { hitRate: 0.31 } }', 'has an estimated fillRate below 0.31'],
  ['{ atMost: { responseSpeed: 30 } }', 'has an estimated responseSeconds above 30'],
  ['{ known: true, tier: 2 }', null],
  [`{ where: '"CORP" in dealer.assetClasses && dealer.lei == ""' }`, null],
  [
    `{ where: 'dealer.name.startsWith("Beta")' }`,
    'does not satisfy dealer.name.startsWith("Beta")',
  ],
])('%s', (filter, reason) => {
  expect(refusalOf(filter)).toBe(reason);
});

it('says all that it asks of a dealer', () => {
  const filter = `{ known: true, tier: [2, 3], specialist: true, agreement: ISDA, atMost: { hitRate: 0.2 },
    quoted: { in: [issuer, any], within: 6 months }, dealers: [A, B] }`;
  const rules = readRules(`rules: [{ name: a, candidates: ${filter} }]`);
  const order = { side: 'buy', quantity: 1 } as const;
  const { candidates } = rules.decide({ order, instrument: { id: 'X' }, market: {} });
  expect(candidates!.value.says).toBe(
    'is in the dealer database, is one of A and B, is in tier 2 or 3, ' +
      "specialises in the order's asset class, has a firm quote within 6 months, has a valid ISDA " +
      'and has an estimated fillRate of at most 0.2',
  );
});

it.each([
  ['{ known: true }', 'is not in the dealer database'],
  [`{ where: 'dealer.lei == ""' }`, 'is not in the dealer database'],
  ['{ agreement: ISDA }', 'has no valid ISDA'],
  ['{ tier: 1 }', 'is not in tier 1'],
  ['{ specialist: true }', "does not specialise in the order's asset class"],
])('%s of a dealer without a record', (filter, reason) => {
  expect(refusalOf(filter, STRANGER)).toBe(reason);
});

it('a condition is asked anew of a new record', () => {
  const rules = readRules(
    `rules: [{ name: a, exclude: { where: 'dealer.name == "Alpha Bank"' } }]`,
  );
  const facts = {
    order: { side: 'buy', quantity: 1 },
    instrument: { id: 'X' },
    market: {},
  } as const;
  const { refuse, says } = rules.decide(facts).exclusions[0]!.value;
  expect(says).toBe('is in the dealer database and satisfies dealer.name == "Alpha Bank"');
  expect([refuse(ALPHA), refuse(ALPHA)]).toEqual([null, null]);
  expect(refuse({ ...ALPHA, record: { ...RECORD, name: 'Other' } })).toMatch(/^does not satisfy/);
});

it('says what it asks about quotes where it asks nothing else', () => {
  const quoted = 'quoted: { in: [issuer, instrument], within: 9 days }';
  expect(filterOf(`{ ${quoted} }`).quoted).toEqual({
    scopes: ['instrument', 'issuer'],
    withinMicros: 9 * DAY,
    reason: 'has no firm quote in the instrument or the issuer within 9 days',
  });
  expect(filterOf(`{ ${quoted}, tier: 1 }`).quoted).toBeUndefined();
});
