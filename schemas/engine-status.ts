import type { HistoryStatus } from './history-status.ts';
import type { Micros } from './ids.ts';

/** One partition of the log, as an engine has read it. Counts are since the beginning of its log. */
export interface PartitionStatus {
  readonly partition: number;
  /** The thread that reads it. */
  readonly shard: number;
  /** Being rebuilt: what is served of it is not whole. */
  readonly degraded: boolean;
  /** Last applied sequence of its stream. */
  readonly sequence: number;
  /** Newest sequence of its stream, half a second ago; null: the log has not said. */
  readonly logEnd: number | null;
  /** Event time below which everything is final; null: no event yet. */
  readonly watermark: Micros | null;
  readonly eventsApplied: number;
  readonly eventsLate: number;
  readonly deadLetters: number;
  readonly openRfqs: number;
  /** Pairs of scope and dealer with scores. */
  readonly rows: number;
}

/** Selections since the engine started; times inside the engine, null before the first. */
export interface SelectionFigures {
  readonly count: number;
  readonly p50Micros: number | null;
  readonly p99Micros: number | null;
  readonly p999Micros: number | null;
}

/** The gateway since the engine started. */
export interface GatewayFigures {
  /** Open WebSockets. */
  readonly subscribers: number;
  /** Topics that somebody wants. */
  readonly topics: number;
  readonly framesSent: number;
  readonly bytesSent: number;
  /** Bytes that wait for the slowest subscriber. */
  readonly bufferedBytesMax: number;
  readonly deltasSkipped: number;
  readonly subscribersCut: number;
  readonly connectionsRefused: number;
  readonly selectionsRefused: number;
}

/** What an engine itself knows of how it is. */
export interface EngineCondition {
  readonly ready: boolean;
  /** Why it is not ready; empty when it is. */
  readonly reasons: readonly string[];
  /** How far what is served is behind the log, milliseconds; null: not known yet. */
  readonly lagMs: number | null;
  /** NATS does not answer. */
  readonly brokerAway: boolean;
  /** The log no longer reaches back to what scores need. */
  readonly logTruncated: boolean;
  /** Event time below which everything is final, in all partitions; null: no event yet. */
  readonly asOf: Micros | null;
  readonly modelHash: string;
  /** In force. */
  readonly rules: {
    readonly hash: string;
    readonly by: string;
    readonly reason: string;
    /** In NATS KV; 0: the built-in ones. */
    readonly revision: number;
    readonly tsLoaded: Micros | null;
    /** Number of rules. */
    readonly size: number;
    /** Versions that did not compile, since the engine started. */
    readonly refused: number;
  };
  readonly partitions: readonly PartitionStatus[];
  /** Of the log that all partitions share: last sequence that every partition has seen, and its newest. */
  readonly shared: { readonly sequence: number; readonly logEnd: number | null };
  readonly eventsApplied: number;
  readonly eventsLate: number;
  readonly deadLetters: number;
  /** Events that were kept and changed no score, by what was wrong with them. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly openRfqs: number;
  readonly rows: number;
  /** Observations and names without room on the scoreboard. */
  readonly refusedRows: number;
  readonly dealers: { readonly known: number; readonly refused: number };
  /** `status`: as the history process said it last; null: it never has. */
  readonly history: { readonly up: boolean; readonly status: HistoryStatus | null };
  readonly selections: SelectionFigures;
  /** Decisions and overrides that the log has not taken yet. */
  readonly decisionsWaiting: number;
  readonly process: {
    readonly uptimeSeconds: number;
    /** Of all threads. */
    readonly cpuSeconds: number;
    readonly residentBytes: number;
  };
}

/** What `GET /status` answers. */
export interface EngineStatus extends EngineCondition {
  readonly gateway: GatewayFigures;
}
