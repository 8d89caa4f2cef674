import { randomUUID } from 'node:crypto';
import { createHistogram, performance } from 'node:perf_hooks';
import type { NatsConnection } from '@nats-io/transport-node';
import { FirstcallError } from '../schemas/errors.ts';
import type { Explanation } from '../schemas/explanation.ts';
import type { DealerId, Micros } from '../schemas/ids.ts';
import type { Override, OverrideRequest } from '../schemas/override.ts';
import { type DeskBody, type StatusFrame, TOPIC_PATTERN } from '../schemas/protocol.ts';
import type { Selection, SelectRequest } from '../schemas/selection.ts';
import type { LogNames } from '../schemas/subjects.ts';
import type { RankResult } from '../workers/messages.ts';
import { RankingPool } from '../workers/ranking-pool.ts';
import { ShardPool } from '../workers/shard-pool.ts';
import type { TopicFrames } from '../workers/topic-frames.ts';
import { CounterSums } from './counter-sums.ts';
import { DealerDirectory } from './dealer-directory.ts';
import { DecisionBook } from './decision-book.ts';
import { engineMetrics } from './engine-metrics.ts';
import type {
  DecisionAndOverrides,
  EngineServices,
  ReferenceServices,
  RulesChange,
  RulesInForce,
  RulesReceipt,
} from './gateway/services.ts';
import { InstrumentMaster } from './instrument-master.ts';
import { contentHash } from './platform/hash.ts';
import type { Logger } from './platform/logger.ts';
import { createPublisher, type EventPublisher } from './platform/publisher.ts';
import { ReferenceEditor } from './reference-editor.ts';
import { RulesKeeper } from './rules-keeper.ts';
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
  readonly #boards = new Map<number, BoardBuffer>();
  readonly #ranking: RankingPool;
  readonly #shards: ShardPool;
  readonly #selector: BoardSelector;
  readonly #rules: RulesKeeper;
  readonly #publisher: EventPublisher;
  readonly #tierLog: TierLog;
  readonly #decisions = new DecisionBook();
  /** The dealer database; selections are refused until it has been read. */
  readonly directory: DealerDirectory;
  readonly #instruments: InstrumentMaster;
  readonly #editor: ReferenceEditor;
  /** What the gateway asks of records. */
  readonly reference: ReferenceServices;
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
  /** Sequence of the directory that subscribers know: they hear of records once a tick. */
  #announcedDirectory = 0;
  /** Sequence of the directory whose dealers the selector knows. */
  #metAt = 0;
  #pendingDecisions = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    const { partitions, model, natsUrl, names, shards, logger } = options;
    for (let p = 0; p < partitions; p++) this.#behind.set(p, null);
    this.#modelHash = contentHash(canonicalModel(model));
    this.#publisher = createPublisher(options.nc, names);
    this.#tierLog = new TierLog(options.nc, names, this.#publisher, this.#modelHash);
    const source = { nc: options.nc, names, partitions, publisher: this.#publisher };
    const onTrouble = (error: unknown) => logger.warn({ err: error }, 'records are read again');
    this.directory = new DealerDirectory({
      ...source,
      onCaughtUp: options.onStatus,
      onTrouble,
      onFatal: options.onFatal,
    });
    this.#instruments = new InstrumentMaster({ ...source, onTrouble });
    const { directory: dealers } = this;
    this.#editor = new ReferenceEditor({
      ...source,
      dealers,
      instruments: this.#instruments,
      onTrouble,
    });
    this.reference = {
      dealers: () => dealers.all(),
      dealer: (id) => dealers.records.version(id),
      instrument: (id) => this.#instruments.version(id),
      editDealer: (edit) => this.#editor.editDealer(edit),
      editInstrument: (edit) => this.#editor.editInstrument(edit),
    };
    this.#ranking = new RankingPool({
      partitions,
      model,
      modelHash: this.#modelHash,
      tickMs: options.rankTickMs,
      onTick: (result) => this.#onTick(result),
      onFatal: options.onFatal,
    });
    this.#rules = new RulesKeeper({
      nc: options.nc,
      names,
      model,
      logger,
      audit: (entry, id) => {
        this.#publisher.audit('rules', entry, id).catch((error) => options.onFatal(error));
      },
      onChange: () => this.#onRules(),
    });
    const { rules, hash: rulesHash } = this.#rules.current;
    this.#selector = new BoardSelector({
      merged: this.#ranking.merged,
      partitions,
      model,
      modelHash: this.#modelHash,
      rules,
      rulesHash,
      records: dealers,
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

  /**
   * Reads the rules of the log and follows them; until then the built-in ones are in force. `file`: rules
   * that are put in force first; throws FirstcallError `badRules` when they do not compile.
   */
  start(file: { readonly path: string; readonly text: string } | null = null): Promise<void> {
    return this.#rules.start(file);
  }

  status(): StatusFrame {
    const degradedPartitions = this.#degraded();
    const asOf = this.#selector.headerField(HEADER.watermark);
    return {
      type: 'status',
      ready: degradedPartitions.length === 0 && this.directory.ready,
      degradedPartitions,
      modelHash: this.#modelHash,
      rulesHash: this.#rules.current.hash,
      directory: this.directory.sequence,
      asOf: asOf === 0 ? null : asOf,
      scopes: this.#scopes,
    };
  }

  select(order: SelectRequest): Selection {
    this.#refuseUnrecorded();
    if (!this.directory.ready) {
      throw new FirstcallError('notReady', 'the dealer database is still being read; try again');
    }
    this.#meetDealers();
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
    const override = this.#decisions.override(decisionId, request, (dealerId) =>
      this.#selector.knows(dealerId),
    );
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

  rules(): RulesInForce {
    const { rules: _, ...inForce } = this.#rules.current;
    return inForce;
  }

  checkRules(text: string): { readonly hash: string; readonly rules: number } {
    return this.#rules.check(text);
  }

  loadRules(change: RulesChange): Promise<RulesReceipt> {
    return this.#rules.load(change);
  }

  desk(): DeskBody {
    const { hash, rules } = this.#rules.current;
    return {
      rulesHash: hash,
      rules: rules.canonical,
      directory: this.directory.sequence,
      dealers: this.directory.all().map(({ record }) => record),
    };
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
      dealers: { known: this.directory.size, refused: this.directory.refused },
      selectNanos: this.#selectNanos,
      rulesRefused: this.#rules.refused,
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
    await this.#rules.close();
    await this.#shards.stop();
    await this.#ranking.stop();
    await this.#editor.close();
    await Promise.all([this.directory.close(), this.#instruments.close()]);
    // What the last tick has judged may not be with the publisher yet; a failure was told already.
    await this.#tierLog.write([]).catch(() => {});
    await this.#publisher.flush();
  }

  /** Who has a record may be selected, though nothing of it was observed. */
  #meetDealers(): void {
    if (this.#metAt === this.directory.sequence) return;
    this.#metAt = this.directory.sequence;
    this.#selector.know([...this.directory.ids] as DealerId[]);
  }

  #onRules(): void {
    const { rules, hash } = this.#rules.current;
    this.#selector.useRules(rules, hash);
    this.#options.onStatus();
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
    const { directory } = this.status();
    const hasNewRecords = directory !== this.#announcedDirectory;
    const hasNewScopes = scopes.length !== this.#scopes.length;
    const news = this.#settleMerged() || hasNewScopes || hasNewRecords;
    this.#scopes = scopes;
    this.#announcedDirectory = directory;
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
