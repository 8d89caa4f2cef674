import { TOPIC_PATTERN } from '../../schemas/protocol.ts';
import { type Model, type ModelMetric, metricOf, metricsOf } from '../scoring/model.ts';

/** A topic taken apart; the grammar stands in schemas/protocol.ts. */
export interface Topic {
  readonly kind: 'ranking' | 'sums';
  readonly scope: string;
  /** Rank by this metric; undefined: by the composite. */
  readonly metric?: ModelMetric;
}

const SUMS = 'sums:';

const TOPIC = new RegExp(TOPIC_PATTERN);

/** Why nobody can watch a topic, in words; null: somebody can. */
export function topicRefusal(topic: string, model: Model): string | null {
  if (!TOPIC.test(topic)) return `"${topic}" is not <scope>, <scope>/<metric> or sums:<scope>`;
  if (parseTopic(topic, model) !== null) return null;
  const names = metricsOf(model).map(({ name }) => name);
  return `"${topic}" names a metric that does not exist; there are ${names.join(', ')}`;
}

/** Null when the topic names a metric that the model does not have. */
export function parseTopic(topic: string, model: Model): Topic | null {
  if (topic.startsWith(SUMS)) return { kind: 'sums', scope: topic.slice(SUMS.length) };
  const slash = topic.lastIndexOf('/');
  if (slash < 0) return { kind: 'ranking', scope: topic };
  const metric = metricOf(model, topic.slice(slash + 1));
  if (metric === undefined) return null;
  return { kind: 'ranking', scope: topic.slice(0, slash), metric };
}
