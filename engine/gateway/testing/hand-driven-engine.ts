import type { ChainReport } from '../../../schemas/chain-report.ts';
import { encode } from '../../../schemas/codec.ts';
import type { EngineCondition } from '../../../schemas/engine-status.ts';
import { FirstcallError } from '../../../schemas/errors.ts';
import type { Explanation } from '../../../schemas/explanation.ts';
import type { QueryRequest } from '../../../schemas/history-query.ts';
import type { DealerId, Micros } from '../../../schemas/ids.ts';
import type { Override, OverrideRequest } from '../../../schemas/override.ts';
import type {
  DeltaFrame,
  DeskBody,
  SnapshotFrame,
  StatusFrame,
  TopicRow,
} from '../../../schemas/protocol.ts';
import type { AllTimes, DealerTimes } from '../../../schemas/record-edit.ts';
import type { DealerEvent, InstrumentEvent } from '../../../schemas/reference.ts';
import type { ScoredDealer, Selection, SelectRequest } from '../../../schemas/selection.ts';
import { bareSelection } from '../../../schemas/testing/bare-selection.ts';
import { idleCondition } from '../../../schemas/testing/idle-condition.ts';
import { overrideDecision } from '../../selection/override.ts';
import type {
  DecisionAndOverrides,
  EngineServices,
  Gateway,
  ReferenceServices,
  RulesChange,
  RulesCheck,
  RulesReceipt,
} from '../services.ts';

const POSITION = { partitions: [7, 9], all: 3, tiers: 0 };

/** One dealer's row; `metrics` sets its size (about 150 bytes each). */
export function scoredDealer(dealerId: string, composite: number, metrics = 1): ScoredDealer {
  return {
    dealerId: dealerId as DealerId,
    rank: 1,
    value: composite,
    composite,
    compositeStandardError: null,
    displayScore: 5,
    insufficient: false,
    tier: null,
    appetite: { state: 'unknown', z: null },
    metrics: Array.from({ length: metrics }, (_, i) => ({
      metric: `metric${i}`,
      estimate: composite,
      standardError: null,
      normalised: composite,
      weight: 1,
      contribution: composite,
      mass: 10,
      effectiveSample: 10,
    })),
  };
}

function refuseEdit(): never {
  throw new FirstcallError('notReady', 'there is no log');
}

interface TopicBook {
  seq: number;
  readonly rows: Map<string, TopicRow>;
}

/**
 * The engine's side of the gateway, driven by hand: a test says which rows change, and real frames
 * in real bytes go to the gateway, of the topics that the gateway has asked for.
 */
export class HandDrivenEngine implements EngineServices {
  watched: readonly string[] = [];
  gateway: Gateway | null = null;
  ready = true;
  lagMs: number | null = 0;
  modelHash = 'model';
  rulesHash = 'rules';
  /** Canonical text. */
  rulesText = '{}';
  directory = 0;
  desksAsked = 0;
  dealers: readonly DealerEvent[] = [];
  times: AllTimes['dealers'] = [];
  /** Rules that were loaded, oldest first. */
  readonly loaded: RulesChange[] = [];
  /** Named in the snapshots of their `instrument:` scopes. */
  readonly instruments = new Map<string, InstrumentEvent>();
  asOf = 1_700_000_000_000_000;
  readonly selected: SelectRequest[] = [];
  /** Empty: records are tested with an engine that has a log. */
  readonly reference: ReferenceServices = {
    dealers: () => [],
    dealer: () => undefined,
    instruments: async () => [],
    instrument: async () => undefined,
    editDealer: async () => refuseEdit(),
    editInstrument: async () => refuseEdit(),
  };
  readonly decisions = new Map<string, DecisionAndOverrides>();
  readonly #books = new Map<string, TopicBook>();

  isBrokerAway = false;

  /** There is no history here. */
  async askHistory(question: QueryRequest): Promise<Uint8Array> {
    throw new FirstcallError('historyAway', `nobody answers ${question.query}`);
  }

  /** Who waits for a verification; it ends when the test says so. */
  readonly chains: ((report: ChainReport) => void)[] = [];

  verifyChain(): Promise<ChainReport> {
    if (this.chains.length > 0) throw new FirstcallError('busy', 'it is being verified already');
    return new Promise((resolve) => this.chains.push(resolve));
  }

  condition(): EngineCondition {
    const { ready, reasons, lagMs, asOf, modelHash } = this.status();
    return { ...idleCondition(), ready, reasons, lagMs, asOf, modelHash };
  }

  status(): StatusFrame {
    return {
      type: 'status',
      ready: this.ready,
      reasons: this.ready ? [] : ['partition 1: the log is being read'],
      lagMs: this.lagMs,
      degradedPartitions: this.ready ? [] : [1],
      modelHash: this.modelHash,
      rulesHash: this.rulesHash,
      directory: this.directory,
      asOf: this.asOf,
      scopes: ['ALL', 'CORP', 'CORP-TECH-A-2_5'],
    };
  }

  select(order: SelectRequest): Selection {
    const selection = this.preview(order);
    this.selected.push(order);
    return selection;
  }

  preview(order: SelectRequest): Selection {
    if (!this.ready) throw new FirstcallError('notReady', 'partition 1 is being rebuilt');
    if (order.instrumentId.startsWith('BUG')) throw new Error('a bug of ours');
    return bareSelection({
      order,
      orderId: order.orderId,
      instrumentId: order.instrumentId,
      asOf: order.tsEvent,
      rankedScope: 'CORP-TECH-A-2_5',
      scopes: ['CORP-TECH-A-2_5', 'CORP', 'ALL'],
      position: POSITION,
      dealers: [
        {
          ...scoredDealer('GS', 0.9),
          callOrder: 1,
          axe: null,
          chance: 1,
          reason: 'best fill rate',
        },
      ],
    });
  }

  timesOf(): DealerTimes {
    return { tsLastQuote: null, tsLastAsk: null };
  }

  allTimes(): AllTimes {
    return { eventTime: this.asOf, dealers: this.times };
  }

  decision(decisionId: string): DecisionAndOverrides {
    const decision = this.decisions.get(decisionId);
    if (decision !== undefined) return decision;
    throw new FirstcallError('unknownDecision', `decision "${decisionId}": never made`);
  }

  override(decisionId: string, request: OverrideRequest): Override {
    return overrideDecision(this.decision(decisionId), request, {
      isKnown: () => true,
      refusalOf: () => null,
    });
  }

  explain(dealerId: DealerId, scope: string, asOf: Micros | null): Explanation {
    if (!this.ready) throw new FirstcallError('notReady', 'partition 1 is being rebuilt');
    if (dealerId !== 'GS')
      throw new FirstcallError('badQuestion', `dealer ${dealerId}: never seen`);
    const { metrics: _, value: __, ...scored } = scoredDealer('GS', 0.9);
    return {
      ...scored,
      scope,
      asOf: asOf ?? this.asOf,
      modelHash: this.modelHash,
      rulesHash: this.rulesHash,
      position: POSITION,
      degradedPartitions: [],
      ranked: 1,
      metrics: [],
      reason: 'Ranked 1 of 1.',
    };
  }

  rules() {
    const { text = '', by = '', reason = '' } = this.loaded.at(-1) ?? {};
    const revision = this.loaded.length;
    return { hash: this.rulesHash, text, by, reason, revision, tsLoaded: null, size: 3 };
  }

  async checkRules(text: string): Promise<RulesCheck> {
    if (text.startsWith('bad')) throw new FirstcallError('badRules', 'rules:1:1: bad');
    return { hash: `hash of ${text}`, rules: 1, warnings: [] };
  }

  async loadRules(change: RulesChange): Promise<RulesReceipt> {
    const { hash } = await this.checkRules(change.text);
    if (change.expectedHash !== undefined && change.expectedHash !== this.rulesHash) {
      throw new FirstcallError('conflict', `the rules in force are ${this.rulesHash}`);
    }
    this.loaded.push(change);
    this.rulesHash = hash;
    return { hash, revision: this.loaded.length, warnings: [] };
  }

  desk(): DeskBody {
    this.desksAsked++;
    const { rulesHash, rulesText, directory, dealers } = this;
    return { rulesHash, rules: rulesText, directory, dealers };
  }

  watch(topics: readonly string[]): void {
    const isNew = topics.filter((topic) => !this.watched.includes(topic));
    this.watched = topics;
    for (const topic of isNew) {
      const book = this.#books.get(topic);
      if (book !== undefined) this.#publish(topic, book, null);
    }
  }

  refuseTopic(topic: string): string | null {
    return topic.startsWith('NOPE') ? 'no such segment' : null;
  }

  metrics(): string {
    return '# TYPE firstcall_engine_events_total counter\nfirstcall_engine_events_total 42\n';
  }

  /** Sets rows of a topic and publishes its next state, if somebody watches it. */
  change(topic: string, rows: readonly TopicRow[], removed: readonly string[] = []): void {
    const book = this.#books.get(topic) ?? { seq: 0, rows: new Map() };
    this.#books.set(topic, book);
    for (const row of rows) book.rows.set(row.dealerId, row);
    for (const dealerId of removed) book.rows.delete(dealerId);
    this.#publish(topic, book, { rows, removed });
  }

  /** What a subscriber must end up with. */
  rows(topic: string): TopicRow[] {
    return [...(this.#books.get(topic)?.rows.values() ?? [])];
  }

  seq(topic: string): number {
    return this.#books.get(topic)?.seq ?? 0;
  }

  #publish(
    topic: string,
    book: TopicBook,
    change: { rows: readonly TopicRow[]; removed: readonly string[] } | null,
  ): void {
    if (!this.watched.includes(topic)) return;
    book.seq++;
    const head = { topic, seq: book.seq, asOf: this.asOf, position: POSITION };
    const rows = [...book.rows.values()];
    const instrument = this.instruments.get(topic.replace(/^(sums:)?instrument:/, ''));
    const named = instrument === undefined ? {} : { instrument };
    const { modelHash } = this;
    const snapshot: SnapshotFrame = { type: 'snapshot', ...head, modelHash, rows, ...named };
    const delta: DeltaFrame | null = change && { type: 'delta', ...head, ...change };
    this.gateway?.publish({
      topic,
      seq: book.seq,
      snapshot: encode(snapshot),
      delta: delta === null || book.seq === 1 ? null : encode(delta),
    });
  }
}
