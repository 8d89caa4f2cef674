import type { Micros } from '../../schemas/ids.ts';
import { roundQuantity } from './answering.ts';
import type { SimDealer } from './dealers.ts';
import type { Random } from './random.ts';

/** A firm quote that can still be lifted. */
export interface FirmQuote {
  readonly dealer: SimDealer;
  readonly price: number;
  readonly ts: Micros;
  readonly quantity: number;
  readonly fadeRate: number;
}

interface Acceptance {
  readonly dealer: SimDealer;
  readonly ts: Micros;
  /** When the dealer refused; null if it dealt. */
  readonly tsRefused: Micros | null;
}

interface SimFill {
  readonly dealer: SimDealer;
  readonly ts: Micros;
  readonly price: number;
  readonly quantity: number;
}

/** What came of lifting quotes: fills may be none (all refused) and partial. */
export interface Deal {
  readonly acceptances: readonly Acceptance[];
  readonly fills: readonly SimFill[];
  readonly tsDone: Micros;
}

const SECOND_MICROS = 1_000_000;
const MAX_DEALERS_PER_DEAL = 2;
const SHARE_PROBABILITY = 0.06;
const TWO_FILLS_PROBABILITY = 0.04;

/** Lifts quotes, best first, until the quantity is done or two dealers have dealt. */
export function strikeDeal(
  quantity: number,
  quotes: readonly FirmQuote[],
  tsDecided: Micros,
  random: Random,
): Deal {
  const acceptances: Acceptance[] = [];
  const fills: SimFill[] = [];
  let ts = tsDecided;
  let left = quantity;
  let dealers = 0;
  for (const [index, quote] of quotes.entries()) {
    if (left <= 0 || dealers === MAX_DEALERS_PER_DEAL) break;
    const tsReply = ts + Math.round(random.between(0.2, 1) * SECOND_MICROS);
    const isRefused = random.chance(quote.fadeRate);
    acceptances.push({ dealer: quote.dealer, ts, tsRefused: isRefused ? tsReply : null });
    ts = tsReply;
    if (isRefused) continue;
    const isShared = dealers === 0 && index + 1 < quotes.length && random.chance(SHARE_PROBABILITY);
    const taken = Math.min(left, quote.quantity, isShared ? roundQuantity(left * 0.6) : left);
    for (const part of inParts(taken, random)) {
      fills.push({ dealer: quote.dealer, ts, price: quote.price, quantity: part });
    }
    left -= taken;
    dealers++;
  }
  return { acceptances, fills, tsDone: ts + 50_000 };
}

function inParts(quantity: number, random: Random): number[] {
  const half = roundQuantity(quantity / 2);
  return random.chance(TWO_FILLS_PROBABILITY) && half < quantity
    ? [half, quantity - half]
    : [quantity];
}
