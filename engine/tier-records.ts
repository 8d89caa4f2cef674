import type { RankResult } from '../workers/messages.ts';
import type { RankingPool } from '../workers/ranking-pool.ts';
import type { FrozenSums } from '../workers/tier-keeper.ts';
import type { EventPublisher } from './platform/publisher.ts';
import type { TierLog } from './tier-log.ts';
import type { TierSnapshots } from './tier-snapshots.ts';

export interface TierRecordsOptions {
  readonly ranking: RankingPool;
  readonly log: TierLog;
  readonly publisher: EventPublisher;
  /** Null: none are kept. */
  readonly snapshots: TierSnapshots | null;
  /** The tiers' file is written. By partition: the newest midnight, in days, that it has. */
  onKept(days: readonly number[]): void;
  /** The log does not take a verdict. */
  onFatal(error: unknown): void;
}

/** Midnights on their way to the keeper of tiers, and what it makes of them on its way to the disk. */
export class TierRecords {
  readonly #options: TierRecordsOptions;
  #keeping: Promise<void> = Promise.resolve();

  constructor(options: TierRecordsOptions) {
    this.#options = options;
  }

  /** A partition has passed a midnight. */
  freeze(frozen: FrozenSums): void {
    const { ranking, snapshots } = this.#options;
    snapshots?.took(frozen.partition, frozen.day);
    ranking.freeze(frozen);
  }

  /** Verdicts go to the log, and the tiers are kept once they are there. */
  take({ verdicts, tiers }: RankResult): void {
    const { ranking, log, publisher, snapshots, onKept, onFatal } = this.#options;
    log.write(verdicts).catch(onFatal);
    if (snapshots?.isDue) ranking.keepTiers();
    if (tiers === null || snapshots === null) return;
    const settled = async (): Promise<void> => {
      await log.write([]);
      await publisher.flush();
    };
    this.#keeping = snapshots.keep(tiers, settled).then((isKept) => {
      if (isKept) onKept(tiers.newest);
    });
  }

  /** Ends the ranking thread, once what it knows is kept. No partition passes a midnight any more. */
  async close(): Promise<void> {
    const { ranking, log, snapshots } = this.#options;
    await ranking.stop(snapshots?.isNews ?? false);
    await this.#keeping;
    // What the last tick has judged may not be with the publisher yet; a failure was told already.
    await log.write([]).catch(() => {});
  }
}
