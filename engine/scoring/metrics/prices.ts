import type {
  AskFacts,
  FillFacts,
  MarketAt,
  Measured,
  QuoteFacts,
  RfqFacts,
  StreamFacts,
} from '../facts.ts';
import {
  BPS,
  HORIZON_MINUTES,
  measuredBps,
  measuredMove,
  midOfMarket,
  priceImprovementBps,
  sizeWeighted,
} from '../signs.ts';
import { medianOf } from './median.ts';

/** Over all fills of a dealer, by size; absurd or not as a whole. */
export function measureImprovement(rfq: RfqFacts, fills: readonly FillFacts[]): Measured {
  const { sign } = rfq;
  const mid = midOfMarket(rfq.marketSent);
  if (sign === null) return { missing: 'noSide' };
  if ('missing' in mid) return mid;
  let size = 0;
  let sum = 0;
  for (const { event } of fills) {
    size += event.quantity;
    sum += event.quantity * priceImprovementBps(sign, mid.value, event.price);
  }
  return measuredBps(sum / size);
}

/** Reversion at one of HORIZON_MINUTES. */
export function measureReversion(minutes: (typeof HORIZON_MINUTES)[number]) {
  const horizon = HORIZON_MINUTES.indexOf(minutes);
  return ({ sign, beta }: RfqFacts, fills: readonly FillFacts[]): Measured =>
    sizeWeighted(
      fills.map(({ event, marketBefore, marketsAfter }) => ({
        size: event.quantity,
        measured: measuredMove(sign, beta, marketBefore, marketsAfter[horizon] as MarketAt | null),
      })),
    );
}

/** Distance from the best of the live quotes. */
export function measureCover(rfq: RfqFacts, quote: QuoteFacts): Measured | null {
  if (rfq.isAllOrNone || !quote.isLive) return null;
  const { sign, bestPrice } = rfq;
  if (sign === null || quote.price === null || bestPrice === null) return { missing: 'noSide' };
  if (rfq.liveQuotes === 1) return { missing: 'lone' };
  const mid = midOfMarket(rfq.marketSent);
  if ('missing' in mid) return mid;
  return measuredBps(((sign * (quote.price - bestPrice)) / mid.value) * BPS);
}

/** From the ask to the first fill, or to the close; charged to everybody asked before that. */
export function measureDrift(rfq: RfqFacts, ask: AskFacts): Measured | null {
  if (rfq.tsFirstFill !== null && ask.tsSent >= rfq.tsFirstFill) return null;
  return measuredMove(rfq.sign, rfq.beta, ask.market, rfq.marketEnd);
}

/** Distance from the median of the others. */
export function measureQuoteDistance({ mid, others }: StreamFacts): Measured {
  if (others.length === 0) return { missing: 'lone' };
  const centre = medianOf(others);
  return measuredBps((Math.abs(mid - centre) / centre) * BPS);
}
