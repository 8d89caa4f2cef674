import Type from 'typebox';
import type { Micros } from './ids.ts';
import type { DealerEvent, InstrumentEvent } from './reference.ts';
import {
  type Lag,
  type LogPosition,
  type ScoredDealer,
  type SelectionAnswer,
  SelectRequestSchema,
} from './selection.ts';

/** WebSocket subprotocols: the same frames, MessagePack in binary frames or JSON in text frames. */
export const SUBPROTOCOL_MSGPACK = 'firstcall.v1.msgpack';
export const SUBPROTOCOL_JSON = 'firstcall.v1.json';

export const MAX_TOPICS_PER_FRAME = 256;
/** Largest frame that the gateway reads from a subscriber, bytes. */
export const MAX_CLIENT_FRAME_BYTES = 16 * 1024;

/**
 * Topic grammar: `<scope>` ranks by the composite, `<scope>/<metric>` by one metric, and
 * `sums:<scope>` carries the decayed sums for a replica that selects locally.
 * Scope: `ALL`, an asset class, a segment, or `instrument:<id>`, `issuer:<id>`.
 */
export const TOPIC_PATTERN =
  '^(sums:)?([A-Z0-9_-]{1,96}|(instrument|issuer):[!-.0-~]{1,64})(/[A-Za-z0-9_.]{1,52})?$';
export const TopicSchema = Type.String({ pattern: TOPIC_PATTERN });

const Topics = Type.Array(TopicSchema, { minItems: 1, maxItems: MAX_TOPICS_PER_FRAME });
const RequestId = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const strict = { additionalProperties: false };

export const CLIENT_FRAME_SCHEMAS = {
  subscribe: Type.Object({ type: Type.Literal('subscribe'), topics: Topics }, strict),
  unsubscribe: Type.Object({ type: Type.Literal('unsubscribe'), topics: Topics }, strict),
  /** Asks for a fresh snapshot after a gap. */
  resync: Type.Object({ type: Type.Literal('resync'), topics: Topics }, strict),
  select: Type.Object(
    { type: Type.Literal('select'), requestId: RequestId, order: SelectRequestSchema },
    strict,
  ),
  /** Asks for the rules and the dealer records. */
  desk: Type.Object({ type: Type.Literal('desk'), requestId: RequestId }, strict),
  ping: Type.Object({ type: Type.Literal('ping'), requestId: RequestId }, strict),
} as const;

export type ClientFrameType = keyof typeof CLIENT_FRAME_SCHEMAS;
export type ClientFrame = {
  [K in ClientFrameType]: Type.Static<(typeof CLIENT_FRAME_SCHEMAS)[K]>;
}[ClientFrameType];

/** The decayed sums of one dealer at one scope, and its marks. */
export interface SumsRow {
  readonly dealerId: string;
  /** A mask of columns, the row's times, then a cell for each column; see engine/scoring/packed-row.ts. */
  readonly sums: readonly number[];
}

export type TopicRow = ScoredDealer | SumsRow;

interface TopicFrame {
  readonly topic: string;
  /** Numbers the states of a topic; a delta applies to exactly `seq - 1`. */
  readonly seq: number;
  readonly asOf: Micros;
  readonly position: LogPosition;
}

/** The whole state of a topic. Replaces whatever the subscriber held. */
export interface SnapshotFrame extends TopicFrame {
  readonly type: 'snapshot';
  readonly modelHash: string;
  readonly rows: readonly TopicRow[];
  /** Of an `instrument:` scope, when the security master knows it. */
  readonly instrument?: InstrumentEvent;
}

/** Rows that changed since `seq - 1`, whole, and dealers that left. */
export interface DeltaFrame extends TopicFrame {
  readonly type: 'delta';
  readonly rows: readonly TopicRow[];
  readonly removed: readonly string[];
}

export interface SelectionFrame {
  readonly type: 'selection';
  readonly requestId: number;
  readonly selection: SelectionAnswer;
}

/** What a selection goes by besides scores. */
export interface DeskBody {
  readonly rulesHash: string;
  /** The rules as text that is compiled again to the same; `rulesHash` is the hash of it. */
  readonly rules: string;
  /** Sequence, in the log that all partitions share, of the newest dealer record; 0: none. */
  readonly directory: number;
  readonly dealers: readonly DealerEvent[];
}

export interface DeskFrame extends DeskBody {
  readonly type: 'desk';
  readonly requestId: number;
}

/** Sent on connecting and whenever it changes; of `lagMs`, the whole seconds. */
export interface StatusFrame extends Lag {
  readonly type: 'status';
  readonly ready: boolean;
  /** Why it is not ready, each a sentence; empty when it is. */
  readonly reasons: readonly string[];
  readonly degradedPartitions: readonly number[];
  readonly modelHash: string;
  readonly rulesHash: string;
  /** As in DeskBody: when it or `rulesHash` changes, who selects locally asks for the desk anew. */
  readonly directory: number;
  /** Smallest watermark over the partitions; null before the first event. */
  readonly asOf: Micros | null;
  /** Every ranked segment, asset class and `ALL`, sorted: what a subscriber can choose from. */
  readonly scopes: readonly string[];
}

export interface PongFrame {
  readonly type: 'pong';
  readonly requestId: number;
}

export type ErrorCode =
  | 'badFrame'
  | 'unknownTopic'
  | 'tooManyTopics'
  | 'badOrder'
  | 'notReady'
  | 'tooLarge'
  | 'internal';

export interface ErrorFrame {
  readonly type: 'error';
  readonly code: ErrorCode;
  readonly message: string;
  /** Of the request that failed. */
  readonly requestId?: number;
  /** Of the subscription that failed. */
  readonly topic?: string;
}

export type ServerFrame =
  | SnapshotFrame
  | DeltaFrame
  | SelectionFrame
  | DeskFrame
  | StatusFrame
  | PongFrame
  | ErrorFrame;
