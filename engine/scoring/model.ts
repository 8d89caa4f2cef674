import { FirstcallError } from '../../schemas/errors.ts';
import type { Micros } from '../../schemas/ids.ts';
import { METRIC_NAMES, METRICS, type Memory, type MetricName } from './metrics.ts';

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;

/**
 * What turns a log into scores. Its hash stands in every answer: two engines with the same hash and
 * the same log hold the same bits, and changing any of it means a replay.
 */
export interface Model {
  /** Half-life of each memory, whole microseconds. */
  readonly halfLifeMicros: Readonly<Record<Memory, Micros>>;
  /** Prior strength k: how many observations the parent scope counts for. */
  readonly priorStrength: number;
  /** Fewer decayed observations than this at the ranked scope: `insufficient`. */
  readonly minObservations: number;
  /** How much later than the newest event of its partition an event may come and still count. */
  readonly latenessMicros: Micros;
  /** How long after a fill the price must not have come back. */
  readonly reversionMicros: Micros;
  /** A mid older than this is stale, where the instrument does not say. */
  readonly staleAfterMicros: Micros;
  /** An order nobody closed is closed after this long. */
  readonly orderTimeoutMicros: Micros;
}

export const DEFAULT_MODEL: Model = {
  halfLifeMicros: {
    fast: 5 * MICROS_PER_DAY,
    base: 30 * MICROS_PER_DAY,
    slow: 90 * MICROS_PER_DAY,
  },
  priorStrength: 5,
  minObservations: 5,
  latenessMicros: 600 * MICROS_PER_SECOND,
  reversionMicros: 1800 * MICROS_PER_SECOND,
  staleAfterMicros: 3600 * MICROS_PER_SECOND,
  orderTimeoutMicros: MICROS_PER_DAY,
};

export const COLUMN_COUNT = METRIC_NAMES.length;

/** A metric's column in every row of cells. */
export function columnOf(metric: MetricName): number {
  return METRIC_NAMES.indexOf(metric);
}

/** Half-life of each column, in column order. */
export function columnHalfLives(model: Model): Micros[] {
  return METRIC_NAMES.map((name) => model.halfLifeMicros[METRICS[name].memory]);
}

/** Lays settings over the defaults. Throws FirstcallError `badModel` on an unknown or absurd one. */
export function resolveModel(settings: Readonly<Record<string, unknown>> = {}): Model {
  const { halfLifeMicros, ...rest } = settings;
  const model = { ...DEFAULT_MODEL } as Record<string, unknown>;
  for (const [name, value] of Object.entries(rest)) {
    requirePositive(name, value, Object.hasOwn(DEFAULT_MODEL, name));
    model[name] = value;
  }
  const halfLives = { ...DEFAULT_MODEL.halfLifeMicros } as Record<string, unknown>;
  for (const [memory, value] of Object.entries(halfLifeMicros ?? {})) {
    requirePositive(`halfLifeMicros.${memory}`, value, Object.hasOwn(halfLives, memory));
    halfLives[memory] = value;
  }
  return { ...model, halfLifeMicros: halfLives } as unknown as Model;
}

function requirePositive(name: string, value: unknown, known: boolean): void {
  if (!known) throw new FirstcallError('badModel', `model.${name}: there is no such setting`);
  const whole = name.includes('Micros');
  if (typeof value !== 'number' || !(value > 0) || (whole && !Number.isSafeInteger(value))) {
    const wanted = whole ? 'a whole number of microseconds above 0' : 'a number above 0';
    throw new FirstcallError(
      'badModel',
      `model.${name}: ${JSON.stringify(value)} is not ${wanted}`,
    );
  }
}

/** The model as text, keys sorted: what its hash is taken of. Includes what the code fixes. */
export function canonicalModel(model: Model): string {
  const metrics = METRIC_NAMES.map((name) => {
    const { memory, prior, priorVariance } = METRICS[name];
    return [name, memory, prior, priorVariance];
  });
  const sorted = Object.entries({ ...model, metrics }).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(sorted);
}
