import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { NatsConnection } from '@nats-io/transport-node';
import type { LogNames } from '../../schemas/subjects.ts';
import type { Logger } from '../platform/logger.ts';
import { BatchWriter } from './batch-writer.ts';
import { Collector } from './collector.ts';
import type { Database } from './database.ts';
import { type Health, HealthRecord } from './health.ts';
import { type LogShape, rowsOfMessage, type StreamRole, streamRoles } from './message-rows.ts';
import { migrate } from './migrate.ts';
import { type Plan, PlanTable } from './plans.ts';
import { checkStreams } from './positions.ts';
import { readPlanned } from './recover.ts';
import { isStopped, type RetryOptions, retryForever, stopped } from './retry.ts';
import type { Batch, Positions } from './row.ts';
import { StreamReader } from './stream-reader.ts';

export interface HistoryOptions {
  readonly nc: NatsConnection;
  readonly names: LogNames;
  readonly partitions: number;
  readonly database: Database;
  readonly logger: Logger;
}

const NOTHING_STORED: Plan = { batch: 0, stored: {}, planned: {} };

/**
 * Copies one log into ClickHouse, every row once. Memory is bounded whatever happens: while ClickHouse
 * is away nothing is read, and the log waits.
 */
export class History {
  readonly #nc: NatsConnection;
  readonly #database: Database;
  readonly #logger: Logger;
  readonly #shape: LogShape;
  readonly #roles: readonly StreamRole[];
  readonly #stop = new AbortController();
  readonly #retry: RetryOptions;
  readonly #plans: PlanTable;
  readonly #writer: BatchWriter;
  readonly #collector = new Collector();
  readonly #health = new HealthRecord();
  #batch = 0;
  #stored: Positions = {};
  #running: Promise<void> | null = null;

  constructor(options: HistoryOptions) {
    this.#nc = options.nc;
    this.#database = options.database;
    this.#logger = options.logger;
    this.#shape = { names: options.names, partitions: options.partitions };
    this.#roles = streamRoles(this.#shape);
    // Each stream's reader listens; Node would take so many for a leak.
    setMaxListeners(0, this.#stop.signal);
    this.#retry = {
      signal: this.#stop.signal,
      onFailure: (error, waitMs) => this.#onFailure(error, waitMs),
    };
    this.#plans = new PlanTable(this.#database, options.names.log, randomUUID());
    this.#writer = new BatchWriter(this.#database, options.names.log, this.#retry);
  }

  /** Everything up to here is in the tables; by stream. */
  get stored(): Positions {
    return this.#stored;
  }

  /** The streams that are copied. */
  get streams(): readonly string[] {
    return this.#roles.map(({ stream }) => stream);
  }

  get health(): Health {
    return this.#health.read(this.#collector.length);
  }

  /**
   * Migrates, finishes the batch that an earlier process left, and begins to copy. Waits for
   * ClickHouse as long as it takes. Throws FirstcallError as migrate, checkStreams and
   * BatchWriter.write do, and `stopped` if it was stopped meanwhile.
   */
  async start(): Promise<void> {
    const applied = await retryForever(() => migrate(this.#database), this.#retry);
    if (applied.length > 0) this.#logger.info({ applied }, 'history tables migrated');
    await this.#recover();
    this.#running = this.#run();
    // Whoever awaits finished() hears of it.
    this.#running.catch(() => {});
  }

  /** Resolves when copying has stopped as told; rejects when it cannot go on. */
  async finished(): Promise<void> {
    await this.#running;
  }

  /** Stops within the statement that runs; what is not inserted stays in the log. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#collector.close();
    await this.#running?.catch(() => {});
  }

  async #recover(): Promise<void> {
    const newest = await retryForever(() => this.#plans.newest(), this.#retry);
    const plan = newest ?? NOTHING_STORED;
    await retryForever(() => checkStreams(this.#nc, this.#roles, plan.planned), {
      ...this.#retry,
      onFailure: (err, waitMs) =>
        this.#logger.warn({ err, waitMs }, 'the log does not answer; tried again'),
    });
    const rows = await readPlanned(this.#nc, this.#roles, this.#shape, plan, this.#stop.signal);
    // Rows that a stop cut short are not the batch.
    if (this.#stop.signal.aborted) throw stopped();
    await this.#writer.write(plan.batch, rows, true);
    this.#succeeded(rows.length);
    this.#batch = plan.batch;
    this.#stored = plan.planned;
    this.#logger.info({ batch: plan.batch, rows: rows.length }, 'history resumed');
  }

  async #run(): Promise<void> {
    const parts = [...this.#roles.map((role) => this.#read(role)), this.#write()];
    // One part that fails stops the others.
    for (const part of parts) part.catch(() => this.#stop.abort());
    for (const part of parts) part.catch(() => this.#collector.close());
    const results = await Promise.allSettled(parts);
    for (const result of results) {
      if (result.status === 'rejected' && !isStopped(result.reason)) throw result.reason;
    }
  }

  async #read(role: StreamRole): Promise<void> {
    const { signal } = this.#stop;
    const first = (this.#stored[role.stream] ?? 0) + 1;
    const reader = await StreamReader.open(this.#nc, role.stream, first, signal);
    while (!signal.aborted) {
      await this.#collector.room(role.stream);
      const trouble = await reader.read((message) => {
        const rows = rowsOfMessage(message, role, this.#shape);
        this.#collector.add(role.stream, message.sequence, rows);
      });
      if (trouble !== null) {
        this.#logger.debug({ err: trouble, stream: role.stream }, 'reading the log: tried again');
      }
    }
  }

  async #write(): Promise<void> {
    const { signal } = this.#stop;
    for (;;) {
      const batch = await this.#collector.next(signal);
      if (batch === null) return;
      await this.#writeBatch(batch);
    }
  }

  async #writeBatch(batch: Batch): Promise<void> {
    const plan: Plan = {
      batch: this.#batch + 1,
      stored: this.#stored,
      planned: { ...this.#stored, ...batch.through },
    };
    await retryForever(() => this.#plans.claim(plan), this.#retry);
    await this.#writer.write(plan.batch, batch.rows, false);
    this.#succeeded(batch.rows.length);
    this.#batch = plan.batch;
    this.#stored = plan.planned;
  }

  #succeeded(rows: number): void {
    const seconds = this.#health.succeeded(rows);
    if (seconds === null) return;
    this.#logger.info({ seconds: Math.round(seconds) }, 'ClickHouse takes rows again');
  }

  #onFailure(error: unknown, waitMs: number): void {
    if (this.#stop.signal.aborted) return;
    this.#health.failed(error);
    this.#logger.warn({ err: error, waitMs }, 'ClickHouse did not take it; tried again');
  }
}
