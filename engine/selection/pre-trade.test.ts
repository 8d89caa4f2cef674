import { describe, expect, it } from 'vitest';
import type { InstrumentId, OrderId } from '../../schemas/ids.ts';
import type { SelectRequest } from '../../schemas/selection.ts';
import { orderFactsOf } from './order-facts.ts';
import { curveOf, type ExpectedQuote, preTradeOf, recommendedOf } from './pre-trade.ts';

const DAY = 86_400_000_000;
const NOW = 100 * DAY;
const ORDER: SelectRequest = {
  orderId: 'O-1' as OrderId,
  instrumentId: 'BOND' as InstrumentId,
  side: 'sell',
  quantity: 4e6,
  tsEvent: NOW,
};
const MARKET = {
  tsFirstTick: 10 * DAY,
  tsTick: NOW - 60e6,
  mid: 100,
  bid: 99.9,
  ask: 100.1,
  tsTrade: NOW - 9 * DAY,
  volatilityPerDay: 0.004,
};
const quote = (over: Partial<ExpectedQuote> = {}): ExpectedQuote => ({
  quoteRate: 1,
  improvementBps: 0,
  deviationBps: 2,
  driftBps: 0.8,
  ...over,
});

/** Expected best of quotes, by drawing. */
function sampledBest(quotes: readonly ExpectedQuote[], samples = 200_000): number {
  let state = 7;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const reach = (q: ExpectedQuote) => Math.sqrt(3) * q.deviationBps;
  const worst = Math.min(...quotes.map((q) => q.improvementBps - reach(q)));
  let sum = 0;
  for (let n = 0; n < samples; n++) {
    let best = worst;
    for (const q of quotes) {
      const drawn = q.improvementBps + reach(q) * (2 * uniform() - 1);
      if (uniform() < q.quoteRate) best = Math.max(best, drawn);
    }
    sum += best;
  }
  return sum / samples;
}

describe('the curve of dealers', () => {
  it('gains what the best of so many quotes is expected to be', () => {
    const quotes = [quote(), quote({ improvementBps: 1 }), quote({ quoteRate: 0.4 })];
    const curve = curveOf(quotes, 4);
    // The worst that any of the three may quote stands for no quote, whatever the number asked.
    expect(curve[2]!.gainBps).toBeCloseTo(sampledBest(quotes), 1);
    expect(curve[0]!.gainBps).toBeCloseTo(0, 3);
  });

  it('gains ever less with each dealer, and leaks ever more', () => {
    const curve = curveOf(
      Array.from({ length: 8 }, () => quote({ quoteRate: 0.7 })),
      4,
    );
    const gains = curve.slice(1).map(({ gainBps }, i) => gainBps - curve[i]!.gainBps);
    expect(gains.every((gain, i) => gain > 0 && (i === 0 || gain < gains[i - 1]!))).toBe(true);
    expect(curve.map(({ leakageBps }) => leakageBps)).toEqual(
      curve.map((_, i) => expect.closeTo((i + 1) * 0.2, 12)),
    );
  });

  it('recommends a few where dealers leak, and all of them where they do not', () => {
    const loud = curveOf(
      Array.from({ length: 8 }, () => quote({ driftBps: 4 })),
      4,
    );
    const quiet = curveOf(
      Array.from({ length: 8 }, () => quote({ driftBps: -1 })),
      4,
    );
    expect(recommendedOf(loud)).toBeLessThan(4);
    expect(recommendedOf(quiet)).toBe(8);
    expect(recommendedOf([])).toBe(0);
    expect(recommendedOf(curveOf([quote({ driftBps: 50 })], 4))).toBe(1);
  });
});

describe('what is expected before anybody is asked', () => {
  const instrument = {
    kind: 'instrument' as const,
    id: 'i',
    tsEvent: 0,
    instrumentId: ORDER.instrumentId,
    averageDailyVolume: 1e6,
    maturityDate: '1977-04-11',
  };
  const expected = { curve: curveOf([quote(), quote()], 4), called: 2, deviationBps: 2 };

  it('comes from spread, volatility, volume and the last trade', () => {
    const facts = orderFactsOf(ORDER, instrument, MARKET);
    expect(facts.instrument.yearsToMaturity).toBeCloseTo(7, 1);
    const preTrade = preTradeOf(ORDER, facts, MARKET, DAY, { impactCoefficient: 1 }, expected);
    expect(preTrade.spreadCostBps).toBeCloseTo(10, 9);
    expect(preTrade.impactBps).toBeCloseTo(40 * 2, 9);
    expect(preTrade.uncertaintyBps).toBeCloseTo(40 * 3, 9);
    expect(preTrade.daysSinceTrade).toBe(9);
  });

  it('sets a benchmark on the side of the order', () => {
    const facts = orderFactsOf(ORDER, instrument, MARKET);
    const gain = expected.curve[1]!.gainBps;
    const { benchmark } = preTradeOf(ORDER, facts, MARKET, DAY, { impactCoefficient: 1 }, expected);
    expect(benchmark!.price).toBeCloseTo(100 * (1 + gain / 1e4), 9);
    const stale = preTradeOf(ORDER, facts, MARKET, 1e6, { impactCoefficient: 1 }, expected);
    expect(stale.benchmark).toBeNull();
  });

  it('is not known of an instrument that nobody has heard of', () => {
    const facts = orderFactsOf(ORDER, undefined, null);
    expect(facts).toEqual({
      order: { side: 'sell', quantity: 4e6 },
      instrument: { id: 'BOND' },
      market: {},
    });
    const nothing = { curve: [], called: 0, deviationBps: 0 };
    const preTrade = preTradeOf(ORDER, facts, null, DAY, { impactCoefficient: 1 }, nothing);
    expect(preTrade).toMatchObject({ mid: null, impactBps: null, recommended: 0, benchmark: null });
  });
});
