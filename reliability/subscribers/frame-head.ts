import { encode } from '../../schemas/codec.ts';

export interface FrameHead {
  readonly isSnapshot: boolean;
  readonly topic: string;
  readonly seq: number;
}

const TYPE = encode('type');
const SEQ_KEY = encode('seq');

/**
 * Topic and number of a snapshot or a delta of one of some topics, without decoding its rows; null for
 * any other frame. It relies on the order in which the engine writes the fields.
 */
export class FrameHeads {
  readonly #beginnings: readonly { readonly bytes: Buffer; isSnapshot: boolean; topic: string }[];

  constructor(topics: readonly string[]) {
    this.#beginnings = topics.flatMap((topic) =>
      (['delta', 'snapshot'] as const).map((type) => ({
        bytes: Buffer.concat([TYPE, encode(type), encode('topic'), encode(topic), SEQ_KEY]),
        isSnapshot: type === 'snapshot',
        topic,
      })),
    );
  }

  read(frame: Buffer): FrameHead | null {
    for (const { bytes, isSnapshot, topic } of this.#beginnings) {
      // The first byte says how many fields there are.
      if (frame.compare(bytes, 0, bytes.length, 1, 1 + bytes.length) !== 0) continue;
      return { isSnapshot, topic, seq: readUnsigned(frame, 1 + bytes.length) };
    }
    return null;
  }
}

function readUnsigned(frame: Buffer, at: number): number {
  const tag = frame[at]!;
  if (tag < 0x80) return tag;
  if (tag === 0xcc) return frame.readUInt8(at + 1);
  if (tag === 0xcd) return frame.readUInt16BE(at + 1);
  return frame.readUInt32BE(at + 1);
}
