import { FirstcallError } from '../../schemas/errors.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { Protocol } from '../../schemas/selection.ts';
import { resolveWeights, type WeightedMetric } from '../scoring/composite.ts';
import { MEMORIES, type Memory } from '../scoring/metrics.ts';
import { MICROS_PER_SECOND, type Model } from '../scoring/model.ts';
import type { CallGroup } from './decided.ts';
import {
  entriesOf,
  type FieldsByName,
  found,
  readDuration,
  readFields,
  readFlag,
  readNumber,
  readOneOf,
  readShare,
} from './read-values.ts';
import { type Reading, readMetric } from './reading.ts';
import type { SourceNode } from './source.ts';
import type { Settings } from './spec.ts';

/** What a rule may set and the defaults may, too. */
export const SETTING_FIELDS = [
  'weights',
  'memory',
  'window',
  'axeWeight',
  'exploration',
  'protocol',
] as const;

const MAX_COUNT = 1000;
const KINDS = ['parallel', 'staggered', 'sequential'] as const;
const TIMEOUT_SECONDS = 60;

export const DEFAULT_PROTOCOL: Protocol = {
  kind: 'parallel',
  delaySeconds: 0,
  timeoutSeconds: TIMEOUT_SECONDS,
  isTwoSided: false,
};

export function readSettings(
  fields: FieldsByName<(typeof SETTING_FIELDS)[number]>,
  reading: Reading,
): Settings {
  const { problems } = reading;
  const { weights, axeWeight, exploration, protocol } = fields;
  return withoutAbsent({
    weights: weights && readWeights(weights, reading),
    memory: readMemory(fields, reading),
    axeWeight: axeWeight && readNumber(axeWeight, { least: 0, most: 10 }, problems),
    exploration: exploration && readShare(exploration, problems),
    protocol: protocol && readProtocol(protocol, reading),
  });
}

/** Without the fields that are undefined, so that a spread of it covers nothing. */
export function withoutAbsent<T extends object>(
  fields: T,
): { [Name in keyof T]?: NonNullable<T[Name]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: NonNullable<T[Name]>;
  };
}

function readWeights(node: SourceNode, reading: Reading): readonly WeightedMetric[] | undefined {
  const { problems, model } = reading;
  const named: Record<string, number> = {};
  let isWhole = node.kind === 'map';
  for (const entry of entriesOf(node, problems)) {
    const metric = readMetric(entry.key, entry, reading);
    const weight = readShare(entry.node, problems);
    if (metric !== undefined && Object.hasOwn(named, metric)) {
      problems.add(entry, `names ${metric} a second time`);
    }
    if (metric === undefined || weight === undefined) isWhole = false;
    else named[metric] = weight;
  }
  if (!isWhole) return undefined;
  try {
    return resolveWeights(named, model);
  } catch (error) {
    if (!(error instanceof FirstcallError)) throw error;
    problems.add(node, error.message);
    return undefined;
  }
}

/** `memory: slow`, or `window: 90 days`, which picks the memory that remembers most nearly as long. */
function readMemory(
  { memory, window }: FieldsByName<'memory' | 'window'>,
  { model, problems }: Reading,
): Memory | undefined {
  if (memory !== undefined && window !== undefined) {
    problems.add(window, 'says how long to remember, as memory does; keep one of them');
  }
  if (memory !== undefined) return readOneOf(memory, MEMORIES, problems);
  const micros = window && readDuration(window, problems);
  return micros === undefined ? undefined : nearestMemory(micros, model);
}

/**
 * The mean age of what a window of T holds is T / 2, and of what a half-life H holds it is H / ln 2:
 * so a window is like a half-life of T ln 2 / 2.
 */
function nearestMemory(windowMicros: Micros, { halfLifeMicros }: Model): Memory {
  const wanted = (windowMicros * Math.LN2) / 2;
  const distance = (memory: Memory) => Math.abs(halfLifeMicros[memory] - wanted);
  return MEMORIES.reduce((best, memory) => (distance(memory) < distance(best) ? memory : best));
}

/** `parallel`, or a map with the kind and what goes with it. */
function readProtocol(node: SourceNode, { problems }: Reading): Protocol | undefined {
  if (node.kind === 'scalar') {
    const kind = readOneOf(node, KINDS, problems);
    return kind && protocolOf(kind, {});
  }
  const fields = readFields(node, ['kind', 'delay', 'timeout', 'twoSided'], problems);
  if (fields.kind === undefined) {
    if (node.kind === 'map') problems.add(node, 'has no kind; add kind: sequential, for example');
    return undefined;
  }
  const kind = readOneOf(fields.kind, KINDS, problems);
  const delay = fields.delay && readDuration(fields.delay, problems, true);
  if (kind === 'parallel' && delay !== undefined && delay > 0) {
    problems.add(fields.delay!, 'has no meaning when all are asked at once; leave it out');
  }
  const timeout = fields.timeout && readDuration(fields.timeout, problems);
  const isTwoSided = fields.twoSided && readFlag(fields.twoSided, problems);
  return kind && protocolOf(kind, { delay, timeout, isTwoSided });
}

function protocolOf(
  kind: Protocol['kind'],
  said: {
    readonly delay?: Micros | undefined;
    readonly timeout?: Micros | undefined;
    readonly isTwoSided?: boolean | undefined;
  },
): Protocol {
  const timeoutSeconds =
    said.timeout === undefined ? TIMEOUT_SECONDS : said.timeout / MICROS_PER_SECOND;
  const delay = said.delay === undefined ? timeoutSeconds : said.delay / MICROS_PER_SECOND;
  const delaySeconds = kind === 'parallel' ? 0 : delay;
  return { kind, delaySeconds, timeoutSeconds, isTwoSided: said.isTwoSided ?? false };
}

/** How many are called: a number, `all` or `recommended`. */
export function readCount(node: SourceNode, { problems }: Reading): CallGroup['count'] | undefined {
  const value = node.kind === 'scalar' ? node.value : null;
  if (value === 'all' || value === 'recommended') return value;
  if (typeof value === 'number') {
    return readNumber(node, { least: 1, most: MAX_COUNT, isWhole: true }, problems);
  }
  problems.add(node, `${found(node)}; it must be a number of dealers, all or recommended`);
  return undefined;
}
