import type { NatsConnection } from '@nats-io/transport-node';
import { FirstcallError } from '../schemas/errors.ts';
import type { Lag, LogSequences } from '../schemas/selection.ts';
import type { LogNames } from '../schemas/subjects.ts';
import { LogLag } from './log-lag.ts';
import { BrokerWatch } from './platform/broker-watch.ts';
import type { Logger } from './platform/logger.ts';
import { Readiness } from './readiness.ts';

export interface EngineHealthOptions {
  readonly nc: NatsConnection;
  readonly names: LogNames;
  readonly partitions: number;
  /** A larger lag than this is not ready; half of it is again. */
  readonly readyLagMs: number;
  readonly logger: Logger;
  /** Whether the dealer database has been read. */
  hasDealers(): boolean;
  /** Readiness, its reasons or the whole seconds of the lag have changed. */
  onChange(): void;
}

const AWAY = 'the broker is away: scores stand still';

/** Whether what an engine serves can be relied on, and if not, why not. */
export class EngineHealth implements Lag {
  readonly #options: EngineHealthOptions;
  readonly #readiness: Readiness;
  readonly #lag: LogLag;
  readonly #broker: BrokerWatch;
  /** Partitions whose log has lost messages that their scores need, and what was said of it. */
  readonly #truncated = new Map<number, string>();
  #isBehind = true;
  #announced = '';
  #wasReady = false;

  constructor(options: EngineHealthOptions) {
    this.#options = options;
    this.#readiness = new Readiness(options.partitions);
    this.#lag = new LogLag({ ...options, onAsked: () => this.#announce() });
    this.#broker = new BrokerWatch(options.nc, (isAway) => {
      options.logger.warn(isAway ? AWAY : 'the broker is back');
      this.#announce();
    });
  }

  get isBrokerAway(): boolean {
    return this.#broker.isAway;
  }

  get lagMs(): number | null {
    return this.#lag.lagMs;
  }

  /** How far the log goes, by stream; null: it has not said yet. */
  get logEnds(): LogLag['ends'] {
    return this.#lag.ends;
  }

  /** Partitions that are not whole, ascending. */
  get degraded(): number[] {
    return this.#readiness.degraded;
  }

  get isLogTruncated(): boolean {
    return this.#truncated.size > 0;
  }

  /** Why the engine is not ready; empty when it is. */
  get reasons(): string[] {
    const { hasDealers } = this.#options;
    return [
      ...this.#readiness.reasons,
      ...(hasDealers() ? [] : ['the dealer database is being read']),
      ...(this.isBrokerAway ? [AWAY] : []),
      ...(this.#isBehindNow() ? [this.#lag.reason] : []),
    ];
  }

  /** Once behind, it is so until the lag is half of what it may be: nobody can use a state that flickers. */
  #isBehindNow(): boolean {
    const { readyLagMs } = this.#options;
    const { lagMs } = this;
    this.#isBehind = lagMs === null || lagMs > (this.#isBehind ? readyLagMs / 2 : readyLagMs);
    return this.#isBehind;
  }

  catchUp(partition: number, sequence: number): void {
    this.#truncated.delete(partition);
    this.#readiness.catchUp(partition, sequence);
  }

  /** A shard has died of an error, and its partitions begin anew. */
  lose(partitions: readonly number[], error: unknown): void {
    const { code, message } = error as FirstcallError;
    const isTruncated = error instanceof FirstcallError && code === 'logTruncated';
    this.#tell(partitions, error, isTruncated);
    const reason = isTruncated ? message : `read again, since its shard died: ${message}`;
    for (const partition of partitions) {
      this.#readiness.lose(partition, reason);
      if (isTruncated) this.#truncated.set(partition, message);
      else this.#truncated.delete(partition);
    }
    this.#announce();
  }

  /** A tick has brought the merged board so far. */
  serve(position: LogSequences): void {
    this.#lag.serve(position);
    this.#readiness.settle((partition) => position.partitions[partition] ?? 0);
    this.#announce();
  }

  close(): void {
    this.#lag.close();
  }

  /** What a restart does not mend is said once, not at each attempt. */
  #tell(partitions: readonly number[], error: unknown, isTruncated: boolean): void {
    const { logger } = this.#options;
    if (!isTruncated) {
      logger.error({ err: error, partitions }, 'a shard died and is started again');
      return;
    }
    const { message } = error as FirstcallError;
    if (partitions.every((partition) => this.#truncated.get(partition) === message)) return;
    logger.error(
      { partitions },
      `the log no longer reaches back: ${message}. Its older messages are gone from the broker; restore the stream from a backup, or begin a new log (--log). The engine is not ready until then`,
    );
  }

  #announce(): void {
    const { reasons, lagMs } = this;
    const isReady = reasons.length === 0;
    const { logger } = this.#options;
    if (isReady && !this.#wasReady) logger.info('the log is read: ready');
    if (!isReady && this.#wasReady) logger.info({ reasons }, 'no longer ready');
    this.#wasReady = isReady;
    const lagSeconds = lagMs === null ? null : Math.floor(lagMs / 1000);
    const news = JSON.stringify([isReady, this.#readiness.reasons, lagSeconds]);
    if (news === this.#announced) return;
    this.#announced = news;
    this.#options.onChange();
  }
}
