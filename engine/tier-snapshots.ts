import { serialize } from 'node:v8';
import type { NatsConnection } from '@nats-io/transport-node';
import { FirstcallError } from '../schemas/errors.ts';
import type { LogNames } from '../schemas/subjects.ts';
import type { SnapshotNews, SnapshotSettings } from '../workers/messages.ts';
import type { TierSnapshot } from '../workers/tier-keeper.ts';
import { type LogExtent, readLogExtent } from './platform/log-streams.ts';
import type { Logger } from './platform/logger.ts';
import { readSnapshot, type SnapshotMeta, stateOf } from './platform/snapshot-file.ts';
import { findNewest as findNewestIn, SnapshotFolder } from './platform/snapshot-folder.ts';

const NAME = 'tiers';
/** Least time from one to the next, where partitions are not kept more often. */
const INTERVAL_MS = 1_000;

export interface TierSnapshotsOptions {
  readonly nc: NatsConnection;
  readonly names: LogNames;
  readonly partitions: number;
  readonly modelHash: string;
  readonly settings: SnapshotSettings;
  readonly logger: Logger;
}

/**
 * Keeps and finds what the keeper of tiers knows. A partition tells of a midnight once; so its own
 * snapshot is of use only where this one has that midnight (`frozenThrough`).
 */
export class TierSnapshots {
  readonly settings: SnapshotSettings;
  /** What was found; null: nothing that is of this log and this model. */
  readonly found: TierSnapshot | null;
  readonly #folder: SnapshotFolder;
  readonly #meta: Omit<SnapshotMeta, 'frozenDays'>;
  readonly #logger: Logger;
  readonly #frozenThrough: number[];
  #kept: readonly number[];
  #writing: Promise<boolean> | null = null;
  #isNews = false;
  #lastMs = Number.NEGATIVE_INFINITY;

  private constructor(
    { settings, logger, partitions }: TierSnapshotsOptions,
    folder: SnapshotFolder,
    meta: Omit<SnapshotMeta, 'frozenDays'>,
    found: TierSnapshot | null,
  ) {
    this.settings = settings;
    this.found = found;
    this.#folder = folder;
    this.#meta = meta;
    this.#logger = logger;
    this.#kept = found?.newest.slice() ?? Array.from({ length: partitions }, () => 0);
    this.#frozenThrough = this.#kept.slice();
  }

  static async open(options: TierSnapshotsOptions): Promise<TierSnapshots> {
    const { nc, names, partitions, modelHash, settings, logger } = options;
    const folder = new SnapshotFolder(settings.storeDir, names.log, modelHash);
    const extent = await readLogExtent(nc, names, partitions);
    const meta = { identity: extent.identity, modelHash };
    const found = await findNewest(folder, { modelHash, extent }, logger);
    return new TierSnapshots(options, folder, meta, found);
  }

  /** Says what became of a partition's snapshot. */
  tell(what: SnapshotNews, detail: string): void {
    if (what === 'snapshotsUsed') this.#logger.info(`goes on from snapshots: ${detail}`);
    else if (what === 'snapshotKept') this.#logger.debug(`kept ${detail}`);
    else if (what === 'snapshotFailed') this.#logger.warn(`a snapshot is not kept: ${detail}`);
    else this.#logger.warn(`a snapshot is of no use: ${detail}`);
  }

  /** The newest midnight of a partition, in days, that the keeper has been told of. */
  frozenThrough(partition: number): number {
    return this.#frozenThrough[partition]!;
  }

  /** The newest midnight of a partition, in days, that the file has. */
  keptThrough(partition: number): number {
    return this.#kept[partition]!;
  }

  /** The keeper has been told of a midnight. */
  took(partition: number, day: number): void {
    this.#frozenThrough[partition] = Math.max(this.#frozenThrough[partition]!, day);
    this.#isNews = true;
  }

  /** Whether there is something to keep that is not kept. */
  get isNews(): boolean {
    return this.#isNews;
  }

  /** Whether it is time to keep it: in a log that is caught up with, midnights come by the hundred. */
  get isDue(): boolean {
    const waitedMs = performance.now() - this.#lastMs;
    // A partition that is kept with a midnight is of no use before the tiers are kept with it.
    const intervalMs = Math.min(INTERVAL_MS, this.settings.everyMs);
    return this.#isNews && this.#writing === null && waitedMs >= intervalMs;
  }

  /**
   * Keeps what the keeper knew after a tick, once `settled`: its verdicts are stored. What it was told
   * since then is still news, and so is everything when it cannot be kept. Resolves to whether it is.
   */
  async keep(tiers: TierSnapshot, settled: () => Promise<unknown>): Promise<boolean> {
    this.#isNews = tiers.newest.some((day, p) => Math.max(0, day) < this.#frozenThrough[p]!);
    this.#lastMs = performance.now();
    await this.#writing;
    this.#writing = this.#write(tiers, settled).finally(() => {
      this.#writing = null;
    });
    return await this.#writing;
  }

  async #write(tiers: TierSnapshot, settled: () => Promise<unknown>): Promise<boolean> {
    const meta: SnapshotMeta = { ...this.#meta, frozenDays: tiers.newest };
    // Midnights only ascend, and between two of them nothing changes.
    const number = tiers.newest.reduce((sum, day) => sum + Math.max(0, day), 0);
    try {
      await settled();
      await this.#folder.write(NAME, number, meta, serialize(tiers));
      this.#kept = tiers.newest;
      return true;
    } catch (error) {
      this.#isNews = true;
      this.#logger.warn({ err: error }, 'the tiers could not be kept');
      return false;
    }
  }
}

async function findNewest(
  folder: SnapshotFolder,
  { modelHash, extent }: { readonly modelHash: string; readonly extent: LogExtent },
  logger: Logger,
): Promise<TierSnapshot | null> {
  const read = (bytes: Buffer): TierSnapshot => {
    const { meta, state } = readSnapshot<SnapshotMeta>(bytes);
    if (meta.identity !== extent.identity)
      throw new FirstcallError('badSnapshot', 'it is of another log');
    if (meta.modelHash !== modelHash) {
      throw new FirstcallError('badSnapshot', 'it is of another model');
    }
    const tiers = stateOf<TierSnapshot>(state);
    // A server that lost its power may have lost the log's end.
    const lost = tiers.sequences.findIndex((sequence, p) => sequence > extent.of.get(p)!.last);
    if (lost === -1) return tiers;
    const words = `it is at ${tiers.sequences[lost]} of partition ${lost}, the log ends at ${extent.of.get(lost)!.last}`;
    throw new FirstcallError('badSnapshot', words);
  };
  return await findNewestIn(folder, NAME, read, (file, reason) =>
    logger.warn(`snapshot ${file} is of no use: ${reason}`),
  );
}
