import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { readLogExtent } from '../engine/platform/log-streams.ts';
import { SnapshotFolder } from '../engine/platform/snapshot-folder.ts';
import { logNames } from '../schemas/subjects.ts';
import type { ShardReport, ShardTask, SnapshotSettings } from './messages.ts';
import type { PartitionGroup } from './partition-group.ts';
import { ShardSnapshots } from './shard-snapshots.ts';

export interface SnapshotKeeperOptions {
  readonly nc: NatsConnection;
  readonly task: Pick<ShardTask, 'log' | 'partitions' | 'hosted'>;
  readonly settings: SnapshotSettings;
  readonly modelHash: string;
  readonly group: PartitionGroup;
  /** As ShardSnapshots.keep() has it, of one partition. */
  settled(partition: number, frozenDay: number): Promise<void>;
  report(report: ShardReport): void;
}

/** When the partitions of a running shard are kept, and what is said of it. */
export class SnapshotKeeper {
  readonly #options: SnapshotKeeperOptions;
  #keeping: Promise<void> | null = null;

  private constructor(options: SnapshotKeeperOptions) {
    this.#options = options;
  }

  /** Brings the group to what is kept of it. */
  static async restore(options: SnapshotKeeperOptions): Promise<SnapshotKeeper> {
    const { nc, task, settings, modelHash, group, report } = options;
    const names = logNames(task.log);
    const through = new Map(task.hosted.map((each) => [each.partition, each.frozenThrough]));
    const snapshots = new ShardSnapshots({
      folder: new SnapshotFolder(settings.storeDir, task.log, modelHash),
      modelHash,
      extent: await readLogExtent(nc, names, task.partitions),
      frozenThrough: (partition) => through.get(partition)!,
      loggedMs: (partition, sequence) => readLoggedMs(nc, names.stream(partition), sequence),
      onRefused: (file, reason) =>
        report({ type: 'snapshotRefused', detail: `${file}: ${reason}` }),
    });
    await group.restore(snapshots);
    const resumed = group.hosts.filter((host) => host.sequence > 0);
    if (resumed.length > 0) {
      const places = resumed.map((host) => `${host.partition} after message ${host.sequence}`);
      report({ type: 'snapshotsUsed', detail: `partition ${places.join(', ')}` });
    }
    return new SnapshotKeeper(options);
  }

  /** Keeps all partitions again and again, until the timer is cleared. */
  start(): NodeJS.Timeout {
    return setInterval(() => void this.#keepAll(), this.#options.settings.everyMs);
  }

  /** Keeps all partitions as they are now, once what is being kept is. */
  async keepLast(): Promise<void> {
    await this.#keeping;
    await this.#keepAll();
  }

  /** One partition after another; what cannot be written now is tried again the next time. */
  #keepAll(): Promise<void> {
    this.#keeping ??= this.#keepEach().finally(() => {
      this.#keeping = null;
    });
    return this.#keeping;
  }

  async #keepEach(): Promise<void> {
    const { group, settled, report } = this.#options;
    for (const host of group.hosts) {
      const { partition } = host;
      const name = `partition ${partition} at ${host.sequence}`;
      try {
        const isKept = await group.keep(host, (frozenDay) => settled(partition, frozenDay));
        if (isKept) report({ type: 'snapshotKept', detail: name });
      } catch (error) {
        report({ type: 'snapshotFailed', detail: `${name}: ${(error as Error).message}` });
      }
    }
  }
}

async function readLoggedMs(nc: NatsConnection, stream: string, seq: number) {
  const jsm = await jetstreamManager(nc);
  const message = await jsm.streams.getMessage(stream, { seq });
  return message?.time.getTime() ?? null;
}
