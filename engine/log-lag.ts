import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { BEHIND_REASON } from '../schemas/behind-reason.ts';
import type { LogSequences } from '../schemas/selection.ts';
import type { LogNames, PartitionName } from '../schemas/subjects.ts';
import { askLogExtent } from './platform/log-streams.ts';

/** How often the log is asked how far it goes; seldomer where that is more than 100 questions. */
const ASK_MS = 500;
const ASK_MS_PER_PARTITION = 5;
const ANSWER_MS_MAX = 2_000;
/** Silence that is no longer than this beyond the next question says nothing: an answer has its time. */
const SILENCE_MS = 1_500;

/** What the log said last. */
interface Word {
  /** When it was asked: milliseconds of the local clock, and of one that nobody sets. */
  readonly askedMs: number;
  readonly askedAt: number;
  /** By stream: the sequence of its newest message then. */
  readonly ends: ReadonlyMap<PartitionName, number>;
  /** Of streams that were behind: when the log took the oldest message that was not served. */
  readonly oldestMs: ReadonlyMap<PartitionName, number>;
}

export interface LogLagOptions {
  readonly nc: NatsConnection;
  readonly names: LogNames;
  readonly partitions: number;
  /** The log has been asked again, and has answered or not. */
  onAsked(): void;
}

/**
 * How far what is served is behind the log. The log itself is asked, every half second, so that no
 * shard that is stuck and no server that is frozen goes unseen: what the log does not confirm, counts
 * as lag. Nothing that is scored or recorded knows of it.
 */
export class LogLag {
  readonly #options: LogLagOptions;
  readonly #askMs: number;
  #jsm: JetStreamManager | null = null;
  #served: LogSequences = { partitions: [], all: 0 };
  #word: Word | null = null;
  /** Streams that hold what is not served, as far as is known. */
  #behind: readonly PartitionName[] = [];
  #oldestMs = 0;
  /** Whether something of every stream that is not empty has been served: before that, no age says much. */
  #hasBegun = false;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: LogLagOptions) {
    this.#options = options;
    this.#askMs = Math.max(ASK_MS, ASK_MS_PER_PARTITION * options.partitions);
    void this.#ask();
  }

  /** What is served from now on. */
  serve(served: LogSequences): void {
    this.#served = served;
    this.#judge();
  }

  /**
   * Milliseconds since the log took the oldest message that is not in what is served; 0: everything that
   * it held when it last answered, two seconds ago at most, is. While it does not answer: since it last
   * did, or more. Null: it has never answered, or an engine that starts serves nothing of some stream
   * yet, whose snapshot may be of a moment ago.
   */
  get lagMs(): number | null {
    if (this.#word === null || !this.#hasBegun) return null;
    const silentMs = Math.round(performance.now() - this.#word.askedAt);
    // The server's clock may be ahead of ours: what is behind is so by a millisecond at least.
    const knownMs = this.#behind.length === 0 ? 0 : Math.max(1, Date.now() - this.#oldestMs);
    return silentMs > this.#askMs + SILENCE_MS ? Math.max(silentMs, knownMs) : knownMs;
  }

  /** By stream: the newest sequence when the log last answered; null: it never has. */
  get ends(): ReadonlyMap<PartitionName, number> | null {
    return this.#word?.ends ?? null;
  }

  /** Why there is a lag, in words. */
  get reason(): string {
    if (this.#word === null) return 'the log has not said yet how far it goes';
    if (!this.#hasBegun)
      return 'the log is not served yet: its snapshots or its beginning are being read';
    const seconds = ((this.lagMs ?? 0) / 1000).toFixed(1);
    if (this.#behind.length === 0) return `the log has not answered for ${seconds} s`;
    const streams = this.#behind.map((part) => this.#options.names.stream(part)).join(', ');
    return `${BEHIND_REASON} ${seconds} s behind ${streams}`;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    const { nc, onAsked } = this.#options;
    try {
      const options = { checkAPI: false, timeout: ANSWER_MS_MAX };
      this.#jsm ??= await jetstreamManager(nc, options);
      this.#word = await this.#listen(this.#jsm);
    } catch {
      // That it does not answer is told by `lagMs`.
    }
    if (this.#isClosed) return;
    this.#judge();
    onAsked();
    this.#timer = setTimeout(() => void this.#ask(), this.#askMs);
  }

  async #listen(jsm: JetStreamManager): Promise<Word> {
    const { names, partitions } = this.#options;
    const [askedMs, askedAt] = [Date.now(), performance.now()];
    const { of } = await askLogExtent(jsm, names, partitions);
    const ends = new Map([...of].map(([part, { last }]) => [part, last] as const));
    const oldest = this.#behindOf(ends).map(async (part) => {
      const next = { seq: this.#servedOf(part) + 1 };
      const message = await jsm.streams.getMessage(names.stream(part), next);
      // A message that is gone was taken before the question, whenever that was.
      return [part, message?.time.getTime() ?? askedMs] as const;
    });
    return { askedMs, askedAt, ends, oldestMs: new Map(await Promise.all(oldest)) };
  }

  #judge(): void {
    if (this.#word === null) return;
    const { ends, oldestMs, askedMs } = this.#word;
    this.#behind = this.#behindOf(ends);
    this.#oldestMs = Math.min(...this.#behind.map((part) => oldestMs.get(part) ?? askedMs));
    this.#hasBegun ||= this.#behind.every((part) => this.#servedOf(part) > 0);
  }

  #behindOf(ends: Word['ends']): PartitionName[] {
    const hasEvents = this.#served.partitions.some((sequence) => sequence > 0);
    return [...ends].flatMap(([part, end]) => {
      // Before its partitions have any event, what is served does not say how far it has read `all`.
      const isSaid = part !== 'all' || hasEvents;
      return isSaid && this.#servedOf(part) < end ? [part] : [];
    });
  }

  #servedOf(part: PartitionName): number {
    return part === 'all' ? this.#served.all : (this.#served.partitions[part] ?? 0);
  }
}
