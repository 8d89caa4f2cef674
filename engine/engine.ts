import { randomUUID } from 'node:crypto';
import { createHistogram, performance } from 'node:perf_hooks';
import type { NatsConnection } from '@nats-io/transport-node';
import { FirstcallError } from '../schemas/errors.ts';
import type { Explanation } from '../schemas/explanation.ts';
import type { DealerId, Micros } from '../schemas/ids.ts';
import type { Override, OverrideRequest } from '../schemas/override.ts';
import { type StatusFrame, TOPIC_PATTERN } from '../schemas/protocol.ts';
import type { Selection, SelectRequest } from '../schemas/selection.ts';
import type { LogNames } from '../schemas/subjects.ts';
import type { RankResult } from '../workers/messages.ts';
import { RankingPool } from '../workers/ranking-pool.ts';
import { ShardPool } from '../workers/shard-pool.ts';
import type { TopicFrames } from '../workers/topic-frames.ts';
import { CounterSums } from './counter-sums.ts';
import { DecisionBook } from './decision-book.ts';
import { engineMetrics } from './engine-metrics.ts';
import type { DecisionAndOverrides, EngineServices } from './gateway/services.ts';
import { contentHash } from './platform/hash.ts';
import type { Logger } from './platform/logger.ts';
import { createPublisher, type EventPublisher } from './platform/publisher.ts';
import { canonicalRules, DEFAULT_RULES } from './rules/rules.ts';
import { type BoardBuffer, HEADER } from './scoreboard/board.ts';
import { boardState } from './scoreboard/board-digest.ts';
import { BoardSelector } from './scoreboard/board-selector.ts';
import { canonicalModel, type Model, metricsOf } from './scoring/model.ts';
import { parseTopic } from './selection/topic.ts';
import { TierLog } from './tier-log.ts';

export interface EngineOptions {
  readonly nc: NatsConnection;
  readonly natsUrl: string;
  readonly names: LogNames;
  readonly partitions: number;
  readonly shards: number;
  readonly rankTickMs: number;
  readonly model: Model;
  readonly logger: Logger;
  /** New states of watched topics. */
  onUpdate(update: TopicFrames): void;
  onStatus(): void;
  /** The process cannot go on: rankings or records of decisions have come to an end. */
  onFatal(error: unknown): void;
}

/** Decisions on their way to the log before further ones are refused. */
const MAX_PENDING_DECISIONS = 10_000;
const TOPIC = new RegExp(TOPIC_PATTERN);

/** The engine on the main thread: shards write, a ranking thread merges, and this selects. */
export class Engine implements EngineServices {
  readonly #options: EngineOptions;
  readonly #modelHash: string;
  readonly #rulesHash = contentHash(canonicalRules(DEFAULT_RULES));
  readonly #boards = new Map<number, BoardBuffer>();
  readonly #ranking: RankingPool;
  readonly #shards: ShardPool;
  readonly #selector: BoardSelector;
  readonly #publisher: EventPublisher;
  readonly #tierLog: TierLog;
  readonly #decisions = new DecisionBook();
  readonly #counters = new CounterSums();
  /** Nanoseconds of each in-process selection. */
  readonly #selectNanos = createHistogram();
  /**
   * Partitions that are not whole in what is served: null until their shard has caught up with the
   * log, then the sequence that the merged board has still to reach.
   */
  readonly #behind = new Map<number, number | null>();
  /** Of those, the ones that had caught up before the tick under way began. */
  #settling: readonly number[] = [];
  #scopes: readonly string[] = [];
  #pendingDecisions = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    const { partitions, model, natsUrl, names, shards, logger } = options;
    for (let p = 0; p < partitions; p++) this.#behind.set(p, null);
    this.#modelHash = contentHash(canonicalModel(model));
    this.#publisher = createPublisher(options.nc, names);
    this.#tierLog = new TierLog(options.nc, names, this.#publisher, this.#modelHash);
    this.#ranking = new RankingPool({
      partitions,
      model,
      modelHash: this.#modelHash,
      tickMs: options.rankTickMs,
      onTick: (result) => this.#onTick(result),
      onFatal: options.onFatal,
    });
    this.#selector = new BoardSelector({
      merged: this.#ranking.merged,
      partitions,
      model,
      modelHash: this.#modelHash,
      rules: DEFAULT_RULES,
      rulesHash: this.#rulesHash,
    });
    this.#shards = new ShardPool({
      natsUrl,
      log: names.log,
      partitions,
      shards,
      model,
      onBoard: (partition, board) => {
        this.#boards.set(partition, board);
        this.#ranking.attach(partition, board);
      },
      onCaughtUp: (partition, sequence) => this.#behind.set(partition, sequence),
      onFrozen: (frozen) => this.#ranking.freeze(frozen),
      onCounters: (partition, counters) => this.#counters.replace(partition, counters),
      onFailure: (failed, error) => {
        logger.error({ err: error, partitions: failed }, 'a shard died and is started again');
        for (const partition of failed) this.#behind.set(partition, null);
        options.onStatus();
      },
    });
  }

  status(): StatusFrame {
    const degradedPartitions = this.#degraded();
    const asOf = this.#selector.headerField(HEADER.watermark);
    return {
      type: 'status',
      ready: degradedPartitions.length === 0,
      degradedPartitions,
      modelHash: this.#modelHash,
      rulesHash: this.#rulesHash,
      asOf: asOf === 0 ? null : asOf,
      scopes: this.#scopes,
    };
  }

  select(order: SelectRequest): Selection {
    this.#refuseUnrecorded();
    const start = performance.now();
    const selection = this.#selector.select(order, this.#degraded());
    this.#selectNanos.record(Math.max(1, Math.round((performance.now() - start) * 1e6)));
    this.#decisions.add(selection);
    this.#record(this.#publisher.decision(selection));
    return selection;
  }

  decision(decisionId: string): DecisionAndOverrides {
    return this.#decisions.get(decisionId);
  }

  override(decisionId: string, request: OverrideRequest): Override {
    this.#refuseUnrecorded();
    const override = this.#decisions.override(decisionId, request);
    this.#record(this.#publisher.audit('override', override, randomUUID()));
    return override;
  }

  explain(dealerId: DealerId, scope: string, asOf: Micros | null): Explanation {
    const watermark = this.#selector.headerField(HEADER.watermark);
    if (asOf !== null && asOf < watermark) {
      const [asked, kept] = [asOf, watermark].map((t) => new Date(t / 1000).toISOString());
      const how = '`firstcall explain --as-of` reads the log again for it';
      throw new FirstcallError(
        'pastMoment',
        `asOf: ${asked} is before the present, ${kept}; ${how}`,
      );
    }
    return this.#selector.explain(dealerId, scope, asOf, this.#degraded());
  }

  watch(topics: readonly string[]): void {
    this.#ranking.watch(topics);
  }

  refuseTopic(topic: string): string | null {
    if (!TOPIC.test(topic)) return `"${topic}" is not <scope>, <scope>/<metric> or sums:<scope>`;
    if (parseTopic(topic, this.#options.model) === null) {
      const names = metricsOf(this.#options.model).map(({ name }) => name);
      return `"${topic}" names a metric that does not exist; there are ${names.join(', ')}`;
    }
    return null;
  }

  /** Prometheus text of what the engine itself counts. */
  metrics(): string {
    return engineMetrics({
      header: (field) => this.#selector.headerField(field),
      degradedPartitions: this.#degraded().length,
      selectNanos: this.#selectNanos,
      counters: this.#counters.sums(),
    });
  }

  /** Hash of each partition's sums: equal for equal logs, however they were cut or spread. */
  stateHashes(): string[] {
    return [...this.#boards]
      .sort(([a], [b]) => a - b)
      .map(([, board]) => contentHash(boardState(board).lines.join('\n')));
  }

  /** For those who want to see a shard die. */
  get shardThreads(): ShardPool['threads'] {
    return this.#shards.threads;
  }

  async close(): Promise<void> {
    await this.#shards.stop();
    await this.#ranking.stop();
    // What the last tick has judged may not be with the publisher yet; a failure was told already.
    await this.#tierLog.write([]).catch(() => {});
    await this.#publisher.flush();
  }

  #refuseUnrecorded(): void {
    if (this.#pendingDecisions < MAX_PENDING_DECISIONS) return;
    const why = 'the log has not taken the last 10,000 decisions';
    throw new FirstcallError('notReady', `no selection without a record of it: ${why}`);
  }

  #record(recording: Promise<void>): void {
    this.#pendingDecisions++;
    recording
      // The publisher has given up after ten minutes: no further selection would be recorded.
      .catch((error) => this.#options.onFatal(error))
      .finally(() => {
        this.#pendingDecisions--;
      });
  }

  #degraded(): number[] {
    return [...this.#behind.keys()].sort((a, b) => a - b);
  }

  #onTick({ updates, scopes, verdicts }: RankResult): void {
    this.#tierLog.write(verdicts).catch((error) => this.#options.onFatal(error));
    const news = this.#settleMerged() || scopes.length !== this.#scopes.length;
    this.#scopes = scopes;
    for (const update of updates) this.#options.onUpdate(update);
    if (news) this.#options.onStatus();
  }

  /**
   * Whether a partition has become whole in what is served. A shard tells of its midnights before it
   * tells that it has caught up, so that the tick after that has judged them as well.
   */
  #settleMerged(): boolean {
    const before = this.#behind.size;
    for (const partition of this.#settling) {
      const sequence = this.#behind.get(partition) ?? null;
      const merged = this.#selector.headerField(HEADER.partitions + partition);
      if (sequence !== null && merged >= sequence) this.#behind.delete(partition);
    }
    this.#settling = [...this.#behind].flatMap(([p, sequence]) => (sequence === null ? [] : [p]));
    if (this.#behind.size === 0 && before > 0) this.#options.logger.info('the log is read: ready');
    return this.#behind.size !== before;
  }
}
