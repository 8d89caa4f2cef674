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
  fc.constantFrom(
    ...['order.side == "buy"', '"sell" != order.side', 'order.side in ["buy", "sell"]'],
    ...['order.side < "CORP"', 'order.side.startsWith("b")', 'order.side == instrument.sector'],
  ),
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

/** What rules files speak of. */
interface RulesWorld {
  readonly dealers: readonly string[];
  readonly agreements: readonly string[];
  /** Conditions of orders; undefined: always. */
  readonly when: fc.Arbitrary<string | undefined>;
  /** Conditions of dealers. */
  readonly where: fc.Arbitrary<string>;
}

function filterFields({ dealers, agreements, where }: RulesWorld) {
  return {
    known: fc.constant(true),
    dealers: fc.uniqueArray(fc.constantFrom(...dealers), { minLength: 1, maxLength: 6 }),
    tier: fc.oneof(fc.constantFrom(1, 2, 3), fc.constant([2, 1])),
    specialist: fc.constant(true),
    quoted: fc.record({
      in: fc.oneof(
        fc.constantFrom('issuer', 'any'),
        fc.uniqueArray(fc.constantFrom('segment', 'instrument', 'assetClass'), { minLength: 1 }),
      ),
      within: duration,
    }),
    agreement: fc.constantFrom(...agreements),
    atLeast: fc.constantFrom({ hitRate: 0.2, quoteRate: 0.1 }, { priceImprovement: -2 }),
    atMost: fc.constantFrom({ responseSpeed: 30 }, { fillRate: 0.5 }),
    where,
  };
}

/** A filter of one field or two, which lets some dealers through, or of many. */
function filterOf(world: RulesWorld): fc.Arbitrary<object> {
  const fields = filterFields(world);
  const names = Object.keys(fields) as (keyof typeof fields)[];
  const lean = fc
    .subarray(names, { minLength: 1, maxLength: 2 })
    .chain((some) => fc.record(Object.fromEntries(some.map((name) => [name, fields[name]]))));
  const any = fc.record(fields, { requiredKeys: [] });
  const some = any.filter((each) => Object.keys(each).length > 0);
  return fc.oneof({ arbitrary: lean, weight: 4 }, { arbitrary: some, weight: 1 });
}

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

/** One of two fields that say the same. */
const remembered = fc.oneof(
  fc.record({ memory: fc.constantFrom('fast', 'base', 'slow') }),
  fc.record({ window: duration }),
);

function ruleOf(world: RulesWorld): fc.Arbitrary<object> {
  const filter = filterOf(world);
  const group = fc
    .tuple(count, fc.oneof(fc.constant({}), filter))
    .map(([most, who]) => ({ count: most, ...who }));
  // Rules that let nobody through are of little use: a filter is rarer than other fields.
  const rarely = fc.option(filter, { freq: 2, nil: undefined });
  const rule = fc.record(
    {
      when: world.when,
      note: fc.constant('a note'),
      candidates: rarely,
      exclude: rarely,
      ...settings,
      remembered,
      called: fc.oneof(
        fc.record({ count }),
        fc.record({ call: fc.array(group, { minLength: 1, maxLength: 3 }) }),
      ),
      sensitive: fc.boolean(),
      maxDealers: fc.integer({ min: 1, max: 9 }),
      coolOff: duration,
    },
    { requiredKeys: ['when'] },
  );
  return rule
    .map(({ remembered, called, ...fields }) => ({ ...fields, ...remembered, ...called }))
    .filter(({ when: _, note: __, sensitive, ...sets }) => {
      return sensitive === true || Object.keys(sets).length > 0;
    });
}

/** Rules files that are right, as plain data. */
export function filesAbout(world: RulesWorld): fc.Arbitrary<object> {
  const defaults = fc.record({ count, ...settings, window: duration }, { requiredKeys: [] });
  const rules = fc
    .array(ruleOf(world), { maxLength: 5 })
    .map((each) => each.map((rule, i) => ({ name: `rule ${i}`, ...rule })));
  return fc.record(
    {
      currencies: fc.constant({ EUR: 1.09 }),
      illiquidAfterDays: fc.constantFrom(1, 5),
      impactCoefficient: fc.constantFrom(0.5, 1),
      usuallyAsked: fc.constantFrom(3, 4),
      defaults,
      rules,
    },
    { requiredKeys: [] },
  );
}

/** A rules file about nobody in particular. */
export const fileArbitrary: fc.Arbitrary<object> = filesAbout({
  dealers: ['A', 'B', 'C'],
  agreements: ['ISDA', 'GMRA'],
  when: fc.option(conditionArbitrary, { nil: undefined, freq: 2 }),
  where: fc.constantFrom('dealer.name != ""', '"CORP" in dealer.assetClasses && dealer.id < "B"'),
});
