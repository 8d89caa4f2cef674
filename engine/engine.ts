import type { ChainReport } from '../schemas/chain-report.ts';
import type { EngineCondition } from '../schemas/engine-status.ts';
import { FirstcallError } from '../schemas/errors.ts';
import type { Explanation } from '../schemas/explanation.ts';
import type { QueryRequest } from '../schemas/history-query.ts';
import type { DealerId, Micros } from '../schemas/ids.ts';
import type { Override, OverrideRequest } from '../schemas/override.ts';
import type { DeskBody, StatusFrame } from '../schemas/protocol.ts';
import type { AllTimes, DealerTimes } from '../schemas/record-edit.ts';
import type { Selection, SelectRequest } from '../schemas/selection.ts';
import type { RankResult } from '../workers/messages.ts';
import { RankingPool } from '../workers/ranking-pool.ts';
import { ShardPool } from '../workers/shard-pool.ts';
import { ChainChecker } from './chain-checker.ts';
import { CounterSums } from './counter-sums.ts';
import type { DealerDirectory } from './dealer-directory.ts';
import { Decider } from './decider.ts';
import { Desk } from './desk.ts';
import { engineCondition } from './engine-condition.ts';
import { EngineHealth } from './engine-health.ts';
import { type EngineFigures, engineMetrics } from './engine-metrics.ts';
import type { EngineOptions } from './engine-options.ts';
import type {
  DecisionAndOverrides,
  EngineServices,
  ReferenceServices,
  RulesChange,
  RulesCheck,
  RulesInForce,
  RulesReceipt,
} from './gateway/services.ts';
import { HistoryDesk } from './history-desk.ts';
import { HistoryWatch } from './history-watch.ts';
import { contentHash } from './platform/hash.ts';
import { createPublisher, type EventPublisher, NEVER_GIVES_UP } from './platform/publisher.ts';
import { type BoardBuffer, HEADER } from './scoreboard/board.ts';
import { boardState } from './scoreboard/board-digest.ts';
import { BoardSelector } from './scoreboard/board-selector.ts';
import { canonicalModel } from './scoring/model.ts';
import { topicRefusal } from './selection/topic.ts';
import { TierLog } from './tier-log.ts';
import { TierRecords } from './tier-records.ts';

/** The engine on the main thread: shards write, a ranking thread merges, and this selects. */
export class Engine implements EngineServices {
  readonly #options: EngineOptions;
  readonly #modelHash: string;
  readonly #publisher: EventPublisher;
  readonly #tiers: TierRecords;
  readonly #health: EngineHealth;
  readonly #counters = new CounterSums();
  readonly #boards = new Map<number, BoardBuffer>();
  readonly #desk: Desk;
  readonly #ranking: RankingPool;
  readonly #selector: BoardSelector;
  readonly #decider: Decider;
  readonly #shards: ShardPool;
  readonly #history: HistoryWatch;
  readonly #historyDesk: HistoryDesk;
  readonly #chain: ChainChecker;
  #scopes: readonly string[] = [];
  /** Sequence of the directory that subscribers know: they hear of records once a tick. */
  #announcedDirectory = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    const { nc, names, partitions, model, logger, onFatal } = options;
    const modelHash = contentHash(canonicalModel(model));
    const publisher = createPublisher(nc, names, NEVER_GIVES_UP);
    const scoring = { partitions, model, modelHash };
    this.#modelHash = modelHash;
    this.#publisher = publisher;
    this.#desk = new Desk({
      nc,
      names,
      partitions,
      model,
      logger,
      publisher,
      eventTime: () => Math.min(this.#selector.eventTime, Date.now() * 1000),
      wasObserved: (dealerId) => this.#selector.knows(dealerId),
      onRules: () => this.#onRules(),
      onDealers: options.onStatus,
      onFatal,
    });
    this.#health = new EngineHealth({
      ...options,
      hasDealers: () => this.#desk.directory.ready,
      onChange: options.onStatus,
    });
    this.#ranking = new RankingPool({
      ...scoring,
      tickMs: options.rankTickMs,
      tiers: options.snapshots?.found ?? null,
      onTick: (result) => this.#onTick(result),
      onFatal,
    });
    this.#tiers = new TierRecords({
      ranking: this.#ranking,
      log: new TierLog(nc, names, publisher, modelHash),
      publisher,
      snapshots: options.snapshots,
      onKept: (days) => this.#shards.tellTiersKept(days),
      onFatal,
    });
    const { directory, rules } = this.#desk;
    this.#selector = new BoardSelector({
      ...scoring,
      merged: this.#ranking.merged,
      rules: rules.current.rules,
      rulesHash: rules.current.hash,
      records: directory,
    });
    this.#decider = new Decider({
      selector: this.#selector,
      directory,
      publisher,
      degraded: () => this.#health.degraded,
      onFatal,
    });
    this.#shards = this.#startShards();
    this.#history = new HistoryWatch(nc, names);
    this.#historyDesk = new HistoryDesk(nc, names);
    this.#chain = new ChainChecker({ natsUrl: options.natsUrl, log: names.log });
  }

  #startShards(): ShardPool {
    const { natsUrl, names, partitions, shards, model, snapshots } = this.#options;
    return new ShardPool({
      natsUrl,
      log: names.log,
      partitions,
      shards,
      model,
      snapshots: snapshots?.settings ?? null,
      bell: this.#ranking.bell,
      frozenThrough: (partition) => snapshots?.frozenThrough(partition) ?? 0,
      tiersKept: (partition) => snapshots?.keptThrough(partition) ?? 0,
      onSnapshot: (what, detail) => snapshots?.tell(what, detail),
      onBoard: (partition, board) => {
        this.#boards.set(partition, board);
        this.#ranking.attach(partition, board);
      },
      onCaughtUp: (partition, sequence) => this.#health.catchUp(partition, sequence),
      onFrozen: (frozen) => this.#tiers.freeze(frozen),
      onCounters: (partition, counters) => this.#counters.replace(partition, counters),
      onFailure: (failed, error) => this.#onShardFailure(failed, error),
    });
  }

  /**
   * Reads the rules of the log and follows them; until then the built-in ones are in force. `file`: rules
   * that are put in force first; throws FirstcallError `badRules` when they do not compile.
   */
  start(file: { readonly path: string; readonly text: string } | null = null): Promise<void> {
    return this.#desk.rules.start(file);
  }

  status(): StatusFrame {
    const { reasons, lagMs, degraded } = this.#health;
    const { directory, rules } = this.#desk;
    const asOf = this.#selector.headerField(HEADER.watermark);
    return {
      type: 'status',
      ready: reasons.length === 0,
      reasons,
      lagMs,
      degradedPartitions: degraded,
      modelHash: this.#modelHash,
      rulesHash: rules.current.hash,
      directory: directory.sequence,
      asOf: asOf === 0 ? null : asOf,
      scopes: this.#scopes,
    };
  }

  get isBrokerAway(): boolean {
    return this.#health.isBrokerAway;
  }

  get lagMs(): number | null {
    return this.#health.lagMs;
  }

  select(order: SelectRequest): Selection {
    return this.#decider.select(order);
  }

  preview(order: SelectRequest): Selection {
    return this.#decider.preview(order);
  }

  decision(decisionId: string): DecisionAndOverrides {
    return this.#decider.decision(decisionId);
  }

  override(decisionId: string, request: OverrideRequest): Override {
    return this.#decider.override(decisionId, request);
  }

  explain(dealerId: DealerId, scope: string, asOf: Micros | null): Explanation {
    const watermark = this.#selector.headerField(HEADER.watermark);
    if (asOf !== null && asOf < watermark) throw pastMoment(asOf, watermark);
    return this.#selector.explain(dealerId, scope, asOf, this.#health.degraded);
  }

  rules(): RulesInForce {
    const { rules: _, ...inForce } = this.#desk.rules.current;
    return inForce;
  }

  checkRules(text: string): Promise<RulesCheck> {
    return this.#desk.rules.check(text);
  }

  loadRules(change: RulesChange): Promise<RulesReceipt> {
    return this.#desk.rules.load(change);
  }

  get reference(): ReferenceServices {
    return this.#desk.reference;
  }

  desk(): DeskBody {
    return this.#desk.body();
  }

  timesOf(dealerId: DealerId): DealerTimes {
    return this.#selector.timesOf(dealerId);
  }

  allTimes(): AllTimes {
    return this.#selector.allTimes();
  }

  askHistory(question: QueryRequest): Promise<Uint8Array> {
    return this.#historyDesk.ask(question);
  }

  watch(topics: readonly string[]): void {
    this.#ranking.watch(topics);
  }

  refuseTopic(topic: string): string | null {
    return topicRefusal(topic, this.#options.model);
  }

  verifyChain(): Promise<ChainReport> {
    return this.#chain.check();
  }

  /** Prometheus text of what the engine itself counts, and of what the history says. */
  metrics(): string {
    return engineMetrics(this.#figures()).concat(this.#history.metrics());
  }

  condition(): EngineCondition {
    return engineCondition(this.#figures(), {
      status: this.status(),
      rules: this.rules(),
      boards: this.#boards,
      shardOf: (partition) => this.#shards.shardOf(partition),
      logEnds: this.#health.logEnds,
      history: this.#history.heard,
    });
  }

  #figures(): EngineFigures {
    const { directory, rules } = this.#desk;
    return {
      header: (field) => this.#selector.headerField(field),
      degradedPartitions: this.#health.degraded.length,
      isBrokerAway: this.#health.isBrokerAway,
      lagMs: this.lagMs,
      isLogTruncated: this.#health.isLogTruncated,
      dealers: { known: directory.size, refused: directory.refused },
      selectNanos: this.#decider.selectNanos,
      rulesRefused: rules.refused,
      decisionsWaiting: this.#decider.waiting,
      counters: this.#counters.sums(),
    };
  }

  /** Hash of each partition's sums: equal for equal logs, however they were cut or spread. */
  stateHashes(): string[] {
    return [...this.#boards]
      .sort(([a], [b]) => a - b)
      .map(([, board]) => contentHash(boardState(board).lines.join('\n')));
  }

  /** For those who kill one. */
  get shardThreads(): ShardPool['threads'] {
    return this.#shards.threads;
  }

  /** The dealer database; nothing is selected until it has been read. */
  get directory(): DealerDirectory {
    return this.#desk.directory;
  }

  async close(): Promise<void> {
    this.#history.close();
    this.#health.close();
    await this.#chain.close();
    await this.#shards.stop();
    await this.#tiers.close();
    await this.#desk.close();
    await this.#publisher.flush();
  }

  #onRules(): void {
    const { rules, hash } = this.#desk.rules.current;
    this.#selector.useRules(rules, hash);
    this.#options.onStatus();
  }

  /** Dealers and rules were read from that log as well: another engine reads all of it anew. */
  #onShardFailure(partitions: readonly number[], error: unknown): void {
    this.#health.lose(partitions, error);
    const isReplaced = error instanceof FirstcallError && error.code === 'logReplaced';
    if (isReplaced) this.#options.onFatal(error);
  }

  async #onTick(result: RankResult): Promise<void> {
    this.#tiers.take(result);
    const directory = this.#desk.directory.sequence;
    const isNews = result.scopes !== null || directory !== this.#announcedDirectory;
    this.#scopes = result.scopes ?? this.#scopes;
    this.#health.serve(this.#selector.position);
    this.#announcedDirectory = directory;
    for (const update of result.updates) this.#options.onUpdate(update);
    if (isNews) this.#options.onStatus();
    await this.#options.whenSent?.();
  }
}

function pastMoment(asOf: Micros, watermark: Micros): FirstcallError {
  const [asked, kept] = [asOf, watermark].map((t) => new Date(t / 1000).toISOString());
  const how = '`firstcall explain --as-of` reads the log again for it';
  return new FirstcallError('pastMoment', `asOf: ${asked} is before the present, ${kept}; ${how}`);
}
