import Type from 'typebox';

const strict = { additionalProperties: false };
const Column = Type.String({ minLength: 1, maxLength: 200 });
const Optional = Type.Optional(
  Type.Boolean({ description: 'An empty column leaves the field out; else it refuses the row.' }),
);

/** A value read from a column, as a number. */
export const NumberFieldSchema = Type.Object(
  {
    number: Column,
    times: Type.Optional(Type.Number({ description: 'Factor, for another unit.' })),
    optional: Optional,
  },
  strict,
);

/** A value read from a column, as text or looked up. */
export const ColumnFieldSchema = Type.Object(
  {
    column: Column,
    map: Type.Optional(Type.Record(Type.String(), Type.String())),
    optional: Optional,
  },
  strict,
);

/** The row's time, or some seconds after it. */
export const TimeFieldSchema = Type.Object(
  { time: Type.Literal('row'), plusSeconds: Type.Optional(Type.Number()) },
  strict,
);

const Delay = Type.Object(
  {
    column: Column,
    unit: Type.Union([
      Type.Literal('seconds'),
      Type.Literal('minutes'),
      Type.Literal('milliseconds'),
    ]),
    apply: Type.Union([Type.Literal('add'), Type.Literal('subtract')]),
  },
  { ...strict, description: 'A column that says how far the time column is off.' },
);

const Time = Type.Object(
  {
    column: Column,
    format: Type.String({ minLength: 1, maxLength: 64 }),
    zone: Type.Optional(Type.String({ maxLength: 64, description: 'UTC if unsaid.' })),
    delay: Type.Optional(Delay),
  },
  strict,
);

const Condition = Type.Record(Column, Type.Array(Type.String(), { minItems: 1 }), {
  description: 'Only rows whose columns hold one of these texts.',
});

const EventTemplate = Type.Object(
  {
    kind: Type.String(),
    id: Type.Optional(Type.String()),
    when: Type.Optional(Condition),
    once: Type.Optional(
      Type.Boolean({ description: 'Publish an id the first time only, though many rows say it.' }),
    ),
  },
  { additionalProperties: true, description: 'The fields of one event.' },
);

/** A mapping file: how the rows of a CSV file become events. */
export const MappingSchema = Type.Object(
  {
    columns: Type.Union([Type.Literal('header'), Type.Array(Column, { minItems: 1 })], {
      description: '`header`: the first line names the columns; or their names in order.',
    }),
    delimiter: Type.Optional(Type.String({ minLength: 1, maxLength: 1 })),
    quote: Type.Optional(Type.Union([Type.Null(), Type.String({ minLength: 1, maxLength: 1 })])),
    time: Time,
    reference: Type.Optional(
      Type.Array(Type.Object({ kind: Type.String() }, { additionalProperties: true }), {
        description: 'Events without columns, in force from the beginning.',
      }),
    ),
    events: Type.Array(EventTemplate, { minItems: 1 }),
  },
  strict,
);
export type Mapping = Type.Static<typeof MappingSchema>;
export type EventTemplate = Mapping['events'][number];
