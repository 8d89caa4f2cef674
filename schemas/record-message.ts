import Type from 'typebox';
import { DealerIdSchema, InstrumentIdSchema } from './ids.ts';
import { DealerEventSchema, InstrumentEventSchema } from './reference.ts';
import { count, orNull, text } from './schema-words.ts';

const sequence = count('Sequence, in its stream, of the message that brought the record.');

/** Audit record: the dealer database says something else of a dealer, whoever published it. */
export const DealerMessageSchema = Type.Object(
  {
    type: Type.Literal('dealer'),
    sequence,
    index: count('Place of the record in that message.'),
    dealerId: DealerIdSchema,
    by: orNull(text('Who changed it; null: the record does not say.')),
    reason: orNull(text('Why; null: the record does not say.')),
    before: Type.Union([DealerEventSchema, Type.Null()], { description: 'Null: there was none.' }),
    after: DealerEventSchema,
  },
  { description: 'A dealer record that says something else than the one before.' },
);
export type DealerMessage = Type.Static<typeof DealerMessageSchema>;

/** Audit record: somebody has edited an instrument of the security master. */
export const InstrumentMessageSchema = Type.Object(
  {
    type: Type.Literal('instrument'),
    partition: count('Partition of the instrument.'),
    sequence,
    instrumentId: InstrumentIdSchema,
    by: text('Who changed it.'),
    reason: text('Why.'),
    before: Type.Union([InstrumentEventSchema, Type.Null()], {
      description: 'Null: there was none.',
    }),
    after: InstrumentEventSchema,
  },
  { description: 'An instrument record that somebody has edited.' },
);
export type InstrumentMessage = Type.Static<typeof InstrumentMessageSchema>;
