import { decode, encode, encodeJson } from '../../schemas/codec.ts';
import {
  type SelectionFrame,
  SUBPROTOCOL_JSON,
  SUBPROTOCOL_MSGPACK,
} from '../../schemas/protocol.ts';
import { encodeSelectionFrame } from '../../schemas/selection-writer.ts';
import { MAX_CONVERTED_BYTES } from './limits.ts';
import type { TopicUpdate } from './services.ts';

/** How a subscriber reads frames: MessagePack in binary frames or JSON in text frames. */
export type Encoding = 'msgpack' | 'json';

export const SUBPROTOCOLS: ReadonlyMap<string, Encoding> = new Map([
  [SUBPROTOCOL_MSGPACK, 'msgpack'],
  [SUBPROTOCOL_JSON, 'json'],
]);

/** One frame for any number of subscribers: each encoding is made at most once, when first wanted. */
export class Frame {
  #msgpack: Uint8Array | null;
  #json: Uint8Array | null = null;
  readonly #value: unknown;
  readonly #pack: () => Uint8Array;

  private constructor(value: unknown, msgpack: Uint8Array | null, pack = () => encode(value)) {
    this.#value = value;
    this.#msgpack = msgpack;
    this.#pack = pack;
  }

  static ofValue(value: unknown): Frame {
    return new Frame(value, null);
  }

  static ofSelection(frame: SelectionFrame): Frame {
    return new Frame(frame, null, () => encodeSelectionFrame(frame));
  }

  /** `msgpack` must not change any more: it is sent as it is. */
  static ofBytes(msgpack: Uint8Array): Frame {
    return new Frame(undefined, msgpack);
  }

  in(encoding: Encoding): Uint8Array {
    return encoding === 'msgpack' ? this.#asMsgpack() : this.#asJson();
  }

  #asMsgpack(): Uint8Array {
    this.#msgpack ??= this.#pack();
    return this.#msgpack;
  }

  #asJson(): Uint8Array {
    if (this.#json === null) {
      const isBytes = this.#value === undefined && this.#msgpack !== null;
      const value = isBytes ? decode(this.#msgpack!, MAX_CONVERTED_BYTES) : this.#value;
      this.#json = Buffer.from(encodeJson(value));
    }
    return this.#json;
  }
}

/** A TopicUpdate whose frames are converted at most once, whoever asks. */
export interface TopicState {
  readonly topic: string;
  readonly seq: number;
  readonly snapshot: Frame;
  readonly delta: Frame | null;
}

export function topicState(update: TopicUpdate): TopicState {
  return {
    topic: update.topic,
    seq: update.seq,
    snapshot: Frame.ofBytes(update.snapshot),
    delta: update.delta === null ? null : Frame.ofBytes(update.delta),
  };
}
