import type { CurvePoint, PreTrade, SelectRequest } from '../../schemas/selection.ts';
import type { OrderFacts, Rules } from '../rules/decided.ts';
import type { MarketFacts } from '../scoring/market-mark.ts';
import { daysSinceTrade, spreadBps } from './order-facts.ts';

/** Dealers that the curve goes up to. */
export const CURVE_DEALERS_MAX = 10;
/** Steps of the grid that an expected best quote is summed on. */
const STEPS = 32;
const SQRT_3 = Math.sqrt(3);

/** What is expected of a dealer's answer, from its scores. */
export interface ExpectedQuote {
  /** Probability of a firm quote in time. */
  readonly quoteRate: number;
  /** Mean of its quote against mid, bps, positive is good for the client. */
  readonly improvementBps: number;
  /** Standard deviation of one quote, bps. */
  readonly deviationBps: number;
  /** Drift of the market while it was asked, bps against the client, among all dealers asked. */
  readonly driftBps: number;
}

/**
 * What one more dealer brings, and costs. The gain is the expectation of the best quote: each dealer
 * quotes with its quote rate, evenly spread about its mean with its deviation; where nobody quotes, the
 * worst that any of them could quote is taken. The cost is each dealer's share of the drift that is
 * seen while it is asked (never below 0). `usuallyAsked`: how many dealers such a drift is shared by.
 */
export function curveOf(quotes: readonly ExpectedQuote[], usuallyAsked: number): CurvePoint[] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const quote of quotes) {
    low = Math.min(low, quote.improvementBps - reachOf(quote));
    high = Math.max(high, quote.improvementBps + reachOf(quote));
  }
  const width = (high - low) / STEPS;
  below.fill(1);
  let leakageBps = 0;
  return quotes.map((quote, i) => {
    const gainBps = high - width * missedWith(quote, low, width);
    leakageBps += Math.max(0, quote.driftBps) / usuallyAsked;
    return { dealers: i + 1, gainBps, leakageBps, netBps: gainBps - leakageBps };
  });
}

/** [steps]: probability that nobody so far quotes better than the middle of the step. */
const below = new Float64Array(STEPS);

/** Asks one more dealer; returns the sum over the steps. */
function missedWith(quote: ExpectedQuote, low: number, width: number): number {
  const { quoteRate } = quote;
  const reach = reachOf(quote);
  const from = quote.improvementBps - reach;
  let missed = 0;
  for (let step = 0; step < STEPS; step++) {
    const x = low + width * (step + 0.5);
    const share = Math.min(1, Math.max(0, (x - from) / (2 * reach)));
    below[step]! *= 1 - quoteRate + quoteRate * share;
    missed += below[step]!;
  }
  return missed;
}

function reachOf({ deviationBps }: ExpectedQuote): number {
  return Math.max(1e-9, SQRT_3 * deviationBps);
}

/** Dealers at which a curve's net is largest, the fewest of equals; 0 for an empty one. */
export function recommendedOf(curve: readonly CurvePoint[]): number {
  let best = curve[0];
  for (const point of curve) if (point.netBps > best!.netBps) best = point;
  return best?.dealers ?? 0;
}

/** What can be expected before anybody is asked. `called`: how many of the curve's dealers are. */
export function preTradeOf(
  order: SelectRequest,
  facts: OrderFacts,
  market: MarketFacts | null,
  staleAfterMicros: number,
  rules: Pick<Rules, 'impactCoefficient'>,
  { curve, called, deviationBps }: { curve: CurvePoint[]; called: number; deviationBps: number },
): PreTrade {
  const volatilityBps = facts.market.volatilityBps ?? null;
  const advShare = facts.order.advShare ?? null;
  const days = market === null ? null : daysSinceTrade(market, order.tsEvent);
  const spread = market === null ? null : spreadBps(market);
  const isFresh = market !== null && order.tsEvent - market.tsTick <= staleAfterMicros;
  const gainBps = curve[Math.min(called, curve.length) - 1]?.gainBps;
  const sign = order.side === 'buy' ? 1 : -1;
  return {
    mid: market?.mid ?? null,
    tsMid: market?.tsTick ?? null,
    spreadBps: spread,
    volatilityBps,
    advShare,
    daysSinceTrade: days,
    spreadCostBps: spread === null ? null : spread / 2,
    impactBps:
      volatilityBps === null || advShare === null
        ? null
        : rules.impactCoefficient * volatilityBps * Math.sqrt(advShare),
    uncertaintyBps:
      volatilityBps === null || days === null ? null : volatilityBps * Math.sqrt(days),
    curve,
    recommended: recommendedOf(curve),
    benchmark:
      !isFresh || gainBps === undefined
        ? null
        : {
            price: market.mid * (1 - (sign * gainBps) / 1e4),
            improvementBps: gainBps,
            toleranceBps: deviationBps,
          },
  };
}
