import { describe, expect, it } from 'vitest';
import type { Rating } from '../../schemas/reference.ts';
import { ConditionError } from './check-condition.ts';
import { readCondition } from './condition.ts';
import { ORDER_FIELDS } from './condition-fields.ts';
import type { OrderFacts } from './decided.ts';
import { matchOf, unknownParts } from './match.ts';
import { NearMiss } from './near-miss.ts';
import { orderFacts } from './order-facts.ts';

const RATES: Readonly<Record<string, number>> = { USD: 1, EUR: 1.09 };
const settings = { illiquidAfterDays: 5, usdPer: (currency: string) => RATES[currency] };

interface Known {
  readonly order?: Partial<OrderFacts['order']>;
  readonly instrument?: Partial<OrderFacts['instrument']>;
  readonly market?: OrderFacts['market'];
}

function factsOf({ order, instrument, market }: Known): OrderFacts {
  return {
    order: { side: 'buy', quantity: 1_000_000, ...order },
    instrument: { id: 'X1', ...instrument },
    market: market ?? {},
  };
}

/** What becomes of a rule with this condition, and what is said of it. */
function askOf(text: string, known: Known = {}): string {
  const condition = readCondition(text, ORDER_FIELDS);
  const source = factsOf(known);
  const facts = orderFacts(source, settings);
  const match = matchOf(condition, facts);
  if (match === 'nearly') return new NearMiss('rule', condition).tell(facts).missed;
  return match === 'undecided' ? unknownParts(condition, facts, source) : match;
}

const isRated = (rating: Rating): Known => ({ instrument: { rating } });

describe('ratings', () => {
  it.each<[string, Rating, boolean]>([
    ['isBelow("BBB")', 'BB+', true],
    ['isBelow("BBB")', 'BBB-', false],
    ['isBelow("BBB-")', 'BB+', true],
    ['isBelow("BBB")', 'NR', false],
    ['isBelow("BBB")', 'D', true],
    ['isAtLeast("BBB")', 'BBB-', true],
    ['isAtLeast("BBB")', 'BB+', false],
    ['isAtLeast("BBB+")', 'BBB', false],
    ['isAtLeast("D")', 'NR', false],
    ['isAbove("A")', 'AA-', true],
    ['isAbove("A")', 'A+', false],
    ['isAbove("A-")', 'A', true],
    ['isAbove("AAA")', 'AAA', false],
    ['is("BB")', 'BB-', true],
    ['is("BB+")', 'BB', false],
    ['is("AAA")', 'AAA', true],
  ])('%s of %s is %s', (test, rating, holds) => {
    const text = `instrument.rating.${test}`;
    expect(askOf(text, isRated(rating))).toBe(holds ? 'matched' : `${text} (it is ${rating})`);
  });

  it('an unrated bond is not rated, and one without a rating is not known', () => {
    expect(askOf('instrument.isRated', isRated('NR'))).toBe('instrument.isRated (it is false)');
    expect(askOf('!instrument.isRated', isRated('NR'))).toBe('matched');
    expect(askOf('instrument.isRated')).toBe('instrument.rating is not known');
  });
});

describe('what is not known', () => {
  it('leaves a condition undecided, and says what it is', () => {
    expect(askOf('order.usd > 5')).toBe(
      'order.usd is not known, because instrument.currency is not',
    );
    expect(askOf('order.usd > 5', { instrument: { currency: 'CHF' } })).toBe(
      'order.usd is not known, because currencies has no CHF',
    );
    expect(askOf('market.illiquid && market.spreadBps > 5')).toBe(
      'market.daysSinceTrade is not known; market.spreadBps is not known',
    );
  });

  it('matters only where it could change the answer', () => {
    expect(askOf('order.side == "buy" || market.illiquid')).toBe('matched');
    expect(askOf('!(order.side == "sell" && market.illiquid)')).toBe('matched');
    expect(askOf('order.side == "sell" || market.illiquid')).toContain('daysSinceTrade');
    expect(askOf('order.side == "sell" && market.illiquid')).toBe('apart');
    expect(askOf('has(market.spreadBps) && market.spreadBps > 5')).toBe('apart');
    expect(askOf('has(market.spreadBps)')).toBe('has(market.spreadBps) (it is not known)');
    expect(askOf('has(market.spreadBps) ? market.spreadBps > 5 : order.side == "buy"')).toBe(
      'matched',
    );
  });
});

describe('a part that fails alone', () => {
  it('is said with what was found', () => {
    expect(askOf('order.side == "buy" && order.quantity > 5000000')).toBe(
      'order.quantity > 5000000 (it is 1,000,000)',
    );
    expect(askOf('order.quantity > 5000000 && order.side == "sell"')).toBe('apart');
    expect(askOf('order.quantity>2*1000000||order.side=="sell"')).toBe(
      'order.quantity > 2 * 1000000 || order.side == "sell" (order.quantity is 1,000,000 and order.side is buy)',
    );
    expect(askOf('false')).toBe('false');
  });
});

it('computes', () => {
  const eur = {
    instrument: { currency: 'EUR', assetClass: 'CORP' },
    market: { daysSinceTrade: 5 },
  };
  for (const text of [
    'order.usd > 1089999.9 && order.usd < 1090000.1',
    'market.illiquid',
    'order.quantity == 1000000',
    'order.quantity in [5, 1000000]',
    'order.quantity * 2 - 1.0 == 1999999',
    '-order.quantity < 0',
    'instrument.assetClass in ["GOVT", "CORP"]',
    'instrument.assetClass.startsWith("CO") && !instrument.assetClass.contains("x")',
    'order.side + "er" == "buyer" // by the way',
  ]) {
    expect([text, askOf(text, eur)]).toEqual([text, 'matched']);
  }
});

describe('a condition is refused', () => {
  it.each([
    [
      'order.quantity > 5 > 3',
      0,
      'true or false > a whole number means nothing; both sides must be of one kind',
    ],
    ['order.quantity > ', 17, 'the condition ends too soon; something is missing here'],
    ['order.quantity > 5 or true', 19, 'write || instead of or'],
    ['order.size > 5', 6, 'order has no size; did you mean side?'],
    [
      'size > 5',
      0,
      'there is no size; a condition here can use order, instrument and market, and texts need quotes',
    ],
    ['rating.is("A")', 0, 'there is no rating; did you mean instrument.rating?'],
    ['order == 5', 0, 'order needs a field, such as order.side'],
    ['order.quantity', 0, 'is not a condition; compare it with something'],
    [
      'order.side && true',
      0,
      'both sides of && and || must be true or false; compare them with something',
    ],
    [
      'instrument.rating == "BB"',
      0,
      'a rating is compared by instrument.rating.isBelow("BBB"), isAtLeast, isAbove or is',
    ],
    [
      'instrument.rating < "BB"',
      0,
      'a rating is compared by instrument.rating.isBelow("BBB"), isAtLeast, isAbove or is',
    ],
    [
      'instrument.rating.isBelow("BBBB")',
      26,
      '"BBBB" is not a rating; ratings are "AAA", "AA+", "AA" and so on, down to "D"',
    ],
    [
      'instrument.rating.isBelow("NR")',
      26,
      'NR is neither above nor below a rating; ask instrument.isRated',
    ],
    [
      'instrument.rating.isUnder("B")',
      18,
      'isUnder() is not known; there are isBelow, isAtLeast, isAbove, is, startsWith, endsWith and contains',
    ],
    [
      'order.side.matches("(a+)+")',
      11,
      'matches() is refused, because its time has no bound; there are isBelow, isAtLeast, isAbove, is, startsWith, endsWith and contains',
    ],
    [
      '["a"].exists(x, x == order.side)',
      6,
      'exists() is refused, because its time has no bound; there are isBelow, isAtLeast, isAbove, is, startsWith, endsWith and contains',
    ],
    ['size(order.side) > 3', 0, 'size() is not a function here; the only one is has(...)'],
    [
      '"buy" != order.side || order.side == "bid"',
      37,
      'order.side is never "bid": it is "buy" or "sell"',
    ],
    [
      '!(order.side in ["buy", "SELL"])',
      24,
      'order.side is never "SELL": it is "buy" or "sell"; did you mean "sell"?',
    ],
    ['order.usd > 5m', 13, 'write 5000000 instead of 5m'],
    ['order.usd > 2.5 bn && true', 16, 'write 2500000000 instead of 2.5 bn'],
    ['order.usd > 5_000_000', 13, 'write 5000000 instead of 5_000_000'],
    ['order.usd > 5,000,000', 13, 'write 5000000 instead of 5,000,000'],
    ['order.advShare > 10%', 20, 'write 0.1 instead of 10%'],
    ['order.advShare > 2.5% && true', 22, 'write 0.025 instead of 2.5%'],
    ['7 % 2 == 1', 0, '% is not known here; a share is a number, such as 0.1 for 10%'],
    [
      'market.daysSinceTrade > 7 days',
      26,
      '7 days is no number; write the number alone, in the unit that docs/rules.md gives',
    ],
    ['order["side"] == "buy"', 0, '[...] after a value is not allowed here'],
    ['{"a": 1} == 1', 0, 'a map is not allowed here'],
    ['order.side == null', 14, 'write a text, a number, true or false'],
    ['order.quantity > 7 / 2', 17, 'divides whole numbers; write 7.0 instead of 7'],
    [
      'order.quantity > 99999999999999999999',
      17,
      'is too large for a whole number; write it as 1e20',
    ],
  ])('%s', (text, character, message) => {
    expect(faultsOf(text)).toEqual([{ message, character }]);
  });

  it('with all that is wrong with its parts', () => {
    expect(faultsOf('order.sid == "buy" && instrument.rating.is("X")')).toHaveLength(2);
    const either = '!(order.sid == "buy" || instrument.size > order.usdd)';
    expect(faultsOf(either).map(({ character }) => character)).toEqual([8, 35, 48]);
  });

  it.each([
    ['nodes', Array.from({ length: 101 }, () => 'true').join(' || ')],
    ['levels', `${'('.repeat(30)}true${')'.repeat(30)}`],
    ['characters', `${'!'.repeat(5000)}true`],
    ['negations', `${'!'.repeat(3900)}true`],
  ])('when it has too many %s', (_, text) => {
    expect(faultsOf(text)[0]?.message).toMatch(/^is too complicated: at most 4000 characters/);
  });
});

function faultsOf(text: string): ConditionError['faults'] {
  try {
    readCondition(text, ORDER_FIELDS);
    return [];
  } catch (error) {
    if (error instanceof ConditionError) return error.faults;
    throw error;
  }
}
