import assert from 'node:assert/strict';
import type { BenchmarkBook } from '../engine/lifecycle/benchmark-book.ts';
import type { PartitionSnapshot } from '../engine/lifecycle/partition-snapshot.ts';
import { PartitionState } from '../engine/lifecycle/partition-state.ts';
import { isSameContent } from '../engine/lifecycle/seen.ts';
import { type BoardBuffer, HEADER } from '../engine/scoreboard/board.ts';
import type { BoardSnapshot } from '../engine/scoreboard/board-snapshot.ts';
import { BoardWriter } from '../engine/scoreboard/board-writer.ts';
import { ScoreSink } from '../engine/scoreboard/score-sink.ts';
import { pickColumns } from '../engine/scoring/block.ts';
import { COMPOSITE_PARTS, METRIC_NAMES } from '../engine/scoring/metrics.ts';
import { MICROS_PER_DAY, type Model } from '../engine/scoring/model.ts';
import { ALL_SCOPE, isAssetClass } from '../engine/scoring/scopes.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import type { Micros } from '../schemas/ids.ts';
import type { OrderAnalysis } from '../schemas/order-analysis.ts';
import type { InstrumentEvent } from '../schemas/reference.ts';
import type { Place } from './log-place.ts';
import type { FrozenRow, FrozenSums } from './tier-keeper.ts';

/** Columns of the composite with base weights, sufficiency included. */
const TIER_COLUMNS = COMPOSITE_PARTS.reduce(
  (mask, { metric }) => mask | (1 << METRIC_NAMES.indexOf(metric)),
  0,
);

/**
 * All that is applied; nothing yet, since a message is half applied and the rest of it waits for a
 * benchmark; or nothing, since a reader asks for a moment: try again soon.
 */
export type Published = 'all' | 'halfApplied' | 'deferred';

interface Pending {
  readonly sequence: number;
  readonly events: readonly FirstcallEvent[];
}

/** Everything that a partition's log has led to. The objects are the live ones (PartitionSnapshot). */
export interface HostSnapshot {
  readonly state: PartitionSnapshot;
  readonly board: BoardSnapshot;
  readonly sequence: number;
  readonly events: number;
  readonly deadLetters: number;
  readonly frozenDay: number;
  readonly named: Map<string, InstrumentEvent>;
}

export interface PartitionHostOptions {
  /** Told the analysis of an order, and which message of the log led to it. */
  analysed?(place: Place, analysis: OrderAnalysis): void;
  /** Told that the watermark has passed a midnight. */
  frozen?(frozen: FrozenSums): void;
  /** Nothing is applied any more once the watermark has come so far. Default: never. */
  readonly stopAt?: Micros;
}

/** One partition on its shard: events in log order go in, and a board of decayed sums comes out. */
export class PartitionHost {
  readonly partition: number;
  readonly #state: PartitionState;
  readonly #writer: BoardWriter;
  readonly #options: PartitionHostOptions;
  /** Messages not applied yet: the first of them, and those behind it while a benchmark is awaited. */
  readonly #pending: Pending[] = [];
  /** Events of the first pending message that are applied. */
  #applied = 0;
  /** Analyses that the first pending message has led to. */
  #analysed = 0;
  #held = false;
  #sequence = 0;
  #events = 0;
  #deadLetters = 0;
  #unpublished = false;
  /** By instrument: the record that readers were told. */
  readonly #named = new Map<string, InstrumentEvent>();
  /** Last sequence of the shared log that a version has named. */
  #allSequence = 0;
  /** The last midnight, in days, that the watermark has passed. */
  #frozenDay = 0;

  constructor(
    partition: number,
    board: BoardBuffer,
    benchmarks: BenchmarkBook,
    model: Model,
    options: PartitionHostOptions = {},
  ) {
    this.partition = partition;
    this.#writer = new BoardWriter(board, true);
    this.#options = options;
    this.#state = new PartitionState({
      model,
      benchmarks,
      sink: new ScoreSink(this.#writer, model),
      onAnalysis: (analysis: OrderAnalysis) => this.#analyse(analysis),
    });
  }

  /** Last sequence applied whole. */
  get sequence(): number {
    return this.#sequence;
  }

  /** The last midnight, in days, that the watermark has passed. */
  get frozenDay(): number {
    return this.#frozenDay;
  }

  /** The earliest time that a benchmark may still be asked for. */
  get tsNeeded(): Micros {
    return this.#state.tsNeeded;
  }

  /** Mids below it are final. */
  get watermark(): Micros {
    return this.#state.watermark;
  }

  /** Messages that wait for a benchmark. */
  get backlog(): number {
    return this.#pending.length;
  }

  /** Pairs of a scope and a dealer on the board, and the bytes that they take of it. */
  get live(): { readonly pairs: number; readonly bytes: number } {
    return { pairs: this.#writer.rowCount, bytes: this.#writer.rowBytes };
  }

  /** Counts by name, sorted; they depend on the logs alone, and only grow. */
  get counters(): [string, number][] {
    return this.#state.counters.entries();
  }

  take(sequence: number, events: readonly FirstcallEvent[], refused: number): void {
    const before = this.#pending.at(-1)?.sequence ?? this.#sequence;
    assert(sequence > before, `message ${sequence} comes after ${before}, not again`);
    if (this.#isStopped) return;
    this.#pending.push({ sequence, events });
    this.#deadLetters += refused;
    if (!this.#held) this.resume();
  }

  /** Applies what is pending, until it is done or a benchmark is missing. */
  resume(): void {
    this.#drain();
    while (!this.#held && !this.#isStopped && this.#pending.length > 0) {
      const { events, sequence } = this.#pending[0]!;
      while (!this.#held && this.#applied < events.length) this.#apply(events[this.#applied]!);
      if (this.#held) return;
      this.#pending.shift();
      this.#applied = 0;
      this.#analysed = 0;
      this.#sequence = sequence;
      this.#events += events.length;
      this.#unpublished = true;
    }
  }

  get #isStopped(): boolean {
    return this.#state.watermark >= (this.#options.stopAt ?? Number.POSITIVE_INFINITY);
  }

  #apply(event: FirstcallEvent): void {
    this.#state.accept(event);
    // A late or repeated record is none of those that hold.
    const holds =
      event.kind === 'instrument' && this.#state.reference.instrument(event.instrumentId);
    if (holds === event) this.#nameInstrument(event);
    this.#applied++;
    this.#drain();
  }

  #drain(): void {
    this.#held = !this.#state.drain();
    const day = Math.floor(this.#state.watermark / MICROS_PER_DAY);
    if (this.#held || day <= this.#frozenDay) return;
    this.#frozenDay = day;
    if (this.#options.frozen === undefined) return;
    const { sequence } = this.#pending[0] ?? this;
    const rows = this.#frozenRows();
    this.#options.frozen({ partition: this.partition, day, sequence, rows });
  }

  /** The sums that tiers are made of. */
  #frozenRows(): FrozenRow[] {
    const { cells } = this.#writer;
    return this.#writer
      .rowsOf((scope) => scope === ALL_SCOPE || isAssetClass(scope))
      .map(({ block, ...key }) => ({ ...key, block: pickColumns(cells, block, TIER_COLUMNS) }));
  }

  /**
   * The state makes analyses while it drains after an event, and a message is pending until all of
   * that is done. So the place is the same however long a benchmark is awaited in between.
   */
  #analyse(analysis: OrderAnalysis): void {
    const applying = this.#pending[0];
    assert(applying !== undefined, 'an analysis comes of a message that is being applied');
    this.#options.analysed?.({ sequence: applying.sequence, index: this.#analysed++ }, analysis);
  }

  /** Readers are spared a record that says nothing new: masters are sent whole every day. */
  #nameInstrument(event: InstrumentEvent): void {
    const { instrumentId, tsEvent } = event;
    const named = this.#named.get(instrumentId);
    if (named !== undefined && isSameContent({ ...named, tsEvent }, event)) return;
    this.#named.set(instrumentId, event);
    this.#writer.nameInstrument(JSON.stringify(event));
  }

  /**
   * What `use` makes of everything here; it must be done with it when it returns. Null while a message
   * is half applied: a snapshot is of whole messages, as a version is.
   */
  snapshot<T>(use: (snapshot: HostSnapshot) => T): T | null {
    if (this.#applied > 0) return null;
    return this.#state.snapshot((state) =>
      use({
        state,
        sequence: this.#sequence,
        events: this.#events,
        deadLetters: this.#deadLetters,
        frozenDay: this.#frozenDay,
        named: this.#named,
        board: this.#writer.snapshot(),
      }),
    );
  }

  /** Goes on from a snapshot, before anything is taken, on a board that nothing was written to. */
  restore(snapshot: HostSnapshot): void {
    assert(this.#sequence === 0 && this.#pending.length === 0, 'a host that has taken nothing');
    this.#writer.restore(snapshot.board);
    this.#state.restore(snapshot.state);
    this.#sequence = snapshot.sequence;
    this.#events = snapshot.events;
    this.#deadLetters = snapshot.deadLetters;
    this.#frozenDay = snapshot.frozenDay;
    for (const [instrumentId, record] of snapshot.named) this.#named.set(instrumentId, record);
    this.#unpublished = true;
  }

  /** Publishes what is applied. A version shows whole messages, so that its sequence says all. */
  publish(allSequence: number): Published {
    if (!this.#unpublished && allSequence === this.#allSequence) return 'all';
    if (this.#applied > 0) return 'halfApplied';
    const { header } = this.#writer;
    header[HEADER.sequence] = this.#sequence;
    header[HEADER.watermark] = this.#state.watermark;
    header[HEADER.allSequence] = allSequence;
    this.#allSequence = allSequence;
    header[HEADER.events] = this.#events;
    header[HEADER.late] = this.#state.counters.get('late');
    header[HEADER.deadLetters] = this.#deadLetters;
    header[HEADER.openRfqs] = this.#state.openRfqs;
    header[HEADER.refused] = this.#writer.refused;
    this.#unpublished = !this.#writer.publish();
    return this.#unpublished ? 'deferred' : 'all';
  }
}
