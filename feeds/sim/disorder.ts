import type { FirstcallEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import { keyOf, Random } from './random.ts';
import { Schedule } from './schedule.ts';

/** What happens, in time order. */
export interface EventSource {
  /** No event lies between the last `advance` and this. */
  readonly nextTs: Micros;
  /** The events up to `ts`, included, that `advance` has not yet returned. */
  advance(ts: Micros): FirstcallEvent[];
  /** What it holds back, for the end of a run; a source without it holds nothing. */
  release?(): FirstcallEvent[];
}

export interface DisorderOptions {
  readonly seed: number;
  /** Share of events that come twice, 0 to 1. */
  readonly duplicates: number;
  /** Share of events that are held back, 0 to 1. */
  readonly outOfOrder: number;
}

const MINUTE_MICROS = 60_000_000;
/** As long as an event may be late and still count. */
const HELD_MICROS_MAX = 10 * MINUTE_MICROS;
/** Longer, so that some repeats come when their event has been forgotten. */
const REPEAT_MICROS_MAX = 20 * MINUTE_MICROS;
/** Events that wait here; past it one goes out at once and once, as if its market were in order. */
const WAITING_MAX = 200_000;
/** Simulated time of one flush, short beside the times above, lest batching make order again. */
export const DISORDER_FLUSH_MICROS = MINUTE_MICROS;
const DISORDER = keyOf('disorder');

/**
 * A source as a log hears of it that is not fed well: some events come late, some come twice. What
 * becomes of an event depends on the seed and its id alone, however `advance` is called. Reference
 * data and clocks come as they are, since without them nothing could be judged.
 */
export class Disorder implements EventSource {
  readonly #source: EventSource;
  readonly #options: DisorderOptions;
  readonly #waiting = new Schedule<FirstcallEvent>();

  constructor(source: EventSource, options: DisorderOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** Events that are held back, and repeats that are still to come. */
  get waiting(): number {
    return this.#waiting.size;
  }

  get nextTs(): Micros {
    return Math.min(this.#source.nextTs, this.#waiting.next);
  }

  advance(ts: Micros): FirstcallEvent[] {
    const events: FirstcallEvent[] = [];
    for (const event of this.#source.advance(ts)) {
      this.#releaseInto(events, event.tsEvent);
      this.#disturb(event, events);
    }
    this.#releaseInto(events, ts);
    return events;
  }

  release(): FirstcallEvent[] {
    const events: FirstcallEvent[] = [];
    this.#releaseInto(events, Number.POSITIVE_INFINITY);
    return events;
  }

  #releaseInto(events: FirstcallEvent[], ts: Micros): void {
    while (this.#waiting.size > 0 && this.#waiting.next <= ts) {
      events.push(this.#waiting.pop().item);
    }
  }

  #disturb(event: FirstcallEvent, events: FirstcallEvent[]): void {
    const { seed, duplicates, outOfOrder } = this.#options;
    const random = new Random(seed, DISORDER, keyOf(event.id));
    // Always all five draws, so that one share does not reshuffle what the other does.
    const isHeld = random.chance(outOfOrder);
    const heldMicros = random.integer(1, HELD_MICROS_MAX);
    const isRepeated = random.chance(duplicates);
    const isRepeatedAtOnce = random.chance(0.5);
    const repeatMicros = random.integer(1, REPEAT_MICROS_MAX);
    const mayWait = isDisturbed(event) && this.#waiting.size + 2 <= WAITING_MAX;
    const tsOut = event.tsEvent + (mayWait && isHeld ? heldMicros : 0);
    this.#send(event, tsOut, events);
    if (!mayWait || !isRepeated) return;
    this.#send(event, tsOut + (isRepeatedAtOnce ? 0 : repeatMicros), events);
  }

  #send(event: FirstcallEvent, tsOut: Micros, events: FirstcallEvent[]): void {
    if (tsOut === event.tsEvent) events.push(event);
    else this.#waiting.push(tsOut, event);
  }
}

function isDisturbed({ kind }: FirstcallEvent): boolean {
  return kind !== 'instrument' && kind !== 'dealer' && kind !== 'clock';
}
