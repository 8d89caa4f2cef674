import Type from 'typebox';
import { DealerIdSchema, InstrumentIdSchema, OrderIdSchema } from './ids.ts';
import { sameAs } from './same-as.ts';
import { count, micros, orNull, text } from './schema-words.ts';
import { type Selection, type SelectionAnswer, SelectRequestSchema } from './selection.ts';

// A selection as a schema, with the parts that other messages share; the compiler holds it equal to
// the interface.

const MetricScoreSchema = Type.Object({
  metric: text('Name; it ends in the unit.'),
  estimate: Type.Number({ description: "Shrunk estimate, in the metric's own unit." }),
  standardError: orNull(
    Type.Number({ minimum: 0, description: 'Of the estimate, same unit; null: not known.' }),
  ),
  normalised: Type.Number({ description: "The estimate on the composite's scale." }),
  weight: Type.Number({ description: 'Share of the composite, 0 to 1; 0 stands beside it.' }),
  contribution: Type.Number({ description: 'weight x normalised.' }),
  mass: Type.Number({ minimum: 0, description: 'Decayed observations at the ranked scope.' }),
  effectiveSample: Type.Number({
    minimum: 0,
    description: 'Effective sample size at the ranked scope.',
  }),
});

const AppetiteSchema = Type.Object({
  state: Type.Union([
    Type.Literal('comingIn'),
    Type.Literal('backingOff'),
    Type.Literal('steady'),
    Type.Literal('unknown'),
  ]),
  z: orNull(Type.Number({ description: 'Fast less slow quote rate, in standard errors.' })),
});

const AxePartSchema = Type.Object({
  quantity: Type.Number({ minimum: 0, description: 'Nominal.' }),
  price: orNull(Type.Number()),
  tsExpires: micros('Epoch microseconds.'),
  honesty: Type.Number({ description: 'Estimate of axeHonesty.' }),
  contribution: Type.Number({ description: 'Added to the composite.' }),
});

const scoredDealer = {
  dealerId: DealerIdSchema,
  rank: orNull(
    Type.Integer({
      minimum: 1,
      description: '1 is best; null for a dealer with too few observations.',
    }),
  ),
  composite: Type.Number({ description: 'Weighted sum of the normalised metrics.' }),
  insufficient: Type.Boolean({ description: 'Too few RFQs at the ranked scope: ranked apart.' }),
};

export const rankedDealer = {
  ...scoredDealer,
  value: Type.Number({ description: "What the rank goes by: composite, or a metric's estimate." }),
  compositeStandardError: orNull(
    Type.Number({ minimum: 0, description: 'Of the composite; null: not known.' }),
  ),
  displayScore: Type.Number({ minimum: 0, maximum: 10, description: '0 to 10.' }),
  tier: orNull(Type.Integer({ minimum: 1, description: 'By asset class; 1 is best.' })),
  appetite: AppetiteSchema,
  metrics: Type.Array(MetricScoreSchema),
};

export const LogPositionSchema = Type.Object(
  {
    partitions: Type.Array(count('Sequence in the stream of this partition.')),
    all: count('Sequence in the stream of `all`.'),
    tiers: micros('The newest midnight whose tiers are in it, epoch microseconds; 0: none.'),
  },
  { description: 'The last applied sequence of each partition, then of `all`; and the tiers.' },
);

export const degradedPartitions = Type.Array(count('Partition.'), {
  description: 'Partitions that are being rebuilt.',
});
export const modelHash = text('Hash of the scoring model.');
export const rulesHash = text('Hash of the selection rules.');

const number = (description: string) => Type.Number({ description });
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });

const protocol = {
  kind: Type.Union([
    Type.Literal('parallel'),
    Type.Literal('staggered'),
    Type.Literal('sequential'),
  ]),
  delaySeconds: number('From one ask to the next; 0 in parallel.'),
  timeoutSeconds: number('How long each dealer may answer.'),
  isTwoSided: Type.Boolean({ description: 'Ask for a bid and an offer.' }),
};

export const PlanSchema = Type.Object(
  {
    ...protocol,
    steps: Type.Array(
      Type.Object({
        dealerId: DealerIdSchema,
        askAtSeconds: number('Seconds after the first ask.'),
        answerBySeconds: number('Seconds after the first ask.'),
      }),
      { description: 'In the order of asking.' },
    ),
  },
  { description: 'Who is asked when. A sequential plan ends with the first dealer that deals.' },
);

const RuleTraceSchema = Type.Object(
  {
    matched: Type.Array(
      Type.Object({
        name: text('Rule.'),
        sets: Type.Array(text('Field.'), {
          description: 'What comes from this rule; empty: others came first.',
        }),
      }),
    ),
    nearly: Type.Array(
      Type.Object({ name: text('Rule.'), missed: text('The one condition that did not hold.') }),
    ),
    undecided: Type.Array(Type.Object({ name: text('Rule.'), why: text('What is not known.') }), {
      description: 'Rules that could not be told, and so do not apply.',
    }),
  },
  { description: 'What became of the rules, in file order; the others did not match.' },
);

const PreTradeSchema = Type.Object(
  {
    mid: orNull(number('Newest mid.')),
    tsMid: orNull(micros('Of the tick behind the mid.')),
    spreadBps: orNull(number('Bid to ask.')),
    volatilityBps: orNull(number("Standard deviation of a day's return.")),
    advShare: orNull(number('Order over 30-day average daily volume.')),
    daysSinceTrade: orNull(
      number('Since the last trade; since the first tick where none was seen.'),
    ),
    spreadCostBps: orNull(number('Half the spread.')),
    impactBps: orNull(number('coefficient x volatility x sqrt(advShare).')),
    uncertaintyBps: orNull(number('volatility x sqrt(daysSinceTrade).')),
    curve: Type.Array(
      Type.Object({
        dealers: count('Dealers asked.'),
        gainBps: number('Expected best improvement against mid.'),
        leakageBps: number('Expected drift of the market from its having heard.'),
        netBps: number('gain - leakage.'),
      }),
      { description: 'One more dealer at a time, in calling order.' },
    ),
    recommended: count('Dealers at which net is largest; 0: nobody may be asked.'),
    benchmark: orNull(
      Type.Object(
        {
          price: number('A competitive quote.'),
          improvementBps: number('The same against mid.'),
          toleranceBps: number('A quote this much worse is still as expected.'),
        },
        { description: 'What later quotes are judged by; null without a fresh mid or a dealer.' },
      ),
    ),
  },
  { description: 'What can be expected before anybody is asked; null: not known.' },
);

const chance = share('Probability, before the draw, that the list would hold the dealer.');

const selection = {
  decisionId: Type.String({
    pattern: '^[0-9a-f]{16}$',
    description: 'The same question on the same state has the same id.',
  }),
  order: SelectRequestSchema,
  orderId: OrderIdSchema,
  instrumentId: InstrumentIdSchema,
  asOf: micros("The order's own time: the scores are as of then, epoch microseconds."),
  modelHash,
  rulesHash,
  position: LogPositionSchema,
  degraded: Type.Boolean({ description: 'Some partitions are being rebuilt.' }),
  degradedPartitions,
  instrumentKnown: Type.Boolean({ description: 'False: scored under ALL.' }),
  rankedScope: text('Where sufficiency is judged and masses are counted.'),
  scopes: Type.Array(text('Scope.'), {
    description: 'What an estimate shrinks through, finest first.',
  }),
  directory: count('Sequence, in the log of `all`, of the newest dealer record used.'),
  rules: RuleTraceSchema,
  maxDealers: orNull(
    Type.Object(
      { value: count('Dealers.'), rule: orNull(text('Rule; null: the order.')) },
      { description: 'Most dealers that may be called; null: no limit.' },
    ),
  ),
  dealers: Type.Array(
    Type.Object({
      ...rankedDealer,
      callOrder: Type.Integer({ minimum: 1, description: '1 is called first.' }),
      axe: orNull(AxePartSchema),
      chance,
      reason: text('One sentence for a trader.'),
    }),
    { description: 'Recommended, first to call first.' },
  ),
  others: Type.Object(
    {
      dealerIds: Type.Array(DealerIdSchema),
      ranks: Type.Array(scoredDealer.rank, { description: 'Among all considered.' }),
      composites: Type.Array(scoredDealer.composite),
      chances: orNull(Type.Array(chance, { description: 'Null: none is drawn.' })),
    },
    {
      description:
        'Considered and not recommended, side by side: ranked ones, best first, then those with ' +
        'too little evidence.',
    },
  ),
  filtered: Type.Array(
    Type.Object({
      dealerId: DealerIdSchema,
      rule: orNull(text('Rule; null: the dealer database.')),
      why: text('A clause with the dealer as its subject.'),
    }),
    { description: 'Not considered, by id.' },
  ),
  plan: PlanSchema,
  preTrade: PreTradeSchema,
  exploration: orNull(
    Type.Object(
      {
        share: share('Of orders that explore.'),
        isDrawn: Type.Boolean({ description: 'Whether this order does.' }),
        dealerId: orNull(DealerIdSchema),
      },
      { description: 'The last place was drawn, or could have been; null: never.' },
    ),
  ),
};

export const SelectionSchema = sameAs<Selection>()(
  Type.Object(selection, { description: 'Whom to call, in what order, and why.' }),
);

export const lagMs = orNull(
  Type.Number({
    minimum: 0,
    description:
      'Milliseconds since the log took the oldest message that is not in what is served; 0: all of it is. While the log does not answer: since it last did. Null: it has not answered yet, or nothing of some stream is served yet.',
  }),
);

export const SelectionAnswerSchema = sameAs<SelectionAnswer>()(
  Type.Object(
    { ...selection, lagMs },
    { description: 'A selection as it is answered; lagMs is no part of what is recorded.' },
  ),
);
