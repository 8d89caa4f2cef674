import Type from 'typebox';
import {
  DealerIdSchema,
  EventIdSchema,
  InstrumentIdSchema,
  IssuerIdSchema,
  MicrosSchema,
  TokenSchema,
} from './ids.ts';
import { RATINGS, type Rating } from './ratings.ts';

export type { Rating } from './ratings.ts';

const DateSchema = Type.String({
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
  description: 'Calendar date, YYYY-MM-DD.',
});

const text = (description: string) => Type.String({ maxLength: 200, description });

export const InstrumentEventSchema = Type.Object(
  {
    kind: Type.Literal('instrument'),
    id: EventIdSchema,
    tsEvent: MicrosSchema,
    instrumentId: InstrumentIdSchema,
    isin: Type.Optional(Type.String({ pattern: '^[A-Z]{2}[A-Z0-9]{9}[0-9]$' })),
    cusip: Type.Optional(Type.String({ pattern: '^[A-Z0-9]{9}$' })),
    issuerId: Type.Optional(IssuerIdSchema),
    assetClass: Type.Optional(TokenSchema),
    sector: Type.Optional(TokenSchema),
    rating: Type.Optional(Type.Unsafe<Rating>(Type.Union(RATINGS.map((r) => Type.Literal(r))))),
    maturityDate: Type.Optional(DateSchema),
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
    averageDailyVolume: Type.Optional(
      Type.Number({ minimum: 0, description: '30-day average daily volume, nominal.' }),
    ),
    benchmarkId: Type.Optional(InstrumentIdSchema),
    beta: Type.Optional(
      Type.Number({ minimum: -100, maximum: 100, description: 'Return on the benchmark return.' }),
    ),
    staleAfterSeconds: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, description: 'A mid older than this is stale.' }),
    ),
  },
  {
    additionalProperties: false,
    description: 'Security master record; the newest in the log holds.',
  },
);
export type InstrumentEvent = Type.Static<typeof InstrumentEventSchema>;

const DeskSchema = Type.Object(
  {
    name: text('Desk.'),
    contacts: Type.Optional(Type.Array(text('How to reach it.'), { maxItems: 16 })),
  },
  { additionalProperties: false },
);

const AgreementSchema = Type.Object(
  {
    name: text('Agreement, such as ISDA.'),
    validFrom: Type.Optional(DateSchema),
    /** The last day. */
    validUntil: Type.Optional(DateSchema),
  },
  { additionalProperties: false },
);

const CreditLimitSchema = Type.Object(
  {
    quantity: Type.Number({ minimum: 0, maximum: 1e15, description: 'Nominal of one order.' }),
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  },
  { additionalProperties: false, description: 'A larger order is not shown to the dealer.' },
);

export const DealerEventSchema = Type.Object(
  {
    kind: Type.Literal('dealer'),
    id: EventIdSchema,
    tsEvent: MicrosSchema,
    dealerId: DealerIdSchema,
    name: Type.Optional(text('Display name.')),
    legalEntity: Type.Optional(text('Legal entity.')),
    lei: Type.Optional(Type.String({ pattern: '^[A-Z0-9]{18}[0-9]{2}$' })),
    desks: Type.Optional(Type.Array(DeskSchema, { maxItems: 32 })),
    assetClasses: Type.Optional(
      Type.Array(TokenSchema, { maxItems: 32, description: 'What the dealer specialises in.' }),
    ),
    agreements: Type.Optional(Type.Array(AgreementSchema, { maxItems: 32 })),
    fixCompId: Type.Optional(text('FIX SenderCompID (49) of the dealer.')),
    enabled: Type.Boolean({ description: 'False: never ask.' }),
    restricted: Type.Optional(text('Why it must not be asked for now; absent: it may.')),
    creditLimit: Type.Optional(CreditLimitSchema),
    changedBy: Type.Optional(text('Who made this version.')),
    changeReason: Type.Optional(text('Why.')),
  },
  {
    additionalProperties: false,
    description: 'Dealer master record; the newest in the log holds.',
  },
);
export type DealerEvent = Type.Static<typeof DealerEventSchema>;
