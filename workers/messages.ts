import type { MessagePort } from 'node:worker_threads';
import type { BoardBuffer } from '../engine/scoreboard/board.ts';
import type { Model } from '../engine/scoring/model.ts';
import type { Micros } from '../schemas/ids.ts';
import type { FrozenSums, TierSnapshot, TierVerdict } from './tier-keeper.ts';
import type { TopicFrames } from './topic-frames.ts';

/** What a shard thread is started with: one long-lived piscina task. */
export interface ShardTask {
  readonly natsUrl: string;
  /** Log name, '' for the default one. */
  readonly log: string;
  /** Number of partitions of the log. */
  readonly partitions: number;
  readonly model: Model;
  /** Whether it only reads: dead letters and analyses are for one reader of a log to write. */
  readonly isReadOnly: boolean;
  /** Event time at which each partition stops reading on; infinite: never. */
  readonly stopAt: Micros;
  /** Where and how often partitions are kept; null: not at all, and the log is read from its beginning. */
  readonly snapshots: SnapshotSettings | null;
  /** Of a Bell that is rung when boards have changed. */
  readonly bell: SharedArrayBuffer;
  /** The partitions that this shard hosts. */
  readonly hosted: readonly HostedPartition[];
  /** Commands to the shard, reports from it. */
  readonly control: MessagePort;
}

export interface HostedPartition {
  readonly partition: number;
  /** Nothing was written to it; the shard alone writes it. */
  readonly board: BoardBuffer;
  /** The newest midnight, in days, that the keeper of tiers has from it. */
  readonly frozenThrough: number;
  /** The newest midnight, in days, that the tiers' file has from it. */
  readonly tiersKept: number;
}

export interface SnapshotSettings {
  readonly storeDir: string;
  /** Time from one snapshot of a partition to the next, if anything was applied meanwhile. */
  readonly everyMs: number;
}

export type SnapshotNews = 'snapshotsUsed' | 'snapshotKept' | 'snapshotFailed' | 'snapshotRefused';

/** To a shard. */
export type ShardCommand =
  /** An abort would end the thread without cleaning up, so a stop is asked for. */
  | { readonly type: 'stop' }
  /** By partition: the newest midnight, in days, that the tiers' file has from now on. */
  | { readonly type: 'tiersKept'; readonly days: readonly number[] };

/** From a shard. */
export type ShardReport =
  | {
      /** The partition has applied what its stream held when the shard started. */
      readonly type: 'caughtUp';
      readonly partition: number;
      /** Last sequence of the partition's stream that is applied and published. */
      readonly sequence: number;
    }
  | {
      /** A partition's watermark has passed a midnight. */
      readonly type: 'frozen';
      readonly frozen: FrozenSums;
    }
  | {
      /** The shard goes on from some; one was written, could not be, or was found and is of no use. */
      readonly type: SnapshotNews;
      /** Its file, and the reason. */
      readonly detail: string;
    }
  | {
      /** What the partition counts has changed. */
      readonly type: 'counters';
      readonly partition: number;
      readonly counters: PartitionCounters;
    };

/** Why a shard ended, where it knows: errors lose their class between threads. */
export interface ShardFailure {
  readonly code: string;
  readonly message: string;
}

/** By name, since the beginning of the partition's log; sorted. */
export type PartitionCounters = readonly (readonly [name: string, count: number])[];

/** One tick's work of the ranking thread. */
export interface RankTask {
  /**
   * Topics that somebody wants, coarse scopes or others. Others are forgotten once not named. Null: as
   * before.
   */
  readonly watched: readonly string[] | null;
  /** Those of them that somebody has begun to watch since the last tick. */
  readonly greeted: readonly string[];
  /** Boards that are new since the last tick: the first ones, or those of a rebuilt partition. */
  readonly attach: readonly { readonly partition: number; readonly board: BoardBuffer }[];
  /** What partitions froze since the last tick. */
  readonly frozen: readonly FrozenSums[];
  /** Whether the tiers are to be kept as they are after this tick. */
  readonly keepsTiers: boolean;
  /** What the bell of the owner's calls said when this task was made. */
  readonly called: number;
}

/** What a tick brought. */
export interface RankResult {
  readonly updates: readonly TopicFrames[];
  /** Segments, asset classes and `ALL` that have been observed, sorted. Null: as before. */
  readonly scopes: readonly string[] | null;
  /** Tiers that midnights have changed. */
  readonly verdicts: readonly TierVerdict[];
  /** The keeper of tiers after this tick, if that was asked for. */
  readonly tiers: TierSnapshot | null;
}

/** What the ranking thread is created with. */
export interface RankerData {
  readonly partitions: number;
  readonly merged: BoardBuffer;
  readonly model: Model;
  readonly modelHash: string;
  /** What the keeper of tiers goes on from; null: nothing. */
  readonly tiers: TierSnapshot | null;
  /** Least time from one tick that reads boards to the next. */
  readonly tickMs: number;
  /** Of a Bell that shards ring when boards have changed. */
  readonly boards: SharedArrayBuffer;
  /** Of a Bell that the owner rings when it has another task. */
  readonly calls: SharedArrayBuffer;
}

/** A rules file to be read. */
export interface RulesTask {
  readonly text: string;
  /** Its name in messages. */
  readonly file: string | undefined;
  readonly model: Model;
}

/** What a rules file came to. */
export type RulesReading =
  | { readonly canonical: string; readonly size: number }
  /** Message of the FirstcallError `badRules`: a thread hands on no classes. */
  | { readonly refusal: string };
