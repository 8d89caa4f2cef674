import { expect, test } from 'vitest';
import type { DealerTraits, SimDealer } from './dealers.ts';
import { inventDealers } from './dealers.ts';
import { inventInstruments } from './instruments.ts';
import { drawOrder, drawRfqPlan } from './rfq-plan.ts';
import { playRfq, pushedMid, type RfqOutcome } from './rfq-play.ts';
import type { RfqPlan } from './rfq-types.ts';

const SEED = 9;
const MINUTE = 60_000_000;
const dealers = inventDealers(SEED, 40);
const bonds = inventInstruments(SEED, 200, Date.parse('2024-05-01') * 1000).filter(
  (instrument) => instrument.assetClass === 'CORP',
);
const TRAITS: DealerTraits = {
  quoteLogit: 2,
  markupBps: 0,
  medianSeconds: 10,
  leakBps: 1,
  fadeRate: 0,
};

interface Played {
  readonly plan: RfqPlan;
  readonly outcome: RfqOutcome;
  readonly sign: number;
}

/** Plays many RFQs in a flat market; `traits` may differ by dealer. */
function playMany(count: number, traits: (dealer: SimDealer) => Partial<DealerTraits>): Played[] {
  return Array.from({ length: count }, (_, n) => {
    const order = drawOrder(SEED, n, bonds[n % bonds.length]!, 0, 1);
    const plan = drawRfqPlan(SEED, order, 0, 0, dealers);
    const outcome = playRfq(plan, {
      seed: SEED,
      midAt: () => 100,
      traitsOf: (dealer) => ({ ...TRAITS, ...traits(dealer) }),
      isAxed: () => false,
    });
    return { plan, outcome, sign: plan.side === 'buy' ? 1 : -1 };
  });
}

const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('leaky dealers move the mid against the client, and most of it comes back', () => {
  const driftBps = (leakBps: number, later: number) =>
    meanOf(
      playMany(400, () => ({ leakBps }))
        .filter(({ outcome }) => outcome.reason === 'traded')
        .map(({ outcome, sign }) => {
          const mid = pushedMid(100, outcome.impulses, outcome.tsClosed + later);
          return (sign * (mid - 100) * 10_000) / 100;
        }),
    );
  expect(driftBps(4, 0)).toBeGreaterThan(3 * driftBps(0.5, 0));
  expect(driftBps(4, 30 * MINUTE)).toBeLessThan(0.5 * driftBps(4, 0));
  expect(driftBps(4, 30 * MINUTE)).toBeGreaterThan(0);
});

test('the better price wins more often', () => {
  const good = dealers[0]!;
  const wins = (markupBps: number) =>
    playMany(1500, (dealer) => (dealer === good ? { markupBps } : {})).filter(({ outcome }) =>
      outcome.deal?.fills.some((fill) => fill.dealer === good),
    ).length;
  expect(wins(-4)).toBeGreaterThan(2 * wins(2));
});

test('the client deals at the best standing price within its limit, and first with the best', () => {
  for (const { plan, outcome, sign } of playMany(600, () => ({}))) {
    const first = outcome.deal?.fills[0];
    if (first === undefined || plan.asking.style === 'sequential') continue;
    const rivals = outcome.asked.filter(
      ({ answer }) =>
        answer.kind === 'firm' &&
        answer.ts < outcome.deal!.acceptances[0]!.ts &&
        (answer.tsCancelled === null || answer.tsCancelled > outcome.tsClosed),
    );
    for (const { price } of rivals) expect(sign * (first.price - price)).toBeLessThanOrEqual(0);
    const costBps = (sign * (first.price - 100) * 10_000) / 100;
    expect(costBps).toBeLessThanOrEqual(plan.reservationBps + 1e-6);
  }
});

test('a sequential RFQ stops at the first good price and never reaches the others', () => {
  const sequential = playMany(3000, () => ({})).filter(
    ({ plan }) => plan.asking.style === 'sequential',
  );
  expect(sequential.length).toBeGreaterThan(200);
  const traded = sequential.filter(({ outcome }) => outcome.reason === 'traded');
  expect(traded.some(({ plan, outcome }) => outcome.asked.length < plan.asking.asks.length)).toBe(
    true,
  );
  for (const { outcome } of traded) {
    expect(outcome.asked.at(-1)!.dealer).toBe(outcome.deal!.fills[0]!.dealer);
  }
});

test('a dealer with last look refuses some of its own quotes', () => {
  const refused = playMany(400, () => ({ fadeRate: 0.5 })).flatMap(
    ({ outcome }) => outcome.deal?.acceptances ?? [],
  );
  const share = refused.filter(({ tsRefused }) => tsRefused !== null).length / refused.length;
  expect(share).toBeGreaterThan(0.4);
  expect(share).toBeLessThan(0.6);
});
