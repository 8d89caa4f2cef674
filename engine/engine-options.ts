import type { NatsConnection } from '@nats-io/transport-node';
import type { LogNames } from '../schemas/subjects.ts';
import type { TopicFrames } from '../workers/topic-frames.ts';
import type { Logger } from './platform/logger.ts';
import type { Model } from './scoring/model.ts';
import type { TierSnapshots } from './tier-snapshots.ts';

export interface EngineOptions {
  readonly nc: NatsConnection;
  readonly natsUrl: string;
  readonly names: LogNames;
  readonly partitions: number;
  readonly shards: number;
  readonly rankTickMs: number;
  /** What is served may be so far behind the log while the engine calls itself ready. */
  readonly readyLagMs: number;
  readonly model: Model;
  readonly logger: Logger;
  /** Where state is kept and was found; null: it is made from the beginning of the log. */
  readonly snapshots: TierSnapshots | null;
  /** New states of watched topics. */
  onUpdate(update: TopicFrames): void;
  /** Resolves when those who hold topics have been sent the newest states; the next are made then. */
  whenSent?(): Promise<void>;
  onStatus(): void;
  /** The process cannot go on: rankings or records of decisions have come to an end. */
  onFatal(error: unknown): void;
}
