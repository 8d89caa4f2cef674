import Type from 'typebox';
import {
  DealerIdSchema,
  InstrumentIdSchema,
  type Micros,
  MicrosSchema,
  OrderIdSchema,
} from './ids.ts';
import type {
  DeltaFrame,
  ErrorFrame,
  PongFrame,
  SelectionFrame,
  SnapshotFrame,
  StatusFrame,
} from './protocol.ts';
import { InstrumentEventSchema } from './reference.ts';
import { sameAs } from './same-as.ts';
import type { Selection } from './selection.ts';

// What the engine says, as schemas: for the generated documents and for clients that check what
// they are sent. The engine itself is held to the interfaces, and the compiler holds the two equal.

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
const text = (description: string) => Type.String({ description });
const count = (description: string) => Type.Integer({ minimum: 0, description });

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
  tsExpires: microsOf('Epoch microseconds.'),
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

const rankedDealer = {
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

const SumsRowSchema = Type.Object(
  {
    dealerId: text('Dealer, or * for all of them pooled.'),
    sums: Type.Array(Type.Number(), {
      description:
        'A mask of columns, times of the newest quote and ask, then a cell for each (engine/scoring/block.ts).',
    }),
  },
  { description: 'Decayed sums of one dealer at one scope.' },
);

const LogPositionSchema = Type.Object(
  {
    partitions: Type.Array(count('Sequence in the stream of this partition.')),
    all: count('Sequence in the stream of `all`.'),
    tiers: microsOf('The newest midnight whose tiers are in it, epoch microseconds; 0: none.'),
  },
  { description: 'The last applied sequence of each partition, then of `all`; and the tiers.' },
);

const degradedPartitions = Type.Array(count('Partition.'), {
  description: 'Partitions that are being rebuilt.',
});
const modelHash = text('Hash of the scoring model.');
const rulesHash = text('Hash of the selection rules.');

export const SelectionSchema = sameAs<Selection>()(
  Type.Object(
    {
      orderId: OrderIdSchema,
      instrumentId: InstrumentIdSchema,
      asOf: microsOf("The order's own time: the scores are as of then, epoch microseconds."),
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
      dealers: Type.Array(
        Type.Object({
          ...rankedDealer,
          callOrder: Type.Integer({ minimum: 1, description: '1 is called first.' }),
          axe: orNull(AxePartSchema),
          reason: text('One sentence for a trader.'),
        }),
        { description: 'Recommended, first to call first.' },
      ),
      others: Type.Array(Type.Object(scoredDealer), {
        description: 'Ranked and not recommended, then the insufficient ones.',
      }),
    },
    { description: 'Whom to call, in what order, and why.' },
  ),
);

function microsOf(description: string) {
  return Type.Unsafe<Micros>({ ...MicrosSchema, description });
}

const topicState = {
  topic: text('Topic, as it was subscribed to.'),
  seq: count('Numbers the states of a topic; a delta applies to exactly seq - 1.'),
  asOf: microsOf('Smallest watermark of the partitions, epoch microseconds.'),
  position: LogPositionSchema,
  rows: Type.Array(Type.Union([Type.Object(rankedDealer), SumsRowSchema])),
};
const requestId = count('That of the frame that this answers.');

/** Every frame that the engine sends to a subscriber, by type. */
export const SERVER_FRAME_SCHEMAS = {
  snapshot: sameAs<SnapshotFrame>()(
    Type.Object(
      {
        type: Type.Literal('snapshot'),
        ...topicState,
        modelHash,
        instrument: Type.Optional(InstrumentEventSchema),
      },
      { description: 'The whole state of a topic; replaces whatever the subscriber held.' },
    ),
  ),
  delta: sameAs<DeltaFrame>()(
    Type.Object(
      {
        type: Type.Literal('delta'),
        ...topicState,
        removed: Type.Array(text('Dealer.'), { description: 'Dealers that left the topic.' }),
      },
      { description: 'Rows that changed since seq - 1, whole, and dealers that left.' },
    ),
  ),
  selection: sameAs<SelectionFrame>()(
    Type.Object(
      { type: Type.Literal('selection'), requestId, selection: SelectionSchema },
      { description: 'Answers a select frame.' },
    ),
  ),
  status: sameAs<StatusFrame>()(
    Type.Object(
      {
        type: Type.Literal('status'),
        ready: Type.Boolean({ description: 'Every partition has caught up with the log.' }),
        degradedPartitions,
        modelHash,
        rulesHash,
        asOf: orNull(microsOf('Smallest watermark, epoch microseconds; null: no event yet.')),
        scopes: Type.Array(text('Scope.'), {
          description: 'Every ranked segment, asset class and ALL, sorted.',
        }),
      },
      { description: 'Sent on connecting and whenever it changes.' },
    ),
  ),
  pong: sameAs<PongFrame>()(
    Type.Object(
      { type: Type.Literal('pong'), requestId },
      { description: 'Answers a ping frame.' },
    ),
  ),
  error: sameAs<ErrorFrame>()(
    Type.Object(
      {
        type: Type.Literal('error'),
        code: Type.Union([
          Type.Literal('badFrame'),
          Type.Literal('unknownTopic'),
          Type.Literal('tooManyTopics'),
          Type.Literal('badOrder'),
          Type.Literal('notReady'),
          Type.Literal('internal'),
        ]),
        message: text('What was wrong, where.'),
        requestId: Type.Optional(requestId),
        topic: Type.Optional(text('Of the subscription that failed.')),
      },
      { description: 'A frame was refused.' },
    ),
  ),
} as const;
