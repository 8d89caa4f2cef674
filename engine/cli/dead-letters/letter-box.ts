import { jetstreamManager } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { decode } from '../../../schemas/codec.ts';
import type { Micros } from '../../../schemas/ids.ts';
import type { LogNames, PartitionName } from '../../../schemas/subjects.ts';
import { readStreamUpTo } from '../../platform/read-stream.ts';

/** A dead letter as it lies in the stream. */
export interface StoredLetter {
  readonly sequence: number;
  /** The stream's own stamp. */
  readonly tsLog: Micros;
  readonly reason: string;
  /** What was wrong, where. */
  readonly detail: string;
  /** Where the refused message lies; all four are absent for what a feed refused. */
  readonly subject?: string;
  readonly partition?: PartitionName;
  readonly messageSequence?: number;
  readonly index?: number;
  readonly bytes: Uint8Array;
}

/** That a letter has been requeued. */
export interface RequeueMark {
  /** Of the letter, to tell it from one of another stream of the same name. */
  readonly tsLetter: Micros;
  readonly tsRequeued: Micros;
  /** Where its events are now. */
  readonly messages: ReadonlyArray<{ readonly subject: string; readonly sequence: number }>;
}

/**
 * The dead letters of a log. They stay in their stream, since shards look there how far they had come;
 * which were requeued stands in a KV bucket, by sequence.
 */
export class LetterBox {
  readonly #nc: NatsConnection;
  readonly #stream: string;
  readonly #marks: KV;

  private constructor(nc: NatsConnection, stream: string, marks: KV) {
    this.#nc = nc;
    this.#stream = stream;
    this.#marks = marks;
  }

  static async open(nc: NatsConnection, names: LogNames): Promise<LetterBox> {
    const bucket = names.log === '' ? 'firstcall_requeued' : `firstcall_requeued_${names.log}`;
    return new LetterBox(nc, names.deadLetterStream, await new Kvm(nc).create(bucket));
  }

  /** All that there are now, oldest first. */
  async *read(): AsyncGenerator<StoredLetter> {
    const { state } = await (await jetstreamManager(this.#nc)).streams.info(this.#stream);
    const last = state.messages > 0 ? state.last_seq : 0;
    for await (const { seq, data, info } of readStreamUpTo(this.#nc, this.#stream, last)) {
      yield letterOf(seq, Math.floor(info.timestampNanos / 1000), data);
    }
  }

  /** Null if there is none of that number. */
  async get(sequence: number): Promise<StoredLetter | null> {
    const jsm = await jetstreamManager(this.#nc);
    const found = await jsm.streams.getMessage(this.#stream, { seq: sequence });
    return found === null ? null : letterOf(found.seq, found.time.getTime() * 1000, found.data);
  }

  /** Null if the letter was not requeued. */
  async markOf({ sequence, tsLog }: StoredLetter): Promise<RequeueMark | null> {
    const entry = await this.#marks.get(String(sequence));
    const mark = entry?.operation === 'PUT' ? entry.json<RequeueMark>() : null;
    return mark !== null && isSameMoment(mark.tsLetter, tsLog) ? mark : null;
  }

  async mark({ sequence }: StoredLetter, mark: RequeueMark): Promise<void> {
    await this.#marks.put(String(sequence), JSON.stringify(mark));
  }
}

/** A message that is looked up by its number tells its time in milliseconds only. */
const isSameMoment = (a: Micros, b: Micros): boolean =>
  Math.floor(a / 1000) === Math.floor(b / 1000);

/** Anybody may write to the stream: what is no letter is shown as one without a reason. */
function letterOf(sequence: number, tsLog: Micros, data: Uint8Array): StoredLetter {
  const bytes = new Uint8Array(data);
  const place = { sequence, tsLog };
  let value: unknown = null;
  try {
    value = decode(bytes);
  } catch {
    // Falls through.
  }
  if (typeof value !== 'object' || value === null || !('bytes' in value)) {
    return { ...place, reason: 'none', detail: 'this is no dead letter', bytes };
  }
  const { sequence: messageSequence, ...letter } = value as Omit<StoredLetter, 'tsLog'>;
  return { ...letter, ...place, ...(messageSequence !== undefined && { messageSequence }) };
}
