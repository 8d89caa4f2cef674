import { FirstcallError } from '../../schemas/errors.ts';
import { MEMORIES, METRIC_NAMES } from './metrics.ts';
import {
  DEFAULT_MODEL,
  MAX_TCA_METRICS,
  type MetricSettings,
  type Model,
  type TcaMetric,
  type TierThreshold,
} from './model.ts';

type Settings = Readonly<Record<string, unknown>>;

/**
 * Lays settings over the default model. Throws FirstcallError `badModel`, which names the setting,
 * on an unknown or absurd one.
 */
export function resolveModel(settings: Settings = {}): Model {
  const model: Record<string, unknown> = { ...DEFAULT_MODEL };
  for (const [name, value] of Object.entries(settings)) {
    model[name] = readSetting(name, value, settings);
  }
  return model as unknown as Model;
}

function readSetting(name: string, value: unknown, settings: Settings): unknown {
  switch (name) {
    case 'halfLifeMicros':
      return { ...DEFAULT_MODEL.halfLifeMicros, ...readHalfLives(name, value) };
    case 'metrics':
      return readMetrics(value, settings.tcaMetrics);
    case 'tcaMetrics':
      return readTcaMetrics(value);
    case 'splitBySide':
      if (typeof value !== 'boolean') throw badModel(name, value, 'true or false');
      return value;
    case 'sizeBounds':
      return readSizeBounds(value);
    case 'tiers':
      return readTiers(value);
    default:
      if (!Object.hasOwn(DEFAULT_MODEL, name)) throw noSuch(name);
      return readPositive(name, value, name.includes('Micros'));
  }
}

function readHalfLives(path: string, value: unknown): Record<string, number> {
  const halfLives: Record<string, number> = {};
  for (const [memory, micros] of Object.entries(readMap(path, value))) {
    if (!(MEMORIES as readonly string[]).includes(memory)) throw noSuch(`${path}.${memory}`);
    halfLives[memory] = readPositive(`${path}.${memory}`, micros, true);
  }
  return halfLives;
}

function readMetrics(value: unknown, tcaMetrics: unknown): Record<string, MetricSettings> {
  const outside = Array.isArray(tcaMetrics) ? tcaMetrics.map((tca) => `tca.${tca?.name}`) : [];
  const names: readonly string[] = [...METRIC_NAMES, ...outside];
  const metrics: Record<string, MetricSettings> = {};
  for (const [name, settings] of Object.entries(readMap('metrics', value))) {
    if (!names.includes(name)) throw noSuch(`metrics.${name}`);
    const { halfLifeMicros, priorStrength, ...rest } = readMap(`metrics.${name}`, settings);
    const path = `metrics.${name}`;
    for (const unknown of Object.keys(rest)) throw noSuch(`${path}.${unknown}`);
    metrics[name] = {
      ...(halfLifeMicros === undefined
        ? {}
        : { halfLifeMicros: readHalfLives(`${path}.halfLifeMicros`, halfLifeMicros) }),
      ...(priorStrength === undefined
        ? {}
        : { priorStrength: readPositive(`${path}.priorStrength`, priorStrength, false) }),
    };
  }
  return metrics;
}

function readTcaMetrics(value: unknown): TcaMetric[] {
  if (!Array.isArray(value) || value.length > MAX_TCA_METRICS) {
    throw badModel('tcaMetrics', value, `a list of at most ${MAX_TCA_METRICS} metrics`);
  }
  const names = new Set<unknown>();
  return value.map((entry, i) => {
    const path = `tcaMetrics.${i}`;
    const { name, higherIsBetter, prior = 0, priorVariance = 1, ...rest } = readMap(path, entry);
    for (const unknown of Object.keys(rest)) throw noSuch(`${path}.${unknown}`);
    if (typeof name !== 'string' || !/^[A-Za-z0-9_]{1,48}$/.test(name) || names.has(name)) {
      throw badModel(`${path}.name`, name, '1 to 48 of A-Z, a-z, 0-9 and _, each name once');
    }
    if (typeof higherIsBetter !== 'boolean') {
      throw badModel(`${path}.higherIsBetter`, higherIsBetter, 'true or false');
    }
    if (typeof prior !== 'number' || !Number.isFinite(prior)) {
      throw badModel(`${path}.prior`, prior, 'a number');
    }
    names.add(name);
    const variance = readPositive(`${path}.priorVariance`, priorVariance, false);
    return { name, higherIsBetter, prior, priorVariance: variance };
  });
}

function readSizeBounds(value: unknown): number[] {
  const wanted = 'at most 8 nominals above 0, ascending';
  if (!Array.isArray(value) || value.length > 8) throw badModel('sizeBounds', value, wanted);
  for (const [i, bound] of value.entries()) {
    const isNext = Number.isFinite(bound) && bound > (i === 0 ? 0 : value[i - 1]);
    if (!isNext) throw badModel('sizeBounds', value, wanted);
  }
  return value as number[];
}

function readTiers(value: unknown): TierThreshold[] {
  const wanted =
    'a list of at most 8 {enter, leave}, best first, leave at most enter, each below the one before';
  if (!Array.isArray(value) || value.length > 8) throw badModel('tiers', value, wanted);
  let above = Number.POSITIVE_INFINITY;
  return value.map((entry, i) => {
    const { enter, leave, ...rest } = readMap(`tiers.${i}`, entry);
    for (const unknown of Object.keys(rest)) throw noSuch(`tiers.${i}.${unknown}`);
    const isOrdered =
      Number.isFinite(enter) &&
      Number.isFinite(leave) &&
      (leave as number) <= (enter as number) &&
      (enter as number) <= above;
    if (!isOrdered) throw badModel('tiers', value, wanted);
    above = leave as number;
    return { enter: enter as number, leave: leave as number };
  });
}

function readMap(path: string, value: unknown): Settings {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Settings;
  throw badModel(path, value, 'a map');
}

function readPositive(path: string, value: unknown, isWhole: boolean): number {
  const fits = typeof value === 'number' && value > 0 && Number.isFinite(value);
  if (fits && (!isWhole || Number.isSafeInteger(value))) return value;
  const wanted = isWhole ? 'a whole number of microseconds above 0' : 'a number above 0';
  throw badModel(path, value, wanted);
}

function badModel(path: string, value: unknown, wanted: string): FirstcallError {
  const wrong =
    value === undefined
      ? `is missing; it must be ${wanted}`
      : `${JSON.stringify(value)} is not ${wanted}`;
  return new FirstcallError('badModel', `model.${path}: ${wrong}`);
}

function noSuch(path: string): FirstcallError {
  return new FirstcallError('badModel', `model.${path}: there is no such setting`);
}
