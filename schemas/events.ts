import Type from 'typebox';
import {
  DealerIdSchema,
  EventIdSchema,
  FillIdSchema,
  InstrumentIdSchema,
  type Micros,
  MicrosSchema,
  OrderIdSchema,
  QuoteIdSchema,
  RfqIdSchema,
  SideSchema,
} from './ids.ts';
import { DealerEventSchema, InstrumentEventSchema } from './reference.ts';

/** Price in the instrument's own terms (never a yield or a spread: the feed converts). */
const Price = Type.Number({ exclusiveMinimum: 0, maximum: 1e12, description: 'Price, not yield.' });
const Quantity = Type.Number({
  exclusiveMinimum: 0,
  maximum: 1e15,
  description: "Nominal, in the instrument's currency.",
});

const EventTime = Type.Unsafe<Micros>({
  ...MicrosSchema,
  description: 'Epoch microseconds, from 2000 to 2100: what is outside is of another unit.',
});

function eventOf<K extends string, P extends Type.TProperties>(
  kind: K,
  description: string,
  properties: P,
) {
  return Type.Object(
    { kind: Type.Literal(kind), id: EventIdSchema, tsEvent: EventTime, ...properties },
    { additionalProperties: false, description },
  );
}

const OrderEventSchema = eventOf('order', 'A client order arrived.', {
  orderId: OrderIdSchema,
  instrumentId: InstrumentIdSchema,
  side: SideSchema,
  quantity: Quantity,
});

const OrderClosedEventSchema = eventOf('orderClosed', 'A client order is finished.', {
  orderId: OrderIdSchema,
  instrumentId: InstrumentIdSchema,
});

const AskSchema = Type.Object(
  {
    dealerId: DealerIdSchema,
    tsSent: MicrosSchema,
  },
  { additionalProperties: false, description: 'One dealer asked, and when.' },
);

const RfqEventSchema = eventOf(
  'rfq',
  'A request for quote, sent or planned; a further event of the same rfqId adds dealers. An ask whose tsSent is later than the close was never reached.',
  {
    rfqId: RfqIdSchema,
    orderId: Type.Optional(OrderIdSchema),
    instrumentId: InstrumentIdSchema,
    side: Type.Union([Type.Literal('buy'), Type.Literal('sell'), Type.Literal('two_sided')]),
    quantity: Quantity,
    asks: Type.Array(AskSchema, { minItems: 1, maxItems: 256 }),
    tsDeadline: MicrosSchema,
    lines: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: 'Lines of the list that this RFQ is one of; each weighs 1/lines.',
      }),
    ),
    allOrNone: Type.Optional(Type.Boolean()),
  },
);

const QuoteEventSchema = eventOf('quote', "A dealer's answer, or a streamed quote.", {
  quoteId: QuoteIdSchema,
  rfqId: Type.Optional(RfqIdSchema),
  dealerId: DealerIdSchema,
  instrumentId: InstrumentIdSchema,
  quoteKind: Type.Union(
    [
      Type.Literal('firm'),
      Type.Literal('indicative'),
      Type.Literal('pass'),
      Type.Literal('reject'),
    ],
    { description: 'pass and reject carry no price.' },
  ),
  bid: Type.Optional(Price),
  ask: Type.Optional(Price),
  quantity: Type.Optional(Quantity),
  tsExpires: Type.Optional(MicrosSchema),
});

const quoteReference = {
  quoteId: QuoteIdSchema,
  rfqId: Type.Optional(RfqIdSchema),
  dealerId: DealerIdSchema,
  instrumentId: InstrumentIdSchema,
};

const QuoteCancelEventSchema = eventOf(
  'quoteCancel',
  'The dealer withdrew a quote.',
  quoteReference,
);
const QuoteAcceptEventSchema = eventOf(
  'quoteAccept',
  'The client lifted a firm quote.',
  quoteReference,
);
const QuoteAcceptRejectEventSchema = eventOf(
  'quoteAcceptReject',
  'The dealer refused our acceptance (last look).',
  quoteReference,
);

const FillEventSchema = eventOf('fill', 'An execution; names its RFQ, its order or both.', {
  fillId: FillIdSchema,
  rfqId: Type.Optional(RfqIdSchema),
  orderId: Type.Optional(OrderIdSchema),
  dealerId: DealerIdSchema,
  instrumentId: InstrumentIdSchema,
  side: SideSchema,
  price: Price,
  quantity: Quantity,
});

const FillBustEventSchema = eventOf('fillBust', 'An execution was cancelled.', {
  fillId: FillIdSchema,
  rfqId: Type.Optional(RfqIdSchema),
  orderId: Type.Optional(OrderIdSchema),
  dealerId: DealerIdSchema,
  instrumentId: InstrumentIdSchema,
});

const RfqClosedEventSchema = eventOf('rfqClosed', 'An RFQ is over.', {
  rfqId: RfqIdSchema,
  instrumentId: InstrumentIdSchema,
  reason: Type.Union([Type.Literal('traded'), Type.Literal('cancelled'), Type.Literal('expired')]),
});

const TickEventSchema = eventOf('tick', 'Market data: a mid, or a bid and an ask.', {
  instrumentId: InstrumentIdSchema,
  bid: Type.Optional(Price),
  ask: Type.Optional(Price),
  mid: Type.Optional(Price),
  volume: Type.Optional(Type.Number({ minimum: 0, description: 'Nominal traded.' })),
});

const AxeEventSchema = eventOf('axe', 'A dealer says what it wants to deal in.', {
  axeId: QuoteIdSchema,
  dealerId: DealerIdSchema,
  instrumentId: InstrumentIdSchema,
  dealerSide: SideSchema,
  quantity: Quantity,
  price: Type.Optional(Price),
  tsExpires: MicrosSchema,
});

const TcaEventSchema = eventOf('tca', 'A named metric of a dealer from outside.', {
  name: Type.String({ pattern: '^[A-Za-z0-9_]{1,48}$' }),
  dealerId: DealerIdSchema,
  instrumentId: InstrumentIdSchema,
  value: Type.Number({ minimum: -1e12, maximum: 1e12 }),
  quantity: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e6 })),
});

const ClockEventSchema = eventOf(
  'clock',
  'Event time has reached tsEvent; moves the watermark of a quiet partition.',
  {},
);

/** Every event by kind. A log message carries one of these, or several of one kind. */
export const EVENT_SCHEMAS = {
  order: OrderEventSchema,
  orderClosed: OrderClosedEventSchema,
  rfq: RfqEventSchema,
  quote: QuoteEventSchema,
  quoteCancel: QuoteCancelEventSchema,
  quoteAccept: QuoteAcceptEventSchema,
  quoteAcceptReject: QuoteAcceptRejectEventSchema,
  fill: FillEventSchema,
  fillBust: FillBustEventSchema,
  rfqClosed: RfqClosedEventSchema,
  tick: TickEventSchema,
  axe: AxeEventSchema,
  tca: TcaEventSchema,
  clock: ClockEventSchema,
  dealer: DealerEventSchema,
  instrument: InstrumentEventSchema,
} as const;

export type EventKind = keyof typeof EVENT_SCHEMAS;
export type EventOf<K extends EventKind> = Type.Static<(typeof EVENT_SCHEMAS)[K]>;
export type FirstcallEvent = { [K in EventKind]: EventOf<K> }[EventKind];

export type OrderEvent = EventOf<'order'>;
export type OrderClosedEvent = EventOf<'orderClosed'>;
export type RfqEvent = EventOf<'rfq'>;
export type QuoteEvent = EventOf<'quote'>;
export type FillEvent = EventOf<'fill'>;
export type FillBustEvent = EventOf<'fillBust'>;
export type RfqClosedEvent = EventOf<'rfqClosed'>;
export type TickEvent = EventOf<'tick'>;
export type AxeEvent = EventOf<'axe'>;

export const EVENT_KINDS = Object.keys(EVENT_SCHEMAS) as EventKind[];
