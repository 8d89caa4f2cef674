import Type, { type Static, type TObject } from 'typebox';
import { Compile } from 'typebox/compile';
import { DECISION_RECORD_KINDS } from '../../schemas/decision-record.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import { firstError } from '../../schemas/first-error.ts';
import {
  DealerIdSchema,
  InstrumentIdSchema,
  MicrosSchema,
  OrderIdSchema,
} from '../../schemas/ids.ts';
import { TopicSchema } from '../../schemas/protocol.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import type { QueryParameters } from './database.ts';
import { ORACLE_QUESTION_NAMES } from './oracle-questions.ts';
import { readQuery } from './sql-files.ts';

/** A question that other processes may ask: a fixed statement, and what may be put into it. */
interface NamedQuery<S extends TObject> {
  /** Of `schemas/clickhouse/queries`. */
  readonly file: string;
  readonly parameters: S;
  bind(parameters: Static<S>, names: LogNames): QueryParameters;
}

function query<S extends TObject>(
  file: string,
  parameters: S,
  bind: (parameters: Static<S>, names: LogNames) => QueryParameters,
): NamedQuery<S> {
  return { file, parameters, bind };
}

/** Characters of an unknown question that are quoted back. */
const MAX_QUOTED_LENGTH = 40;

const strict = { additionalProperties: false };
const SequenceSchema = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** One dealer in so many days, up to a moment or to the newest RFQ. */
const DealerPeriodSchema = Type.Object(
  {
    dealerId: DealerIdSchema,
    throughUs: Type.Optional(MicrosSchema),
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 1100 })),
    minObservations: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  },
  strict,
);

const bindDealerPeriod = (p: Static<typeof DealerPeriodSchema>): QueryParameters => ({
  dealer_id: p.dealerId,
  through_us: p.throughUs ?? Number.MAX_SAFE_INTEGER,
  days: p.days ?? 90,
  min_observations: p.minObservations ?? 3,
});

const NAMED_QUERIES = {
  /** Rows, and different places, by table. */
  counts: query('counts', Type.Object({}, strict), () => ({})),
  /** One dealer in one ranking over time. */
  scoreHistory: query(
    'score_history',
    Type.Object(
      {
        topic: TopicSchema,
        dealerId: DealerIdSchema,
        fromUs: Type.Optional(MicrosSchema),
        throughUs: Type.Optional(MicrosSchema),
      },
      strict,
    ),
    (p) => ({
      topic: p.topic,
      dealer_id: p.dealerId,
      from_us: p.fromUs ?? 0,
      through_us: p.throughUs ?? Number.MAX_SAFE_INTEGER,
    }),
  ),
  /** Every selection of one order. */
  selectionsOfOrder: query(
    'selections_of_order',
    Type.Object({ orderId: OrderIdSchema }, strict),
    (p) => ({ order_id: p.orderId }),
  ),
  /** One decision and its overrides. */
  decision: query(
    'decision',
    Type.Object({ decisionId: Type.String({ minLength: 1, maxLength: 64 }) }, strict),
    (p, names) => ({ decision_id: p.decisionId, override_subject: names.audit('override') }),
  ),
  /** The audit trail, newest first, as far as it matches. */
  decisionRecords: query(
    'decision_records',
    Type.Object(
      {
        kind: Type.Optional(Type.Union(DECISION_RECORD_KINDS.map((kind) => Type.Literal(kind)))),
        text: Type.Optional(Type.String({ maxLength: 128 })),
        by: Type.Optional(Type.String({ maxLength: 200 })),
        fromUs: Type.Optional(MicrosSchema),
        throughUs: Type.Optional(MicrosSchema),
        before: Type.Optional(SequenceSchema),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      },
      strict,
    ),
    (p, names) => ({
      kind: p.kind ?? '',
      text: p.text ?? '',
      by: p.by ?? '',
      from_us: p.fromUs ?? 0,
      through_us: p.throughUs ?? Number.MAX_SAFE_INTEGER,
      before: p.before ?? Number.MAX_SAFE_INTEGER,
      limit: p.limit ?? 50,
      audit_subject: names.audit('*').slice(0, -1),
    }),
  ),
  /** Rules by their hash, as they were recorded next to a place in the audit log. */
  rulesOfHash: query(
    'rules_of_hash',
    Type.Object(
      { hash: Type.String({ minLength: 1, maxLength: 64 }), near: SequenceSchema },
      strict,
    ),
    (p, names) => ({ hash: p.hash, near: p.near, rules_subject: names.audit('rules') }),
  ),
  /** Records of the decision stream in their order, with the hashes that they carry and give. */
  auditChain: query(
    'audit_chain',
    Type.Object(
      {
        fromSequence: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
        limit: Type.Integer({ minimum: 1, maximum: 10_000 }),
      },
      strict,
    ),
    (p) => ({ from_sequence: p.fromSequence ?? 1, limit: p.limit }),
  ),
  /** The newest post-trade analysis of one order. */
  analysisOfOrder: query(
    'analysis_of_order',
    Type.Object({ orderId: OrderIdSchema }, strict),
    (p) => ({ order_id: p.orderId }),
  ),
  /** The newest post-trade analysis of each order that arrived in a time, newest first. */
  orderAnalyses: query(
    'order_analyses',
    Type.Object(
      {
        instrumentId: Type.Optional(InstrumentIdSchema),
        fromUs: Type.Optional(MicrosSchema),
        throughUs: Type.Optional(MicrosSchema),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
      },
      strict,
    ),
    (p) => ({
      instrument_id: p.instrumentId ?? '',
      from_us: p.fromUs ?? 0,
      through_us: p.throughUs ?? Number.MAX_SAFE_INTEGER,
      limit: p.limit ?? 100,
    }),
  ),
  /** Each firm quote of an order against what its selection expected, best first. */
  quotesAgainstBenchmark: query(
    'quotes_against_benchmark',
    Type.Object({ orderId: OrderIdSchema }, strict),
    (p) => ({ order_id: p.orderId }),
  ),
  /** What a dealer did with our RFQs, week by week or day by day, beside the median dealer. */
  dealerTrend: query('dealer_trend', DealerPeriodSchema, bindDealerPeriod),
  /** How the mid moved after a dealer's fills, beside the median dealer. */
  dealerMarkOuts: query('dealer_mark_outs', DealerPeriodSchema, bindDealerPeriod),
  /** How many axes a dealer has sent. */
  dealerAxes: query('dealer_axes', DealerPeriodSchema, bindDealerPeriod),
  /** A dealer's composite and its parts, now and some days ago. */
  scoreChange: query(
    'score_change',
    Type.Object(
      {
        topic: TopicSchema,
        dealerId: DealerIdSchema,
        days: Type.Optional(Type.Integer({ minimum: 1, maximum: 1100 })),
      },
      strict,
    ),
    (p) => ({ topic: p.topic, dealer_id: p.dealerId, days: p.days ?? 7 }),
  ),
  /** What was refused, by reason. */
  deadLetterCounts: query('dead_letter_counts', Type.Object({}, strict), () => ({})),
  /** What was refused, newest first, with the beginning of each message. */
  deadLetters: query(
    'dead_letters',
    Type.Object(
      {
        reason: Type.Optional(Type.String({ maxLength: 64 })),
        before: Type.Optional(SequenceSchema),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
        bytesMax: Type.Optional(Type.Integer({ minimum: 0, maximum: 393_216 })),
      },
      strict,
    ),
    (p) => ({
      reason: p.reason ?? '',
      before: p.before ?? Number.MAX_SAFE_INTEGER,
      limit: p.limit ?? 20,
      base64_max: 4 * Math.ceil((p.bytesMax ?? 0) / 3),
    }),
  ),
};

/** A statement and its parameters, but for `log`. */
export interface BoundQuery {
  readonly sql: string;
  readonly parameters: QueryParameters;
}

const compiled = new Map(
  Object.entries(NAMED_QUERIES).map(([name, { file, parameters, bind }]) => [
    name,
    {
      file,
      validator: Compile(parameters),
      bind: bind as (p: unknown, names: LogNames) => QueryParameters,
    },
  ]),
);

/** Binds a named query. Throws FirstcallError `unknownQuery` or `badParameters`. */
export function bindQuery(name: string, parameters: unknown, names: LogNames): BoundQuery {
  const found = compiled.get(name);
  if (found === undefined) {
    const names = ['positions', ...compiled.keys(), ...ORACLE_QUESTION_NAMES].join(', ');
    const message = `query "${name.slice(0, MAX_QUOTED_LENGTH)}": use one of ${names}`;
    throw new FirstcallError('unknownQuery', message);
  }
  if (!found.validator.Check(parameters)) {
    throw new FirstcallError(
      'badParameters',
      firstError(found.validator, parameters, 'parameters'),
    );
  }
  return { sql: readQuery(found.file), parameters: found.bind(parameters, names) };
}
