import Type from 'typebox';
import { Compile } from 'typebox/compile';
import {
  DealerIdSchema,
  FillIdSchema,
  InstrumentIdSchema,
  MicrosSchema,
  OrderIdSchema,
  RfqIdSchema,
  SideSchema,
} from './ids.ts';
import {
  type AnalysedFill,
  NULL_REASONS,
  ORDER_FIGURES,
  type OrderAnalysis,
  type OrderFigure,
} from './order-analysis.ts';
import { sameAs } from './same-as.ts';

/**
 * A post-trade analysis and where it comes from. Analyses are a pure function of the log and the
 * model, so (modelHash, partition, sequence, index) names one of them for ever.
 */
export interface TcaMessage {
  readonly partition: number;
  /** Sequence, in the partition's stream, of the message that brought it about. */
  readonly sequence: number;
  /** Which analysis of that message, from 0. */
  readonly index: number;
  readonly modelHash: string;
  readonly analysis: OrderAnalysis;
  /** Only if it had more fills than a message holds: how many of the last ones are left out. */
  readonly fillsOmitted?: number;
}

/** What a table keeps of a count. */
const UINT32_MAX = 0xffff_ffff;

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
const count = (description: string, maximum = UINT32_MAX) =>
  Type.Integer({ minimum: 0, maximum, description });
const mid = (description: string) =>
  orNull(Type.Number({ description: `${description}; null: there is none.` }));
const bps = (description: string) => orNull(Type.Number({ description: `${description}, bps.` }));
const micros = (description: string) => Type.Unsafe<number>({ ...MicrosSchema, description });

/** One property for each figure of an order. */
function perFigure<S extends Type.TSchema>(schemaOf: (figure: OrderFigure) => S) {
  const entries = ORDER_FIGURES.map((figure) => [figure, schemaOf(figure)]);
  return Object.fromEntries(entries) as Record<OrderFigure, S>;
}

const NullReasonSchema = Type.Enum([...NULL_REASONS], { description: 'Why there is no figure.' });

const AnalysedFillSchema = sameAs<AnalysedFill>()(
  Type.Object(
    {
      fillId: FillIdSchema,
      rfqId: orNull(RfqIdSchema),
      dealerId: DealerIdSchema,
      tsEvent: micros('Execution, epoch microseconds.'),
      price: Type.Number(),
      quantity: Type.Number({ description: 'Nominal.' }),
      midSent: mid("At the first send of its RFQ, or at the order's arrival"),
      midFill: mid('Strictly before it'),
      effectiveSpreadBps: bps('s (price - midFill) / midFill'),
      realizedSpread1mBps: bps('s (price - mid 1 minute later) / midFill'),
      realizedSpread5mBps: bps('s (price - mid 5 minutes later) / midFill'),
      realizedSpread30mBps: bps('s (price - mid 30 minutes later) / midFill'),
    },
    { description: 'One execution; s is +1 when the client buys, -1 when it sells.' },
  ),
);

const OrderAnalysisSchema = sameAs<OrderAnalysis>()(
  Type.Object(
    {
      orderId: OrderIdSchema,
      instrumentId: InstrumentIdSchema,
      revision: count('Counts up from 0; the highest holds.'),
      side: SideSchema,
      quantity: Type.Number({ description: 'Nominal.' }),
      filledQuantity: Type.Number({ minimum: 0, description: 'Nominal.' }),
      tsArrived: micros('Arrival of the order, epoch microseconds.'),
      tsClosed: micros('Close of the order, epoch microseconds.'),
      midArrived: mid('At the arrival'),
      figures: Type.Object(
        perFigure(() => orNull(Type.Number())),
        { description: 'bps of the mid at arrival; null where a mid is missing.' },
      ),
      nulls: Type.Object(
        perFigure(() => Type.Optional(NullReasonSchema)),
        { description: 'Why a figure is null.' },
      ),
      fills: Type.Array(AnalysedFillSchema, { description: 'In the order of execution.' }),
    },
    { description: 'Post-trade analysis of one order.' },
  ),
);

export const TcaMessageSchema = sameAs<TcaMessage>()(
  Type.Object(
    {
      partition: count('Partition of the instrument.', 1023),
      sequence: count(
        "Sequence, in the partition's stream, of the message that brought it about.",
        Number.MAX_SAFE_INTEGER,
      ),
      index: count('Which analysis of that message, from 0.'),
      modelHash: Type.String({ description: 'Hash of the scoring model.' }),
      analysis: OrderAnalysisSchema,
      fillsOmitted: Type.Optional(
        count('If it had more fills than a message holds: how many of the last ones are left out.'),
      ),
    },
    {
      description:
        'Post-trade analysis of an order: made once its last mark-out is due, and anew after a bust.',
    },
  ),
);

const validator = Compile(TcaMessageSchema);

/** Whether a decoded message is a post-trade record; fields that the schema does not know pass. */
export function isTcaMessage(value: unknown): value is TcaMessage {
  return validator.Check(value);
}
