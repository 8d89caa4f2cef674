import Type from 'typebox';

/** Adds a name that only the compiler sees, so that ids of different things cannot be mixed. */
type Brand<T, Name extends string> = T & { readonly __brand: Name };

export type DealerId = Brand<string, 'DealerId'>;
export type InstrumentId = Brand<string, 'InstrumentId'>;
export type IssuerId = Brand<string, 'IssuerId'>;
export type OrderId = Brand<string, 'OrderId'>;
export type RfqId = Brand<string, 'RfqId'>;
export type QuoteId = Brand<string, 'QuoteId'>;
export type FillId = Brand<string, 'FillId'>;

/** Epoch microseconds: an integer in [0, 2^53), safe as a number until the year 2255. */
export type Micros = number;

/** Printable ASCII without spaces; 64 characters at most, so that no id can grow a table. */
export const ID_PATTERN = '^[!-~]{1,64}$';
/** `*` is what the scores call all dealers pooled. */
export const DEALER_ID_PATTERN = '^(?!\\*$)[!-~]{1,64}$';

function idOf<T extends string>(description: string, pattern = ID_PATTERN) {
  return Type.Unsafe<T>(Type.String({ pattern, description }));
}

export const DealerIdSchema = idOf<DealerId>(
  'Dealer, as the desk names it; not `*`.',
  DEALER_ID_PATTERN,
);
export const InstrumentIdSchema = idOf<InstrumentId>('Instrument: ISIN, CUSIP or house id.');
export const IssuerIdSchema = idOf<IssuerId>('Issuer of the instrument.');
export const OrderIdSchema = idOf<OrderId>('Client order.');
export const RfqIdSchema = idOf<RfqId>(
  'Request for quote: one instrument, one side, one list line.',
);
export const QuoteIdSchema = idOf<QuoteId>('Quote; a dealer may send several for one RFQ.');
export const FillIdSchema = idOf<FillId>('Execution.');
export const EventIdSchema = idOf<string>('Makes a repeat of the event harmless.');

export const MicrosSchema = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Epoch microseconds.',
});

/**
 * An upper-case token that is safe inside a NATS subject and a segment id; not `ALL`, the scope above
 * every asset class.
 */
export const TokenSchema = Type.String({ pattern: '^(?!ALL$)[A-Z0-9_]{1,32}$' });

export const SideSchema = Type.Union([Type.Literal('buy'), Type.Literal('sell')], {
  description: "The client's side.",
});
export type Side = Type.Static<typeof SideSchema>;
