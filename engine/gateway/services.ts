import type { ChainReport } from '../../schemas/chain-report.ts';
import type { EngineCondition } from '../../schemas/engine-status.ts';
import type { Explanation } from '../../schemas/explanation.ts';
import type { QueryRequest } from '../../schemas/history-query.ts';
import type { DealerId, InstrumentId, Micros } from '../../schemas/ids.ts';
import type { Override, OverrideRequest } from '../../schemas/override.ts';
import type { DeskBody, StatusFrame } from '../../schemas/protocol.ts';
import type {
  AllTimes,
  DealerTimes,
  EditResult,
  RecordEdit,
  RecordVersion,
} from '../../schemas/record-edit.ts';
import type { DealerEvent, InstrumentEvent } from '../../schemas/reference.ts';
import type { Lag, Selection, SelectRequest } from '../../schemas/selection.ts';
import type { Decision } from '../selection/override.ts';

/** One state of one topic, as the ranking thread made it. */
export interface TopicUpdate {
  readonly topic: string;
  readonly seq: number;
  /** MessagePack of a SnapshotFrame. */
  readonly snapshot: Uint8Array;
  /** MessagePack of the DeltaFrame from `seq - 1`; null on the first. */
  readonly delta: Uint8Array | null;
}

/** The rules that selections are made with, and how they came. */
export interface RulesInForce {
  readonly hash: string;
  /** As it was loaded; empty for the built-in rules. */
  readonly text: string;
  readonly by: string;
  readonly reason: string;
  /** In NATS KV; 0: nobody has loaded any. */
  readonly revision: number;
  /** By the clock of NATS; null: nobody has loaded any. */
  readonly tsLoaded: Micros | null;
  /** Number of rules. */
  readonly size: number;
}

export interface RulesChange {
  readonly text: string;
  readonly by: string;
  readonly reason: string;
  /** Of the rules that are to be replaced; absent: whichever they are. */
  readonly expectedHash?: string | undefined;
}

/** What a text would be as rules. */
export interface RulesCheck {
  readonly hash: string;
  readonly rules: number;
  /** What is right and probably not meant: dealers that nobody knows. */
  readonly warnings: readonly string[];
}

export interface RulesReceipt {
  readonly hash: string;
  readonly revision: number;
  /** As of `RulesCheck`. */
  readonly warnings: readonly string[];
}

/** Some instruments of many. */
export interface InstrumentRange {
  /** Their ids begin with it. */
  readonly prefix: string;
  /** Their ids come after it; empty: from the first. */
  readonly after: string;
  readonly limit: number;
}

/**
 * The dealer database and the security master. Those that wait reject with a FirstcallError whose
 * message is fit to be shown to the caller: `badRecord` (the message begins with the field), `noRecord`,
 * `conflict` or `notReady`.
 */
export interface ReferenceServices {
  dealers(): readonly RecordVersion<DealerEvent>[];
  dealer(dealerId: DealerId): RecordVersion<DealerEvent> | undefined;
  /** In the order of their ids. Reads the whole security master at the first call. */
  instruments(range: InstrumentRange): Promise<readonly RecordVersion<InstrumentEvent>[]>;
  instrument(instrumentId: InstrumentId): Promise<RecordVersion<InstrumentEvent> | undefined>;
  /** Resolves once the change is in the log and has been read back. */
  editDealer(edit: RecordEdit): Promise<EditResult<DealerEvent>>;
  editInstrument(edit: RecordEdit): Promise<EditResult<InstrumentEvent>>;
}

/** A decision that the engine still remembers. */
export interface DecisionAndOverrides extends Decision {
  /** Oldest first. */
  readonly overrides: readonly Override[];
}

/**
 * The engine, as the gateway sees it. Every call runs on the main thread and returns at once; the
 * gateway never blocks the engine and the engine never sees a socket.
 */
export interface EngineServices extends Lag {
  readonly reference: ReferenceServices;
  status(): StatusFrame;
  /** The broker does not answer: nothing is read from the log, and nothing gets into it. */
  readonly isBrokerAway: boolean;
  /** Throws a FirstcallError whose message is fit to be shown to the caller. */
  select(order: SelectRequest): Selection;
  /** What `select` would answer, recorded nowhere. Throws as it does. */
  preview(order: SelectRequest): Selection;
  /**
   * How a dealer's score at a scope comes about; `asOf` null: as of the watermark. Throws a
   * FirstcallError whose message is fit to be shown to the caller.
   */
  explain(dealerId: DealerId, scope: string, asOf: Micros | null): Explanation;
  /** When a dealer was last heard of. */
  timesOf(dealerId: DealerId): DealerTimes;
  /** The same of all dealers. */
  allTimes(): AllTimes;
  rules(): RulesInForce;
  /** Rejects with FirstcallError `badRules` or `notReady`. */
  checkRules(text: string): Promise<RulesCheck>;
  /** Rejects with FirstcallError `badRules`, `conflict` or `notReady`; then nothing has changed. */
  loadRules(change: RulesChange): Promise<RulesReceipt>;
  /** What a client selects with besides scores: the rules and the dealer records. */
  desk(): DeskBody;
  /** Throws FirstcallError `unknownDecision`. */
  decision(decisionId: string): DecisionAndOverrides;
  /**
   * Records that a trader does something else than a decision says. Throws FirstcallError
   * `unknownDecision`, `excluded`, `badOverride` or `notReady`.
   */
  override(decisionId: string, request: OverrideRequest): Override;
  /**
   * Asks the history process: JSON of a QueryReply. Rejects with FirstcallError `historyAway` or `busy`.
   */
  askHistory(question: QueryRequest): Promise<Uint8Array>;
  /**
   * Verifies the record of decisions, off the main thread. Rejects with FirstcallError `busy`, `notReady`,
   * `natsUnreachable`, `noLog` or `streamSilent`.
   */
  verifyChain(): Promise<ChainReport>;
  /** The topics that somebody wants now, all of them; updates follow through `Gateway.publish`. */
  watch(topics: readonly string[]): void;
  /** Null if the topic can exist, else why not. */
  refuseTopic(topic: string): string | null;
  /** How the engine is, for people. */
  condition(): EngineCondition;
  /** Extra Prometheus text. */
  metrics(): string;
}

/** The edge that subscribers reach: WebSocket and HTTP on one port. */
export interface Gateway {
  readonly port: number;
  readonly subscribers: number;
  /** Hands on one new state of a topic. Costs one send per live subscriber of the topic. */
  publish(update: TopicUpdate): void;
  /** Resolves when every subscriber's socket has what was published, read or not. */
  whenSent(): Promise<void>;
  /** Tells every subscriber the engine's status anew. */
  statusChanged(): void;
  /** Refuses newcomers, says goodbye to every subscriber and resolves once the port is free. */
  close(): Promise<void>;
}
