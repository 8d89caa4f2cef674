import { setTimeout as delay } from 'node:timers/promises';
import type { JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { contentHash } from '../engine/platform/hash.ts';
import { connectNats } from '../engine/platform/log.ts';
import { Bell } from '../engine/scoreboard/bell.ts';
import { canonicalModel } from '../engine/scoring/model.ts';
import { FirstcallError } from '../schemas/errors.ts';
import type { OrderAnalysis } from '../schemas/order-analysis.ts';
import { type LogNames, logNames, type PartitionName } from '../schemas/subjects.ts';
import { AnalysisOutbox } from './analysis-outbox.ts';
import { CounterReporter } from './counter-reporter.ts';
import { DeadLetters } from './dead-letters.ts';
import { KeptTiers } from './kept-tiers.ts';
import type { Place } from './log-place.ts';
import type { ShardCommand, ShardFailure, ShardReport, ShardTask } from './messages.ts';
import { PartitionGroup, type RefusedEvent } from './partition-group.ts';
import type { PartitionHost } from './partition-host.ts';
import { SnapshotKeeper } from './snapshot-keeper.ts';
import { StreamReader } from './stream-reader.ts';
import { VersionClock } from './version-clock.ts';

/** At most once in so long is said what has been counted. */
const COUNTERS_INTERVAL_MS = 1_000;
/** How long what is to be stored for a snapshot may take before reading is put off for it. */
const SETTLE_MS = 500;
/** Messages that wait for a benchmark before their stream is read no further. */
const BACKLOG_LIMIT = 20_000;

/**
 * The shard: reads its partitions' streams itself and writes their boards, until it is told to
 * stop. A long-lived piscina task, so it never returns while all is well; it throws or returns a
 * failure when its log cannot be read, and the pool's owner starts another.
 */
export default async function runShard(task: ShardTask): Promise<ShardFailure | null> {
  const nc = await connectNats(task.natsUrl, 'firstcall-shard');
  const shard = new Shard(task, nc);
  try {
    await shard.run();
    return null;
  } catch (error) {
    if (!(error instanceof FirstcallError)) throw error;
    return { code: error.code, message: error.message };
  } finally {
    task.control.close();
    // An idle piscina worker blocks its thread, and with it any socket left open.
    await nc.close();
  }
}

class Shard {
  readonly #task: ShardTask;
  readonly #nc: NatsConnection;
  readonly #names: LogNames;
  readonly #group: PartitionGroup;
  readonly #readers: StreamReader[] = [];
  readonly #readerOf = new Map<PartitionHost, StreamReader>();
  readonly #targets = new Map<PartitionHost, number>();
  readonly #failed: Promise<never>;
  #fail!: (error: Error) => void;
  readonly #counters = new CounterReporter();
  readonly #keptTiers = new KeptTiers();
  #deadLetters!: DeadLetters;
  #analyses!: AnalysisOutbox;
  #isSettling = false;
  readonly #versions: VersionClock;

  constructor(task: ShardTask, nc: NatsConnection) {
    this.#task = task;
    this.#nc = nc;
    this.#names = logNames(task.log);
    this.#group = new PartitionGroup({
      ...task,
      analysed: (partition, place, analysis) => this.#putAnalysis(partition, place, analysis),
      refused: (event) => this.#refuse(event),
      frozen: (frozen) => this.#report({ type: 'frozen', frozen }),
    });
    const bell = new Bell(task.bell);
    this.#versions = new VersionClock({
      publish: () => this.#publish(bell),
      isCatchingUp: () => this.#targets.size > 0,
    });
    this.#failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // What fails while the shard ends for another reason must not end the thread: the next shard has it.
    this.#failed.catch(() => {});
  }

  async run(): Promise<void> {
    const stopped = this.#listen();
    const own = this.#group.hosts.map((host) => host.partition);
    const judged: PartitionName[] = this.#group.judgesAll ? [...own, 'all'] : own;
    this.#deadLetters = await DeadLetters.open(this.#nc, this.#names, judged);
    const modelHash = contentHash(canonicalModel(this.#task.model));
    this.#analyses = await AnalysisOutbox.open(this.#nc, this.#names, {
      partitions: own,
      modelHash,
      onRoom: () => this.#resumeReaders(),
    });
    const keeper = await this.#restore(modelHash);
    await this.#readAll();
    // All at once: what is asked after messages have begun to come is answered behind hundreds of them.
    await Promise.all(this.#group.hosts.map((host) => this.#readPartition(host)));
    const keeping = keeper?.start();
    const counting = setInterval(() => this.#reportCounters(), COUNTERS_INTERVAL_MS);
    const failed = this.#readers.map((reader) => reader.failed);
    await Promise.race([stopped, this.#failed, ...failed]).finally(() => {
      clearInterval(counting);
      clearInterval(keeping);
    });
    for (const reader of this.#readers) await reader.stop();
    await this.#settled();
    this.#versions.publishNow();
    await keeper?.keepLast();
  }

  /** Resolves when a stop is asked for. */
  #listen(): Promise<void> {
    const { hosted, control } = this.#task;
    for (const { partition, tiersKept } of hosted) this.#keptTiers.note(partition, tiersKept);
    return new Promise((resolve) => {
      control.on('message', (command: ShardCommand) => {
        if (command.type === 'stop') {
          this.#keptTiers.end();
          resolve();
          return;
        }
        for (const { partition } of hosted) {
          this.#keptTiers.note(partition, command.days[partition]!);
        }
      });
    });
  }

  async #restore(modelHash: string): Promise<SnapshotKeeper | null> {
    const { snapshots: settings } = this.#task;
    if (settings === null) return null;
    return SnapshotKeeper.restore({
      nc: this.#nc,
      task: this.#task,
      settings,
      modelHash,
      group: this.#group,
      settled: async (partition, frozenDay) => {
        await this.#settled();
        await this.#keptTiers.reached(partition, frozenDay);
      },
      report: (report) => this.#report(report),
    });
  }

  /**
   * Resolves once everything that the log has led to elsewhere is stored there. Where there is always
   * more on its way, the log is read no further until then.
   */
  async #settled(): Promise<void> {
    const stored = Promise.all([this.#deadLetters.flush(), this.#analyses.flush()]);
    const isStored = stored.then(() => true);
    if (await Promise.race([isStored, delay(SETTLE_MS, false)])) return;
    this.#isSettling = true;
    for (const reader of this.#readerOf.values()) reader.pause();
    try {
      await stored;
    } finally {
      this.#isSettling = false;
      this.#resumeReaders();
    }
  }

  async #readAll(): Promise<void> {
    const stream = this.#names.stream('all');
    const onMessage = (message: JsMsg): void => {
      this.#group.takeAll(message);
      this.#resumeReaders();
      this.#versions.schedule();
    };
    const reader = new StreamReader(this.#nc, stream, onMessage, this.#group.allSequence);
    this.#readers.push(reader);
    await reader.start();
  }

  async #readPartition(host: PartitionHost): Promise<void> {
    const stream = this.#names.stream(host.partition);
    const onMessage = (message: JsMsg): void => {
      this.#group.take(host, message);
      this.#versions.schedule();
      if (host.backlog > BACKLOG_LIMIT || this.#analyses.isFull) reader.pause();
    };
    const reader = new StreamReader(this.#nc, stream, onMessage, host.sequence);
    this.#readers.push(reader);
    this.#readerOf.set(host, reader);
    this.#targets.set(host, Number.POSITIVE_INFINITY);
    const target = await reader.start();
    this.#targets.set(host, target);
    this.#versions.schedule();
  }

  /** Those that were paused for what their partition or the outbox held, once that is gone. */
  #resumeReaders(): void {
    if (this.#analyses.isFull || this.#isSettling) return;
    for (const [host, reader] of this.#readerOf) {
      if (host.backlog === 0) reader.resume();
    }
  }

  #refuse({ refusal, message, partition, index, bytes }: RefusedEvent): void {
    if (this.#task.isReadOnly) return;
    const from = { partition, subject: message.subject, sequence: message.seq, index };
    this.#deadLetters.put(refusal, from, bytes).catch(this.#fail);
  }

  /** An analysis that the log does not take, now or after having tried for long, fails the shard. */
  #putAnalysis(partition: number, place: Place, analysis: OrderAnalysis): void {
    if (this.#task.isReadOnly) return;
    const outbox = this.#analyses;
    const stored = outbox.put(partition, place, analysis).then(() => outbox.flush());
    stored.catch(this.#fail);
  }

  /** Returns false when a reader has put a version off. */
  #publish(bell: Bell): boolean {
    let isDeferred = false;
    for (const host of this.#group.hosts) {
      const published = host.publish(this.#group.allSequence);
      if (published === 'all') this.#reportCaughtUp(host);
      else if (published === 'deferred') isDeferred = true;
    }
    bell.ring();
    return !isDeferred;
  }

  #reportCaughtUp(host: PartitionHost): void {
    const target = this.#targets.get(host);
    if (target === undefined || host.sequence < target) return;
    this.#targets.delete(host);
    const { partition, sequence } = host;
    this.#report({ type: 'caughtUp', partition, sequence });
  }

  /** Once it has caught up, so that counts never go back when a shard is started again. */
  #reportCounters(): void {
    for (const host of this.#group.hosts) {
      if (this.#targets.has(host)) continue;
      const report = this.#counters.next(host.partition, host.counters);
      if (report !== null) this.#report(report);
    }
  }

  #report(report: ShardReport): void {
    this.#task.control.postMessage(report);
  }
}
