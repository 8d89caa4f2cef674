import assert from 'node:assert/strict';
import type { JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { FirstcallError } from '../../schemas/errors.ts';
import type { FirstcallEvent, OrderEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { LogPosition } from '../../schemas/selection.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import { takeEvents } from '../../workers/event-intake.ts';
import { PartitionHost } from '../../workers/partition-host.ts';
import { type FrozenSums, TierKeeper, type TierVerdict } from '../../workers/tier-keeper.ts';
import { BenchmarkBook } from '../lifecycle/benchmark-book.ts';
import {
  type BoardBuffer,
  createBoard,
  HEADER,
  mergedShape,
  PARTITION_SHAPE,
} from '../scoreboard/board.ts';
import { MergedBoard } from '../scoreboard/merged-board.ts';
import { RowIndex } from '../scoreboard/row-index.ts';
import { MICROS_PER_DAY, type Model } from '../scoring/model.ts';
import { LogCursor } from './log-cursor.ts';

export interface LogStepperOptions {
  readonly nc: NatsConnection;
  readonly names: LogNames;
  readonly partitions: number;
  readonly model: Model;
}

/** An order of the log. */
export interface ArrivedOrder {
  readonly order: OrderEvent;
  /** The log's own stamp of its message. */
  readonly tsLog: Micros;
}

/** One partition of the log and what it has come to. */
interface Track {
  readonly partition: number;
  readonly cursor: LogCursor;
  readonly host: PartitionHost;
  /** Sequence that the merged board shows; what is applied may be further, for the sake of tiers. */
  shown: number;
  /** The last midnight, in days, that the watermark has passed. */
  frozenDay: number;
}

/** Messages of a partition that wait for a benchmark which the log does not have (yet). */
const BACKLOG_MAX = 20_000;

/**
 * Reads a log in this thread and stops wherever it is told to, with the merged board as an engine had
 * it there, to the last bit. What a partition has come to at a sequence depends on its own stream, and
 * on benchmarks of the shared one that it waits for: so the shared stream is read as far ahead as
 * benchmarks are needed. Only ever goes forward.
 */
export class LogStepper {
  readonly board: BoardBuffer;
  readonly #options: LogStepperOptions;
  readonly #merged: MergedBoard;
  readonly #benchmarks: BenchmarkBook;
  readonly #keeper: TierKeeper;
  readonly #all: LogCursor;
  readonly #tracks: readonly Track[];
  /** Judged, and of a later midnight than the board shows. */
  #verdicts: TierVerdict[] = [];
  #tsTiers: Micros = 0;

  private constructor(options: LogStepperOptions, all: LogCursor, cursors: readonly LogCursor[]) {
    const { partitions, model } = options;
    this.#options = options;
    this.#all = all;
    this.board = createBoard(mergedShape(partitions));
    this.#merged = new MergedBoard(this.board, partitions, model, new RowIndex());
    this.#benchmarks = new BenchmarkBook(model);
    this.#keeper = new TierKeeper(model, partitions);
    this.#tracks = cursors.map((cursor, partition) => this.#open(partition, cursor));
  }

  /** At the beginning of the log. Throws FirstcallError `logTruncated` when it has lost that. */
  static async open(options: LogStepperOptions): Promise<LogStepper> {
    const { nc, names, partitions } = options;
    const open = (partition: number | 'all') => LogCursor.open(nc, names.stream(partition));
    const all = await open('all');
    const cursors: LogCursor[] = [];
    for (let p = 0; p < partitions; p++) cursors.push(await open(p));
    return new LogStepper(options, all, cursors);
  }

  /** What the board shows. */
  get position(): LogPosition {
    const { header } = this.#merged.writer;
    return {
      partitions: this.#tracks.map(({ shown }) => shown),
      all: header[HEADER.allSequence]!,
      tiers: this.#tsTiers,
    };
  }

  /** Whether a position is not behind what is read already. */
  canReach({ partitions, tiers }: LogPosition): boolean {
    const isAhead = ({ partition, shown, host }: Track): boolean => {
      const wanted = partitions[partition]!;
      return wanted === shown || wanted >= host.sequence;
    };
    return tiers >= this.#tsTiers && this.#tracks.every(isAhead);
  }

  /**
   * Goes forward to a position. Throws FirstcallError `positionBehind` when the log has been read
   * further, and `positionUnknown` when the log has no such position.
   */
  async advance(position: LogPosition): Promise<void> {
    const { partitions, all, tiers } = position;
    if (partitions.length !== this.#tracks.length) {
      throw unknown(`it has ${partitions.length} partitions, the log has ${this.#tracks.length}`);
    }
    if (!this.canReach(position)) {
      const message =
        'the log is read further than this position: read it again from its beginning';
      throw new FirstcallError('positionBehind', message);
    }
    await this.#read(({ partition, shown, host }) => {
      const wanted = partitions[partition]!;
      return wanted > shown && host.sequence < wanted;
    });
    for (const track of this.#tracks) {
      if (partitions[track.partition]! > track.shown) this.#publish(track);
    }
    // A midnight may be judged before the board shows what the partitions had come to by then.
    await this.#read(({ frozenDay }) => frozenDay * MICROS_PER_DAY < tiers);
    this.#setTiers(tiers);
    this.#show(all);
  }

  /**
   * The orders of [from, to), event time, in the order of their arrival, repeats included. With each the
   * board holds all messages that the log had stamped by then, the order's own included; a benchmark
   * that the engine may still have waited for then is not waited for.
   */
  async *orders(from: Micros, to: Micros): AsyncGenerator<ArrivedOrder> {
    const reading = new Set(this.#tracks);
    while (this.#tracks.some(({ host }) => host.watermark < to)) {
      const track = await this.#earliest([...reading]);
      if (track === null) return;
      const tsLog = stampOf(track.cursor.head);
      await this.#readAllUntil(tsLog);
      const events = this.#take(track);
      while (track.host.backlog > 0 && (await this.#all.ready(true))) this.#takeAll();
      if (track.host.backlog > BACKLOG_MAX) reading.delete(track);
      for (const event of events) {
        if (event.kind !== 'order' || event.tsEvent < from || event.tsEvent >= to) continue;
        this.#showPresent();
        yield { order: event, tsLog };
      }
    }
  }

  async close(): Promise<void> {
    for (const { cursor } of this.#tracks) await cursor.close();
    await this.#all.close();
  }

  #open(partition: number, cursor: LogCursor): Track {
    const board = createBoard(PARTITION_SHAPE);
    const frozen = (sums: FrozenSums): void => {
      track.frozenDay = sums.day;
      this.#keeper.take(sums);
    };
    const host = new PartitionHost(partition, board, this.#benchmarks, this.#options.model, {
      frozen,
    });
    const track: Track = { partition, cursor, host, shown: 0, frozenDay: 0 };
    this.#merged.attach(partition, board);
    return track;
  }

  /** Reads in the order of the log's stamps, so that no partition runs far ahead of the others. */
  async #read(wants: (track: Track) => boolean): Promise<void> {
    for (;;) {
      const wanting = this.#tracks.filter((track) => track.host.backlog > 0 || wants(track));
      if (wanting.length === 0) return;
      const free = wanting.filter(({ host }) => host.backlog === 0);
      if (free.length === 0) {
        if (!(await this.#all.ready(true))) throw unknown('benchmarks that it needs are not there');
        this.#takeAll();
        continue;
      }
      const track = await this.#earliest(free);
      if (track === null) throw unknown('its streams end before it');
      await this.#readAllUntil(stampOf(track.cursor.head));
      this.#take(track);
    }
  }

  /** Whose next message came first; of several, that of the first. Null: none has one. */
  async #earliest(tracks: readonly Track[]): Promise<Track | null> {
    let earliest: Track | null = null;
    for (const track of tracks) {
      const { cursor } = track;
      if (!cursor.isReady && !(await cursor.ready())) continue;
      if (earliest === null || stampOf(cursor.head) < stampOf(earliest.cursor.head)) {
        earliest = track;
      }
    }
    return earliest;
  }

  async #readAllUntil(tsLog: Micros): Promise<void> {
    const all = this.#all;
    while ((all.isReady || (await all.ready())) && stampOf(all.head) <= tsLog) this.#takeAll();
  }

  #take({ partition, cursor, host }: Track): FirstcallEvent[] {
    const message = cursor.take();
    let refused = 0;
    const events = takeEvents(message, partition, this.#options.partitions, () => {
      refused++;
    });
    host.take(message.seq, events, refused);
    return events;
  }

  #takeAll(): void {
    const message = this.#all.take();
    const events = takeEvents(message, 'all', this.#options.partitions, () => {});
    const tsNeeded = Math.min(...this.#tracks.map(({ host }) => host.tsNeeded));
    for (const event of events) this.#benchmarks.accept(event, tsNeeded);
    for (const { host } of this.#tracks) host.resume();
  }

  #publish(track: Track): void {
    const { host } = track;
    // Half a message may be applied when it waits for a benchmark: the board stays where it was.
    if (!host.publish(0)) return;
    track.shown = host.sequence;
  }

  #showPresent(): void {
    for (const track of this.#tracks) this.#publish(track);
    this.#setTiers();
    this.#show(this.#all.sequence);
  }

  /** Marks dealers with their tiers as of a midnight. Default: the newest that is judged. */
  #setTiers(tsMidnight?: Micros): void {
    this.#verdicts.push(...this.#keeper.judge());
    const tsTiers = tsMidnight ?? this.#keeper.tsJudged;
    const isDue = ({ tsEvent }: TierVerdict): boolean => tsEvent <= tsTiers;
    for (const { assetClass, changes } of this.#verdicts.filter(isDue)) {
      for (const { dealerId, to } of changes) this.#merged.setTier(assetClass, dealerId, to);
    }
    this.#verdicts = this.#verdicts.filter((verdict) => !isDue(verdict));
    this.#merged.setTiersAt(tsTiers);
    this.#tsTiers = tsTiers;
  }

  /** How far the shared log was read by then stands in the header alone: no sum depends on it. */
  #show(all: number): void {
    this.#merged.refresh();
    const { writer } = this.#merged;
    if (writer.header[HEADER.allSequence] === all) return;
    writer.header[HEADER.allSequence] = all;
    assert(writer.publish(), 'nobody else reads, so nothing is put off');
  }
}

/** Epoch microseconds. */
function stampOf(message: JsMsg): Micros {
  return Math.floor(message.info.timestampNanos / 1000);
}

function unknown(why: string): FirstcallError {
  const message = `the log has no such position: ${why}; it is another log, or has lost messages`;
  return new FirstcallError('positionUnknown', message);
}
