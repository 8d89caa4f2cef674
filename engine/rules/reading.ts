import { nearestName } from '../../schemas/nearest-name.ts';
import { COMPOSITE_PARTS } from '../scoring/metrics.ts';
import { type Model, metricsOf } from '../scoring/model.ts';
import { ConditionError } from './check-condition.ts';
import { type Condition, readCondition } from './condition.ts';
import type { Vocabulary } from './condition-fields.ts';
import type { Problems } from './problems.ts';
import { found } from './read-values.ts';
import type { Place, SourceNode } from './source.ts';

/** What the readers share: the model that metrics are named by, and the problems found so far. */
export interface Reading {
  readonly model: Model;
  readonly problems: Problems;
  /** The rules were in force already, so what is merely of no use is let through. */
  readonly isPast: boolean;
}

/** Other names of metrics: those of the composite's parts, and what traders say. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ...COMPOSITE_PARTS.map(({ name, metric }) => [name, metric] as const),
  ['hitRate', 'fillRate'],
]);

/** A metric by any of its names; one that the model does not have is a problem. */
export function readMetric(
  name: string,
  place: Place,
  { model, problems }: Reading,
): string | undefined {
  const names = metricsOf(model).map((metric) => metric.name);
  const metric = ALIASES.get(name) ?? name;
  if (names.includes(metric)) return metric;
  const meant = nearestName(name, [...ALIASES.keys(), ...names]);
  const hint = meant === null ? 'docs/scoring.md lists them' : `did you mean ${meant}?`;
  problems.add(place, `is not a metric; ${hint}`);
  return undefined;
}

/** A condition, whose problems point into its text. */
export function readWhen(
  node: SourceNode,
  vocabulary: Vocabulary,
  { problems, isPast }: Reading,
): Condition | undefined {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    problems.add(node, `${found(node)}; it must be a condition; leave it out for "always"`);
    return undefined;
  }
  try {
    return readCondition(node.value, vocabulary, isPast);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    for (const { message, character } of error.faults) {
      problems.add({ path: node.path, at: node.charAt(character) }, message);
    }
    return undefined;
  }
}
