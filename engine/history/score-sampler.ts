import { randomUUID } from 'node:crypto';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { decode } from '../../schemas/codec.ts';
import type { SnapshotFrame, TopicRow } from '../../schemas/protocol.ts';
import type { ScoredDealer } from '../../schemas/selection.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import { refuseServerFrame } from '../../schemas/validate-server-frames.ts';
import type { Logger } from '../platform/logger.ts';
import type { Database } from './database.ts';
import { type RetryOptions, retryForever } from './retry.ts';
import type { ColumnValue } from './row.ts';

export interface SamplerOptions {
  readonly nc: NatsConnection;
  readonly names: LogNames;
  readonly database: Database;
  readonly logger: Logger;
  /** At most one state of a topic is kept in so long. */
  readonly scoreSnapshotSeconds: number;
}

/** Rows that wait while ClickHouse is away; past it the newest states are dropped and counted. */
const WAITING_ROWS_MAX = 50_000;
/** Topics whose last sample is remembered; past it all are forgotten, and sampled anew. */
const TOPICS_MAX = 100_000;
const FLUSH_MS = 1_000;

const METRIC_COLUMNS = [
  'metric',
  'estimate',
  'standard_error',
  'normalised',
  'weight',
  'contribution',
  'mass',
  'effective_sample',
].map((name) => `metrics.${name}`);

const COLUMNS = [
  'log',
  'topic',
  'topic_seq',
  'as_of_us',
  'model_hash',
  'dealer_id',
  'rank',
  'value',
  'composite',
  'composite_standard_error',
  'display_score',
  'insufficient',
  ...METRIC_COLUMNS,
];

/**
 * Samples the published rankings into `score_snapshots`. They are core messages, made again every
 * tick and derived from the log, so a lost sample is no loss of record.
 */
export class ScoreSampler {
  readonly #options: SamplerOptions;
  readonly #stop = new AbortController();
  readonly #retry: RetryOptions;
  #subscription: Subscription | null = null;
  readonly #nextAtMs = new Map<string, number>();
  #waiting: string[] = [];
  #dropped = 0;
  #flushing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#retry = {
      signal: this.#stop.signal,
      onFailure: (err, waitMs) => options.logger.debug({ err, waitMs }, 'scores: tried again'),
    };
  }

  /** From now on; the tables must be there. */
  start(): void {
    if (this.#stop.signal.aborted) return;
    const { nc, names } = this.#options;
    this.#subscription = nc.subscribe(names.rankings('>'), {
      callback: (error, message) => {
        if (error === null) this.#take(message);
      },
    });
    this.#timer = setInterval(() => this.#flush(), FLUSH_MS);
  }

  /** Rows of dealers that were due and not kept, because ClickHouse was away. */
  get dropped(): number {
    return this.#dropped;
  }

  async stop(): Promise<void> {
    this.#subscription?.unsubscribe();
    clearInterval(this.#timer);
    this.#stop.abort();
    await this.#flushing;
  }

  #take(message: Msg): void {
    // By subject, before decoding: most messages are not due.
    const nowMs = performance.now();
    if (nowMs < (this.#nextAtMs.get(message.subject) ?? 0)) return;
    const frame = readRanking(message.data);
    if (frame === null) return;
    if (this.#nextAtMs.size >= TOPICS_MAX) this.#nextAtMs.clear();
    this.#nextAtMs.set(message.subject, nowMs + this.#options.scoreSnapshotSeconds * 1000);
    if (this.#waiting.length >= WAITING_ROWS_MAX) {
      this.#dropped += frame.rows.length;
      return;
    }
    const log = this.#options.names.log;
    for (const row of frame.rows) {
      if ('metrics' in row) this.#waiting.push(JSON.stringify(valuesOf(log, frame, row)));
    }
  }

  #flush(): void {
    if (this.#flushing !== null || this.#waiting.length === 0) return;
    const lines = this.#waiting;
    this.#waiting = [];
    this.#flushing = this.#insert(lines).finally(() => {
      this.#flushing = null;
    });
  }

  async #insert(lines: readonly string[]): Promise<void> {
    const { database, logger } = this.#options;
    const token = randomUUID();
    try {
      await retryForever(
        () => database.insert('score_snapshots', COLUMNS, lines, token),
        this.#retry,
      );
    } catch (error) {
      this.#dropped += lines.length;
      if (!this.#stop.signal.aborted) logger.error({ err: error }, 'scores were not kept');
    }
  }
}

/** A whole ranking; null for deltas, sums, and what is no frame: those are not sampled. */
function readRanking(bytes: Uint8Array): SnapshotFrame | null {
  try {
    const frame = decode(bytes);
    if (refuseServerFrame(frame) !== null) return null;
    const { type, topic } = frame as SnapshotFrame;
    return type === 'snapshot' && !topic.startsWith('sums:') ? (frame as SnapshotFrame) : null;
  } catch {
    return null;
  }
}

function valuesOf(
  log: string,
  frame: SnapshotFrame,
  dealer: Extract<TopicRow, ScoredDealer>,
): ColumnValue[] {
  const { metrics } = dealer;
  return [
    log,
    frame.topic,
    frame.seq,
    frame.asOf,
    frame.modelHash,
    dealer.dealerId,
    dealer.rank,
    dealer.value,
    dealer.composite,
    dealer.compositeStandardError,
    dealer.displayScore,
    dealer.insufficient,
    metrics.map((m) => m.metric),
    metrics.map((m) => m.estimate),
    metrics.map((m) => m.standardError),
    metrics.map((m) => m.normalised),
    metrics.map((m) => m.weight),
    metrics.map((m) => m.contribution),
    metrics.map((m) => m.mass),
    metrics.map((m) => m.effectiveSample),
  ];
}
