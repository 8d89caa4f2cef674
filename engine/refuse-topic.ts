import { TOPIC_PATTERN } from '../schemas/protocol.ts';
import { type Model, metricsOf } from './scoring/model.ts';
import { parseTopic } from './selection/topic.ts';

const TOPIC = new RegExp(TOPIC_PATTERN);

/** Null for a topic that can be subscribed to, else why not. */
export function refuseTopic(topic: string, model: Model): string | null {
  if (!TOPIC.test(topic)) return `"${topic}" is not <scope>, <scope>/<metric> or sums:<scope>`;
  if (parseTopic(topic, model) === null) {
    const names = metricsOf(model).map(({ name }) => name);
    return `"${topic}" names a metric that does not exist; there are ${names.join(', ')}`;
  }
  return null;
}
