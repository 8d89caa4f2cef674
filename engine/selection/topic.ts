import { isMetricName, type MetricName } from '../scoring/metrics.ts';

/** A topic taken apart; the grammar stands in schemas/protocol.ts. */
export interface Topic {
  readonly kind: 'ranking' | 'sums';
  readonly scope: string;
  /** Rank by this metric; undefined: by the composite. */
  readonly metric?: MetricName;
}

const SUMS = 'sums:';

/** Null when the topic names a metric that does not exist. */
export function parseTopic(topic: string): Topic | null {
  if (topic.startsWith(SUMS)) return { kind: 'sums', scope: topic.slice(SUMS.length) };
  const slash = topic.lastIndexOf('/');
  if (slash < 0) return { kind: 'ranking', scope: topic };
  const metric = topic.slice(slash + 1);
  if (!isMetricName(metric)) return null;
  return { kind: 'ranking', scope: topic.slice(0, slash), metric };
}
