import Type, { type Static, type TObject } from 'typebox';
import { Compile } from 'typebox/compile';
import { FirstcallError } from '../../schemas/errors.ts';
import { firstError } from '../../schemas/first-error.ts';
import { DealerIdSchema, MicrosSchema } from '../../schemas/ids.ts';
import type { QueryParameters } from './database.ts';

/** Rows of a page of sums; each is at most 600 bytes or so, and an answer at most 1 MB. */
const SUMS_PAGE_ROWS = 1_500;
/** The same of observations, whose scopes take more. */
const OBSERVATIONS_PAGE_ROWS = 500;

const SETTLE_US = 1_800_000_000;

const strict = { additionalProperties: false };
const RunSchema = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' });
const MetricSchema = Type.String({ pattern: '^[A-Za-z0-9_.]{1,64}$' });
const ScopeSchema = Type.String({ maxLength: 256 });
const SequenceSchema = Type.Integer({ minimum: 0, maximum: 2 ** 46 });
const HalfLifeSchema = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const PoolOrDealerSchema = Type.Union([DealerIdSchema, Type.Literal('*'), Type.Literal('')]);

/** Every parameter but `log` and `run`. */
interface Question<S extends TObject> {
  readonly parameters: S;
  bind(parameters: Static<S>): QueryParameters;
}

function question<S extends TObject>(
  parameters: S,
  bind: (parameters: Static<S>) => QueryParameters,
): Question<S> {
  return { parameters, bind };
}

const QUESTIONS = {
  /** One step of deriving a run's observations; 1 begins a run, and forgets what it had. */
  oracleDerive: question(
    Type.Object(
      {
        run: RunSchema,
        step: Type.Integer({ minimum: 1, maximum: 99 }),
        /** Last sequences, as LogPosition of schemas/selection.ts. */
        position: Type.Object(
          { partitions: Type.Array(SequenceSchema, { maxItems: 1024 }), all: SequenceSchema },
          strict,
        ),
        latenessUs: MicrosSchema,
        staleUs: MicrosSchema,
        orderTimeoutUs: MicrosSchema,
        settleUs: Type.Optional(MicrosSchema),
        tcaNames: Type.Array(Type.String({ maxLength: 48 }), { maxItems: 64 }),
        splitBySide: Type.Boolean(),
        sizeBounds: Type.Array(Type.Number(), { maxItems: 8 }),
      },
      strict,
    ),
    (p) => ({
      last: new Map([[-1, p.position.all], ...p.position.partitions.entries()]),
      lateness_us: p.latenessUs,
      stale_us: p.staleUs,
      timeout_us: p.orderTimeoutUs,
      settle_us: p.settleUs ?? SETTLE_US,
      tca_names: p.tcaNames,
      split_by_side: p.splitBySide,
      size_bounds: p.sizeBounds,
    }),
  ),
  /** What a derived run has observed, by metric. */
  oracleMetrics: question(Type.Object({ run: RunSchema }, strict), () => ({})),
  /** Sums one metric up, in place of what it was summed up to before. */
  oracleSum: question(
    Type.Object(
      {
        run: RunSchema,
        metric: MetricSchema,
        asOfUs: MicrosSchema,
        /** [fast, base, slow] */
        halfLivesUs: Type.Array(HalfLifeSchema, { minItems: 3, maxItems: 3 }),
      },
      strict,
    ),
    (p) => ({ metric: p.metric, as_of_us: p.asOfUs, half_lives_us: p.halfLivesUs }),
  ),
  /** A page of those sums. */
  oracleSums: question(
    Type.Object(
      {
        run: RunSchema,
        metric: MetricSchema,
        afterScope: Type.Optional(ScopeSchema),
        afterDealerId: Type.Optional(PoolOrDealerSchema),
      },
      strict,
    ),
    (p) => ({
      metric: p.metric,
      after_scope: p.afterScope ?? '',
      after_dealer_id: p.afterDealerId ?? '',
      page_rows: SUMS_PAGE_ROWS,
    }),
  ),
  /** The observations of a metric, or of one row of its sums. */
  oracleObservations: question(
    Type.Object(
      {
        run: RunSchema,
        metric: MetricSchema,
        scope: Type.Optional(ScopeSchema),
        dealerId: Type.Optional(DealerIdSchema),
        skip: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 })),
      },
      strict,
    ),
    (p) => ({
      metric: p.metric,
      scope: p.scope ?? '',
      dealer_id: p.dealerId ?? '',
      skip: p.skip ?? 0,
      page_rows: OBSERVATIONS_PAGE_ROWS,
    }),
  ),
  /** Forgets a run. */
  oracleDrop: question(Type.Object({ run: RunSchema }, strict), () => ({})),
};

export type OracleQuestionName = keyof typeof QUESTIONS;

export const ORACLE_QUESTION_NAMES = Object.keys(QUESTIONS) as OracleQuestionName[];

export interface OracleQuestion {
  readonly name: OracleQuestionName;
  readonly run: string;
  /** Of `oracleDerive`. */
  readonly step: number;
  /** For the SQL, but for `log` and `run`. */
  readonly parameters: QueryParameters;
}

const compiled = new Map(
  Object.entries(QUESTIONS).map(([name, { parameters, bind }]) => [
    name,
    { validator: Compile(parameters), bind: bind as (p: unknown) => QueryParameters },
  ]),
);

/** Null if the oracle does not know the question. Throws FirstcallError `badParameters`. */
export function readOracleQuestion(name: string, parameters: unknown): OracleQuestion | null {
  const found = compiled.get(name);
  if (found === undefined) return null;
  if (!found.validator.Check(parameters)) {
    const message = firstError(found.validator, parameters, 'parameters');
    throw new FirstcallError('badParameters', message);
  }
  const { run, step = 0 } = parameters as { run: string; step?: number };
  return { name: name as OracleQuestionName, run, step, parameters: found.bind(parameters) };
}
