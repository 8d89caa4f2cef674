import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { RecordVersion } from '../schemas/record-edit.ts';
import type { DealerEvent, InstrumentEvent } from '../schemas/reference.ts';
import type { LogNames, PartitionName } from '../schemas/subjects.ts';

/** What a bucket holds under a record's key, as JSON. */
interface Mirrored {
  readonly partition: PartitionName;
  readonly sequence: number;
  readonly index: number;
  readonly record: DealerEvent | InstrumentEvent;
}

/** Versions that a bucket keeps of a record. */
const HISTORY = 64;
/** Versions that wait to be written; beyond it only the newest of each record waits. */
const QUEUED_MAX = 10_000;
/** Records whose revision is remembered; beyond it they are looked up again. */
const HELD_MAX = 20_000;
const RETRY_MS = 1_000;
/** Attempts at one version: after that it is given up, and the record's next one is tried. */
const ATTEMPTS_MAX = 30;

/**
 * Copies records into a NATS KV bucket, for other tools: the log stays the truth. Writes a version
 * only where the bucket has an older one, so that several engines may do it at once.
 */
export class RecordMirror {
  readonly #nc: NatsConnection;
  readonly #bucketName: string;
  readonly #onTrouble: (error: unknown) => void;
  readonly #queues = new Map<string, Mirrored[]>();
  /** What the bucket was last known to hold: the place of the version, and the bucket's revision. */
  readonly #held = new Map<string, { place: Mirrored | null; revision: number }>();
  #queued = 0;
  #bucket: Promise<KV> | null = null;
  #draining: Promise<void> | null = null;
  #isClosed = false;

  constructor(nc: NatsConnection, bucketName: string, onTrouble: (error: unknown) => void) {
    this.#nc = nc;
    this.#bucketName = bucketName;
    this.#onTrouble = onTrouble;
  }

  put(
    id: string,
    partition: PartitionName,
    { sequence, index, record }: RecordVersion<DealerEvent | InstrumentEvent>,
  ): void {
    const value = { partition, sequence, index, record };
    const queue = this.#queues.get(id);
    if (queue !== undefined && queue.length > 0 && this.#queued >= QUEUED_MAX) {
      queue[queue.length - 1] = value;
      return;
    }
    this.#queued++;
    if (queue === undefined) this.#queues.set(id, [value]);
    else queue.push(value);
    this.#draining ??= this.#drain();
  }

  /** Resolves when everything that was put has been written, or given up. */
  async flush(): Promise<void> {
    while (this.#draining !== null) await this.#draining;
  }

  /** Drops what waits: the next engine to read the log writes it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
  }

  async #drain(): Promise<void> {
    // Also what comes while this goes on.
    for (const [id, queue] of this.#queues) {
      while (queue.length > 0 && !this.#isClosed) {
        const value = queue.shift()!;
        this.#queued--;
        await this.#writeOrGiveUp(id, value);
      }
      this.#queues.delete(id);
    }
    this.#draining = null;
  }

  async #writeOrGiveUp(id: string, value: Mirrored): Promise<void> {
    for (let attempt = 1; !this.#isClosed; attempt++) {
      try {
        await this.#write(id, value);
        return;
      } catch (error) {
        // Another engine was faster, or the bucket does not answer: look again.
        this.#held.delete(id);
        if (attempt >= ATTEMPTS_MAX) return this.#onTrouble(error);
        if (attempt > 2) await delay(RETRY_MS);
      }
    }
  }

  async #write(id: string, value: Mirrored): Promise<void> {
    const key = keyOf(id);
    if (this.#held.size >= HELD_MAX) this.#held.clear();
    this.#bucket ??= this.#open();
    const bucket = await this.#bucket.catch((error) => {
      this.#bucket = null;
      throw error;
    });
    const { place, revision } = this.#held.get(id) ?? (await read(bucket, key));
    if (place !== null && !isAfter(value, place)) {
      this.#held.set(id, { place, revision });
      return;
    }
    const text = JSON.stringify(value);
    const next =
      revision === 0 ? await bucket.create(key, text) : await bucket.update(key, text, revision);
    this.#held.set(id, { place: value, revision: next });
  }

  async #open(): Promise<KV> {
    const kvm = new Kvm(this.#nc);
    // A bucket that is there keeps its replicas and placement.
    const jsm = await jetstreamManager(this.#nc);
    const exists = await jsm.streams.info(`KV_${this.#bucketName}`).catch(() => null);
    return exists === null
      ? await kvm.create(this.#bucketName, { history: HISTORY })
      : await kvm.open(this.#bucketName);
  }
}

/** The bucket of a log's records: `firstcall_dealers`, and `firstcall_dealers_NAME` of the log NAME. */
export function bucketOf(names: LogNames, kind: 'dealers' | 'instruments'): string {
  return names.log === '' ? `firstcall_${kind}` : `firstcall_${kind}_${names.log}`;
}

const PLAIN_KEY = /^(?!b64\.|\.)[-/=.\w]+(?<!\.)$/;

/** The key of a record: its id, or what stands for one that is no key of NATS. */
export function keyOf(id: string): string {
  if (PLAIN_KEY.test(id) && !id.includes('..')) return id;
  return `b64.${Buffer.from(id).toString('base64url')}`;
}

async function read(
  bucket: KV,
  key: string,
): Promise<{ place: Mirrored | null; revision: number }> {
  const entry = await bucket.get(key);
  if (entry === null) return { place: null, revision: 0 };
  const place = entry.operation === 'PUT' ? parse(entry.string()) : null;
  return { place, revision: entry.revision };
}

/** Null for what is not ours: it is written over. */
function parse(text: string): Mirrored | null {
  try {
    const value = JSON.parse(text) as Partial<Mirrored> | null;
    return Number.isInteger(value?.sequence) ? (value as Mirrored) : null;
  } catch {
    return null;
  }
}

function isAfter(a: Mirrored, b: Mirrored): boolean {
  return a.sequence > b.sequence || (a.sequence === b.sequence && a.index > b.index);
}
