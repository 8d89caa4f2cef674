import type { EventPublisher } from '../../engine/platform/publisher.ts';
import { DEFAULT_MODEL, SETTLE_MICROS } from '../../engine/scoring/model.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { DeadLetterReason, Refusal } from '../../schemas/validate.ts';
import { ClockCadence } from '../clock-cadence.ts';
import { EventBatcher } from '../event-batcher.ts';
import type { Line } from './lines.ts';
import { Pacer } from './pacer.ts';
import type { LineReader, MappedEvent } from './reading.ts';

export interface ReplayOptions {
  /** Names the file in dead letters. */
  readonly fileName: string;
  readonly publisher: Pick<EventPublisher, 'publish' | 'deadLetter' | 'flush'>;
  readonly partitions: number;
  /** Seconds of event time per second, or as fast as the log takes it. */
  readonly speed: 'max' | number;
  /** The wall clock, epoch microseconds: no event may lie far beyond it. */
  readonly now: () => Micros;
  readonly signal: AbortSignal;
  /** Called after every flush. */
  readonly onProgress?: (summary: ReplaySummary) => void;
}

/** What became of a file. Every line is a row, or blank, or the header. */
export interface ReplaySummary {
  /** Lines that should have said something. */
  rows: number;
  /** Events published, reference data included, clocks not. */
  events: number;
  /** Rows that could not be used. */
  deadLetters: Partial<Record<DeadLetterReason, number>>;
  /** Earliest and latest event time; null without events. */
  firstTs: Micros | null;
  lastTs: Micros | null;
}

const SECOND_MICROS = 1_000_000;
/** Event time of one flush: short, so that the order of a file is kept but for the same minute. */
const FLUSH_MICROS = 60 * SECOND_MICROS;
/** The engine's own tolerance of clocks that go fast. */
const MAX_FUTURE_MICROS = 60 * SECOND_MICROS;
/** After the last event, so that mark-outs fall due and their watermark passes. */
const AFTERMATH_MICROS = DEFAULT_MODEL.latenessMicros + SETTLE_MICROS + 60 * SECOND_MICROS;
/** Ids of `once` events that are remembered; more than that is no reference data. */
const MAX_ONCE_IDS = 1_000_000;

/**
 * Publishes the rows of a file as events, and what cannot be one as a dead letter with its bytes,
 * file and line. Owns the time of its log: publishes clocks of event time, and at the end one late
 * enough for all that is pending to settle.
 */
export class Replayer {
  readonly #options: ReplayOptions;
  readonly #reader: LineReader;
  readonly #batcher: EventBatcher;
  readonly #cadence = new ClockCadence();
  readonly #pacer: Pacer | null;
  readonly #onceIds = new Set<string>();
  readonly #summary: ReplaySummary = {
    rows: 0,
    events: 0,
    deadLetters: {},
    firstTs: null,
    lastTs: null,
  };
  /** Event time of the oldest row that may wait for the next flush. */
  #windowTs: Micros = 0;

  constructor(reader: LineReader, options: ReplayOptions) {
    const { publisher, partitions, speed, now, signal } = options;
    this.#options = options;
    this.#reader = reader;
    this.#batcher = new EventBatcher(publisher.publish.bind(publisher), partitions);
    this.#pacer = speed === 'max' ? null : new Pacer(speed, () => now() / 1000, signal);
  }

  /** Replays the lines. Resolves when the log has stored everything, or the signal is aborted. */
  async run(lines: AsyncIterable<readonly Line[]>): Promise<ReplaySummary> {
    for (const event of this.#reader.reference) await this.#add(event);
    for await (const some of lines) {
      for (const line of some) {
        if (this.#options.signal.aborted) break;
        await this.#replayLine(line);
      }
      if (this.#options.signal.aborted) break;
    }
    await this.#flush();
    if (!this.#options.signal.aborted) await this.#settle();
    await this.#options.publisher.flush();
    return this.#summary;
  }

  async #replayLine(line: Line): Promise<void> {
    const reading = this.#reader.read(line);
    if (reading === null) return;
    this.#summary.rows++;
    const refusal = 'reason' in reading ? reading : this.#refuseFuture(reading);
    if (refusal !== null) {
      await this.#refuse(refusal, line);
      return;
    }
    const mapped = reading as readonly MappedEvent[];
    if (mapped.length === 0) return;
    await this.#comeTo(Math.max(...mapped.map(({ event }) => event.tsEvent)));
    for (const each of mapped) await this.#take(each);
  }

  /** Flushes what is older by a minute or more, and waits for the time of a paced replay. */
  async #comeTo(ts: Micros): Promise<void> {
    if (ts >= this.#windowTs + FLUSH_MICROS) {
      await this.#flush();
      this.#windowTs = ts;
    }
    if (!this.#pacer?.isEarly(ts)) return;
    await this.#flush();
    await this.#pacer.waitFor(ts, (reached) => this.#passTime(reached));
  }

  /** A row from the future would move the log's time past all that follows. */
  #refuseFuture(mapped: readonly MappedEvent[]): Refusal | null {
    const latest = this.#options.now() + MAX_FUTURE_MICROS;
    const early = mapped.find(({ event }) => event.tsEvent > latest);
    if (early === undefined) return null;
    const { kind, tsEvent } = early.event;
    const time = new Date(tsEvent / 1000).toISOString();
    return { reason: 'future', detail: `${kind}: ${time} is more than 60 s from now` };
  }

  async #refuse({ reason, detail }: Refusal, { number, bytes }: Line): Promise<void> {
    const { deadLetters } = this.#summary;
    deadLetters[reason] = (deadLetters[reason] ?? 0) + 1;
    const where = `${this.#options.fileName}:${number}`;
    await this.#options.publisher.deadLetter(reason, { detail: `${where}: ${detail}`, bytes });
  }

  async #take({ event, isOnce }: MappedEvent): Promise<void> {
    if (isOnce && this.#onceIds.has(event.id)) return;
    if (isOnce) this.#rememberOnce(event.id);
    const { firstTs, lastTs } = this.#summary;
    this.#summary.firstTs = Math.min(firstTs ?? event.tsEvent, event.tsEvent);
    this.#summary.lastTs = Math.max(lastTs ?? 0, event.tsEvent);
    await this.#add(event);
  }

  #rememberOnce(id: string): void {
    if (this.#onceIds.size >= MAX_ONCE_IDS) {
      const message = `more than ${MAX_ONCE_IDS} ids of "once" events: use it for reference data`;
      throw new FirstcallError('badMapping', message);
    }
    this.#onceIds.add(id);
  }

  async #add(event: FirstcallEvent): Promise<void> {
    this.#batcher.add(event);
    this.#summary.events++;
    if (this.#batcher.isFull) await this.#flush();
  }

  async #flush(): Promise<void> {
    const { lastTs } = this.#summary;
    if (lastTs !== null && this.#cadence.isDue(lastTs)) this.#batcher.addClock(lastTs);
    await this.#batcher.flush();
    this.#options.onProgress?.(this.#summary);
  }

  async #passTime(ts: Micros): Promise<void> {
    if (this.#cadence.isDue(ts)) this.#batcher.addClock(ts);
    await this.#batcher.flush();
  }

  /** Time goes on after the last event; but a log's time must not pass the wall clock. */
  async #settle(): Promise<void> {
    const { lastTs } = this.#summary;
    if (lastTs === null) return;
    await this.#passTime(Math.min(lastTs + AFTERMATH_MICROS, this.#options.now()));
  }
}
