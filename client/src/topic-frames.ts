import type { ClientFrame } from '../../schemas/protocol.ts';
import { MAX_TOPIC_CHARS_PER_FRAME, MAX_TOPICS_PER_FRAME } from './limits.ts';

/** Frames of one type for any number of topics, each within what the gateway reads. */
export function* topicFrames(
  type: 'subscribe' | 'unsubscribe' | 'resync',
  topics: Iterable<string>,
): Generator<ClientFrame> {
  let batch: string[] = [];
  let chars = 0;
  for (const topic of topics) {
    const isFull = chars + topic.length > MAX_TOPIC_CHARS_PER_FRAME;
    if (batch.length === MAX_TOPICS_PER_FRAME || (isFull && batch.length > 0)) {
      yield { type, topics: batch };
      batch = [];
      chars = 0;
    }
    batch.push(topic);
    chars += topic.length;
  }
  if (batch.length > 0) yield { type, topics: batch };
}
