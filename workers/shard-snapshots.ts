import assert from 'node:assert/strict';
import { serialize } from 'node:v8';
import type { BenchmarkBook, BenchmarkSnapshot } from '../engine/lifecycle/benchmark-book.ts';
import type { LogExtent } from '../engine/platform/log-streams.ts';
import { type PartitionMeta, readSnapshot, stateOf } from '../engine/platform/snapshot-file.ts';
import { findNewest, type SnapshotFiles } from '../engine/platform/snapshot-folder.ts';
import { FirstcallError } from '../schemas/errors.ts';
import type { PartitionName } from '../schemas/subjects.ts';
import type { HostSnapshot, PartitionHost } from './partition-host.ts';

export interface ShardSnapshotsOptions {
  readonly folder: SnapshotFiles;
  readonly modelHash: string;
  /** The log as it is now. */
  readonly extent: LogExtent;
  /** Of a partition: the newest midnight that the keeper of tiers has from it. */
  frozenThrough(partition: number): number;
  /** When the log took a message, epoch milliseconds; null: it no longer has it. */
  loggedMs(partition: PartitionName, sequence: number): Promise<number | null>;
  /** Told what was found unusable, and why. */
  onRefused(file: string, reason: string): void;
}

/** What one file holds. */
interface Kept {
  readonly host: HostSnapshot;
  readonly benchmarks: BenchmarkSnapshot;
}

interface Found {
  readonly meta: PartitionMeta;
  readonly kept: Kept;
}

/** A message that was taken from the log, and when the log had taken it. */
interface Taken {
  readonly sequence: number;
  readonly loggedMs: number;
}

/** Keeps and restores the partitions of one shard. */
export class ShardSnapshots {
  readonly #options: ShardSnapshotsOptions;
  /** By partition: the sequence of its newest snapshot. */
  readonly #newest = new Map<number, number>();
  readonly #taken = new Map<PartitionName, Taken>();

  constructor(options: ShardSnapshotsOptions) {
    this.#options = options;
  }

  /**
   * Brings each host to its newest snapshot that verifies and that its log continues, and the
   * benchmarks to what all of them may still ask for. A host without one begins at the beginning, and
   * then so do the benchmarks. Resolves to the last sequence of the shared log that these have.
   */
  async restore(hosts: readonly PartitionHost[], benchmarks: BenchmarkBook): Promise<number> {
    const found = new Map<PartitionHost, Found>();
    for (const host of hosts) {
      const newest = await this.#find(host.partition);
      if (newest !== null) found.set(host, newest);
    }
    const tsNeeded = Math.min(...hosts.map((host) => found.get(host)?.meta.tsNeeded ?? 0));
    const { first } = this.#options.extent.of.get('all')!;
    const usable = [...found.values()]
      .filter(({ meta }) => meta.tsKept <= tsNeeded && meta.allSequence + 1 >= first)
      .sort((a, b) => b.meta.allSequence - a.meta.allSequence);
    for (const [host, { kept, meta }] of found) {
      host.restore(kept.host);
      this.#newest.set(host.partition, meta.sequence);
    }
    const [newest] = usable;
    if (newest === undefined) return 0;
    const { allSequence, loggedMs } = newest.meta;
    benchmarks.restore(newest.kept.benchmarks);
    this.noteTaken('all', allSequence, loggedMs[1]);
    return allSequence;
  }

  /** To be told of every message before it is kept what it leads to. */
  noteTaken(partition: PartitionName, sequence: number, loggedMs: number): void {
    this.#taken.set(partition, { sequence, loggedMs });
  }

  /**
   * Keeps a partition as it is now. `settled`: waits until everything that its log has led to
   * elsewhere is stored there, the tiers of its newest midnight (in days; 0: none) too, since it is not
   * made again from a snapshot. Resolves to whether it is
   * kept: not while a message is half applied, and not when nothing is new.
   */
  async keep(
    host: PartitionHost,
    benchmarks: BenchmarkBook,
    allSequence: number,
    settled: (frozenDay: number) => Promise<unknown>,
  ): Promise<boolean> {
    const { partition, sequence, tsNeeded, frozenDay } = host;
    if (sequence === 0 || sequence === this.#newest.get(partition)) return false;
    const { folder, modelHash, extent } = this.#options;
    const state = host.snapshot((kept) =>
      serialize({ host: kept, benchmarks: benchmarks.snapshot() } satisfies Kept),
    );
    if (state === null) return false;
    const meta: PartitionMeta = {
      identity: extent.identity,
      modelHash,
      sequence,
      allSequence,
      loggedMs: [this.#loggedMs(partition, sequence), this.#loggedMs('all', allSequence)],
      frozenDays: [frozenDay],
      tsNeeded,
      tsKept: benchmarks.tsKept,
    };
    await settled(frozenDay);
    await folder.write(nameOf(partition), sequence, meta, state);
    this.#newest.set(partition, sequence);
    return true;
  }

  #find(partition: number): Promise<Found | null> {
    const { folder, onRefused } = this.#options;
    return findNewest(
      folder,
      nameOf(partition),
      (bytes) => this.#read(bytes, partition),
      onRefused,
    );
  }

  /** 0: before the first message. */
  #loggedMs(partition: PartitionName, sequence: number): number {
    if (sequence === 0) return 0;
    const taken = this.#taken.get(partition);
    assert(taken?.sequence === sequence, 'what is whole is whole up to the message that came last');
    return taken.loggedMs;
  }

  /** Throws FirstcallError `badSnapshot` when it cannot be used. */
  async #read(bytes: Buffer, partition: number): Promise<Found> {
    const { meta, state } = readSnapshot<PartitionMeta>(bytes);
    const refusal = this.#refuse(meta, partition) ?? (await this.#refuseMessages(meta, partition));
    if (refusal !== null) throw new FirstcallError('badSnapshot', refusal);
    const kept = stateOf<Kept>(state);
    assert(kept.host.sequence === meta.sequence, 'a snapshot is of the sequence that it says');
    return { meta, kept };
  }

  #refuse(meta: PartitionMeta, partition: number): string | null {
    const { extent, modelHash, frozenThrough } = this.#options;
    if (meta.identity !== extent.identity) return 'it is of another log';
    if (meta.modelHash !== modelHash) return 'it is of another model';
    const own = extent.of.get(partition)!;
    const { last: allLast } = extent.of.get('all')!;
    const { sequence, allSequence } = meta;
    if (sequence > own.last || allSequence > allLast) {
      return `it is at ${sequence} and ${allSequence}, the log ends at ${own.last} and ${allLast}`;
    }
    if (sequence + 1 < own.first) {
      return `it is at ${sequence}, the log begins at ${own.first}`;
    }
    const [frozenDay = 0] = meta.frozenDays;
    if (frozenDay > frozenThrough(partition)) return 'tiers are not kept up to its last midnight';
    return null;
  }

  /** A server that lost its power may have lost the log's end, and have taken other messages since. */
  async #refuseMessages(
    { sequence, allSequence, loggedMs }: PartitionMeta,
    partition: number,
  ): Promise<string | null> {
    const places = [
      [partition, sequence, loggedMs[0]],
      ['all', allSequence, loggedMs[1]],
    ] as const;
    for (const [name, at, ms] of places) {
      if (at < this.#options.extent.of.get(name)!.first) continue;
      const now = await this.#options.loggedMs(name, at);
      // Nanoseconds as a number may have been rounded up.
      if (now !== null && Math.abs(now - ms) > 1) {
        return `message ${at} of ${name} is not the one that was read: the log has lost its end`;
      }
    }
    return null;
  }
}

const nameOf = (partition: number) => `p${partition}`;
