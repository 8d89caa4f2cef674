import { encode } from '../schemas/codec.ts';
import type { Micros } from '../schemas/ids.ts';
import type { TopicRow } from '../schemas/protocol.ts';
import type { InstrumentEvent } from '../schemas/reference.ts';
import { encodeRows } from '../schemas/row-writer.ts';
import type { LogPosition } from '../schemas/selection.ts';

/** What every frame of a tick says besides its rows. */
export interface FrameContext {
  readonly asOf: Micros;
  readonly position: LogPosition;
  readonly modelHash: string;
  readonly instrument?: InstrumentEvent | undefined;
}

/** A new state of a topic, as subscribers get it. */
export interface TopicFrames {
  readonly topic: string;
  readonly seq: number;
  readonly snapshot: Uint8Array;
  readonly delta: Uint8Array | null;
}

/**
 * The state of one topic as subscribers hold it. Each row is encoded once a tick; the delta and the
 * snapshot are put together from the same bytes, and a row counts as changed when its bytes do.
 */
export class TopicState {
  readonly #topic: string;
  #seq = 0;
  #rows = new Map<string, Uint8Array>();
  #instrument: InstrumentEvent | undefined;
  asOf: Micros = 0;
  /** The sums have changed since the last frames. */
  stale = true;

  constructor(topic: string) {
    this.#topic = topic;
  }

  /** The frames that lead to `rows`; null when subscribers hold just that already. */
  next(rows: readonly TopicRow[], context: FrameContext): TopicFrames | null {
    const bytes = encodeRows(rows);
    const encoded = new Map(rows.map((row, i) => [row.dealerId as string, bytes[i]!] as const));
    const changed = [...encoded].filter(([id, bytes]) => !sameBytes(bytes, this.#rows.get(id)));
    const removed = [...this.#rows.keys()].filter((id) => !encoded.has(id));
    const renewed = this.#seq === 0 || context.instrument !== this.#instrument;
    this.asOf = context.asOf;
    this.stale = false;
    if (!renewed && changed.length === 0 && removed.length === 0) return null;
    this.#rows = encoded;
    this.#seq++;
    this.#instrument = context.instrument;
    // Only a snapshot carries the instrument's record.
    if (renewed) return this.whole(context);
    const changedRows = changed.map(([, bytes]) => bytes);
    const delta = frame({ type: 'delta', ...this.#head(context), removed }, changedRows);
    return { ...this.whole(context), delta };
  }

  /** The newest state again, for somebody who has none of it. */
  whole(context: FrameContext): TopicFrames {
    const { modelHash, instrument } = context;
    const named = instrument === undefined ? {} : { instrument };
    const head = { type: 'snapshot', ...this.#head(context), modelHash, ...named };
    const snapshot = frame(head, [...this.#rows.values()]);
    return { topic: this.#topic, seq: this.#seq, snapshot, delta: null };
  }

  #head({ asOf, position }: FrameContext) {
    return { topic: this.#topic, seq: this.#seq, asOf, position };
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && Buffer.compare(a, b) === 0;
}

const ROWS_KEY = encode('rows');

/** A MessagePack map of `head` with one more entry, `rows`, whose elements are encoded already. */
function frame(head: Record<string, unknown>, rows: readonly Uint8Array[]): Uint8Array {
  const encodedHead = encode(head);
  // A map of at most 15 entries says how many in the low half of its first byte.
  encodedHead[0]! += 1;
  const count = Uint8Array.of(0xdd, 0, 0, 0, 0);
  new DataView(count.buffer).setUint32(1, rows.length);
  return Buffer.concat([encodedHead, ROWS_KEY, count, ...rows]);
}
