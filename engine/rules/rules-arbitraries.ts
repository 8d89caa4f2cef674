import fc from 'fast-check';
import { RATINGS } from '../../schemas/ratings.ts';
import type { OrderFacts } from './decided.ts';

const asset = fc.constantFrom('CORP', 'GOVT', 'EM');
const amount = fc.constantFrom(0, 1, 2.5, 1_000_000, 5_000_000);
const rating = fc.constantFrom(...RATINGS.filter((each) => each !== 'NR'));

/** Facts of an order of which any optional part may be missing. */
export const factsArbitrary: fc.Arbitrary<OrderFacts> = fc.record({
  order: fc.record(
    { side: fc.constantFrom('buy', 'sell'), quantity: amount, advShare: amount },
    { requiredKeys: ['side', 'quantity'] },
  ),
  instrument: fc.record(
    {
      id: fc.constantFrom('X1', 'X2'),
      assetClass: asset,
      sector: asset,
      issuer: asset,
      currency: fc.constantFrom('USD', 'EUR', 'CHF'),
      rating: fc.constantFrom(...RATINGS),
      yearsToMaturity: amount,
      averageDailyVolume: amount,
    },
    { requiredKeys: ['id'] },
  ),
  market: fc.record(
    { daysSinceTrade: amount, daysSinceTick: amount, spreadBps: amount, volatilityBps: amount },
    { requiredKeys: [] },
  ),
}) as fc.Arbitrary<OrderFacts>;

const textField = fc.constantFrom(
  'order.side',
  'instrument.assetClass',
  'instrument.sector',
  'instrument.currency',
);
const numberField = fc.constantFrom(
  'order.quantity',
  'order.usd',
  'order.advShare',
  'market.spreadBps',
  'instrument.yearsToMaturity',
);
const text = fc.constantFrom('"CORP"', '"buy"', "'EUR'", '"C"', '""');
const number = fc.oneof(fc.constantFrom('0', '1', '2.5', '1000000', '1e6'), numberField);
const join = (...parts: readonly fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((pieces) => pieces.join(''));

const atom = fc.oneof(
  join(textField, fc.constantFrom(' == ', ' != ', ' < ', '>='), text),
  join(textField, fc.constantFrom(' in '), fc.constantFrom('["CORP", "sell"]', '["EUR"]')),
  join(
    textField,
    fc.constantFrom('.startsWith(', '.endsWith(', '.contains('),
    text,
    fc.constant(')'),
  ),
  join(numberField, fc.constantFrom(' == ', ' != ', '<', ' <= ', ' > ', ' >= '), number),
  join(
    numberField,
    fc.constantFrom(' + ', ' - ', ' * ', ' / '),
    number,
    fc.constant(' > '),
    number,
  ),
  join(fc.constant('-'), numberField, fc.constant(' - ('), numberField, fc.constant('-2.5) < 1.0')),
  join(numberField, fc.constant(' in [1.0, 2.5]')),
  join(
    fc.constant('instrument.rating.'),
    fc.constantFrom('isBelow', 'isAtLeast', 'isAbove', 'is'),
    rating.map((each) => `("${each}")`),
  ),
  join(fc.constant('has('), numberField, fc.constant(')')),
  fc.constantFrom(
    'instrument.isRated',
    'market.illiquid',
    'true',
    'false',
    'has(instrument.rating)',
  ),
);

/** Texts of conditions that are right. */
export const conditionArbitrary: fc.Arbitrary<string> = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    join(tie('condition'), fc.constantFrom(' && ', ' || ', '&&\n'), tie('condition')),
    join(
      fc.constant('('),
      tie('condition'),
      fc.constantFrom(') && (', ')||(', ') == ('),
      tie('condition'),
      fc.constant(')'),
    ),
    join(fc.constant('!('), tie('condition'), fc.constant(')')),
    join(
      fc.constant('('),
      tie('condition'),
      fc.constant(') ? ('),
      tie('condition'),
      fc.constant(') : '),
      tie('condition'),
    ),
  ),
})).condition;

const duration = join(
  fc.integer({ min: 1, max: 90 }).map(String),
  fc.constantFrom(' seconds', ' min', ' days', ' months', ' years', '.25 hours'),
);

const filter = fc.record(
  {
    known: fc.constant(true),
    dealers: fc.array(fc.constantFrom('A', 'B', 'C'), { minLength: 1, maxLength: 3 }),
    tier: fc.oneof(fc.constantFrom(1, 2, 3), fc.constant([2, 1])),
    specialist: fc.constant(true),
    quoted: fc.record({
      in: fc.oneof(
        fc.constantFrom('issuer', 'any'),
        fc.uniqueArray(fc.constantFrom('segment', 'instrument', 'assetClass'), { minLength: 1 }),
      ),
      within: duration,
    }),
    agreement: fc.constantFrom('ISDA', 'GMRA'),
    atLeast: fc.constant({ hitRate: 0.2, quoteRate: 0.1 }),
    atMost: fc.constant({ responseSpeed: 30 }),
    where: fc.constantFrom('dealer.name != ""', '"CORP" in dealer.assetClasses && dealer.id < "B"'),
  },
  { requiredKeys: [] },
);
const someFilter = filter.filter((each) => Object.keys(each).length > 0);

const count = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom('all', 'recommended'));

const settings = {
  weights: fc.constantFrom(
    {},
    { hitRate: 0.6 },
    { leakage: '30%', responseSpeed: 0 },
    { coverBps: 0.1 },
  ),
  axeWeight: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
  exploration: fc.constantFrom('10%', 0.3, 0),
  protocol: fc.oneof(
    fc.constantFrom('parallel', 'staggered', 'sequential'),
    fc.record(
      {
        kind: fc.constantFrom('staggered', 'sequential'),
        delay: duration,
        timeout: duration,
        twoSided: fc.boolean(),
      },
      { requiredKeys: ['kind'] },
    ),
  ),
};

const rule = fc.record(
  {
    when: conditionArbitrary,
    note: fc.constant('a note'),
    candidates: someFilter,
    exclude: someFilter,
    ...settings,
    memory: fc.constantFrom('fast', 'base', 'slow'),
    call: fc.array(
      fc.tuple(count, filter).map(([most, who]) => ({ count: most, ...who })),
      { minLength: 1, maxLength: 3 },
    ),
    sensitive: fc.boolean(),
    maxDealers: fc.integer({ min: 1, max: 9 }),
    coolOff: duration,
  },
  { requiredKeys: [] },
);

/** A rules file that is right, as plain data. */
export const fileArbitrary: fc.Arbitrary<object> = fc.record(
  {
    currencies: fc.constant({ EUR: 1.09 }),
    illiquidAfterDays: fc.constantFrom(1, 5),
    impactCoefficient: fc.constantFrom(0.5, 1),
    usuallyAsked: fc.constantFrom(3, 4),
    defaults: fc.record({ count, ...settings, window: duration }, { requiredKeys: [] }),
    rules: fc
      .array(rule, { maxLength: 5 })
      .map((rules) => rules.map((each, i) => ({ name: `rule ${i}`, ...each }))),
  },
  { requiredKeys: [] },
);
