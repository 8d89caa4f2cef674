import Type, { type Static } from 'typebox';
import { orNull } from '../../schemas/schema-words.ts';

/** Changes with the meaning of a field: figures of another format are not read. */
export const FORMAT = 2;

const OVER_ROUNDS = Type.Object({
  median: Type.Number(),
  quarter: Type.Number(),
  threeQuarters: Type.Number(),
  better: Type.Enum(['less', 'more']),
  unit: orNull(Type.Enum(['x', 'bytes'])),
});

const ROW = Type.Object({
  contender: Type.String(),
  isBaseline: Type.Boolean(),
  texts: Type.Array(Type.String()),
  figures: Type.Record(Type.String(), orNull(Type.Union([Type.Number(), Type.String()]))),
  measured: Type.Record(Type.String(), orNull(OVER_ROUNDS)),
});

const TABLE = Type.Object({
  title: Type.String(),
  columns: Type.Array(Type.String()),
  rows: Type.Array(ROW),
});

const CHECK = Type.Object({
  name: Type.String(),
  passed: Type.Boolean(),
  detail: Type.String(),
});

const BENCH = Type.Object({
  name: Type.String(),
  question: Type.String(),
  load: Type.String(),
  notes: Type.Array(Type.String()),
  checks: Type.Array(CHECK),
  tables: Type.Array(TABLE),
});

/** A target and what came of it in a run. */
const TARGET = Type.Object({
  name: Type.String(),
  group: Type.String(),
  bench: Type.String(),
  what: Type.String(),
  against: orNull(Type.String()),
  bound: Type.Enum(['atLeast', 'atMost']),
  limit: Type.Number(),
  unit: Type.Enum(['x', 'us', 'ms', 'bytes']),
  value: orNull(Type.Number()),
  verdict: Type.Enum(['met', 'missed', 'not measured']),
  why: orNull(Type.String()),
  cell: orNull(
    Type.Object({ table: Type.String(), contender: Type.String(), column: Type.String() }),
  ),
});

export const RESULTS = Type.Object({
  format: Type.Literal(FORMAT),
  startedAt: Type.String(),
  machine: Type.Object({
    cpu: Type.String(),
    cores: Type.Number(),
    memoryGiB: Type.Number(),
    system: Type.String(),
    node: Type.String(),
    loadAverage: Type.Number(),
    libraries: Type.Record(Type.String(), Type.String()),
  }),
  effort: Type.Object({
    quick: Type.Boolean(),
    rounds: Type.Number(),
    seconds: Type.Number(),
  }),
  targets: Type.Array(TARGET),
  benches: Type.Array(BENCH),
});

/** The figures of a run, as they are kept: latencies in nanoseconds, histograms in HDR's base64. */
export type Results = Static<typeof RESULTS>;
export type BenchResult = Static<typeof BENCH>;
export type TableResult = Static<typeof TABLE>;
export type RowResult = Static<typeof ROW>;
export type TargetResult = Static<typeof TARGET>;
