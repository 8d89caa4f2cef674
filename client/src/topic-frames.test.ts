import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encode } from '../../schemas/codec.ts';
import { MAX_CLIENT_FRAME_BYTES } from '../../schemas/protocol.ts';
import { refuseClientFrame } from '../../schemas/validate-frames.ts';
import { topicFrames } from './topic-frames.ts';

it('splits any topics into frames that the gateway reads, and loses none', () => {
  const topic = fc.stringMatching(/^instrument:[A-Z0-9]{1,64}\/[a-z]{1,52}$/);
  fc.assert(
    fc.property(fc.array(topic, { maxLength: 700 }), (topics) => {
      const frames = [...topicFrames('subscribe', topics)];
      for (const frame of frames) {
        expect(refuseClientFrame(frame)).toBeNull();
        expect(encode(frame).length).toBeLessThanOrEqual(MAX_CLIENT_FRAME_BYTES);
      }
      expect(frames.flatMap((frame) => ('topics' in frame ? frame.topics : []))).toEqual(topics);
    }),
    { numRuns: 30 },
  );
});
