import { Random } from '../../feeds/sim/random.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import { crowdReference } from './crowd-reference.ts';
import { LEAD_MICROS, MINUTE_MICROS, playRfq, type RfqCast, SECOND_MICROS } from './rfq-script.ts';
import { Zipf } from './zipf.ts';

export interface CrowdOptions {
  readonly seed: number;
  readonly dealers: number;
  readonly instruments: number;
}

/** RFQs come round the clock, so that a day of them, which the books keep, is soon there. */
export const RFQS_PER_DAY = 8_000;
const SPACING_MICROS = (86_400 * SECOND_MICROS) / RFQS_PER_DAY;
/** A Monday: 2026-01-05, midnight UTC. */
const START: Micros = Date.UTC(2026, 0, 5) * 1000;
/** Event time of one piece; under the lateness, since a piece is ordered by kind in the log. */
export const PIECE_MICROS = 5 * MINUTE_MICROS;

const ASKED = 5;
const STREAMERS = 8;

/**
 * RFQs among any number of dealers and instruments, each with the same events in the same order of
 * kinds (rfq-script.ts): only who and what differs with the size. Dealers and instruments are drawn
 * by Zipf's law. Deterministic by its seed.
 */
export class Crowd {
  readonly #random: Random;
  readonly #dealers: Zipf;
  readonly #instruments: Zipf;
  readonly #options: CrowdOptions;
  /** By number of the piece: events that are yet to come. */
  readonly #coming = new Map<number, FirstcallEvent[]>();
  #rfqs = 0;
  #pieces = 0;

  constructor(options: CrowdOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#dealers = new Zipf(options.dealers);
    this.#instruments = new Zipf(options.instruments);
  }

  /** RFQs played so far. */
  get rfqs(): number {
    return this.#rfqs;
  }

  /** Event time that the pieces have reached. */
  get ts(): Micros {
    return START + this.#pieces * PIECE_MICROS;
  }

  /** Dealers and instruments, and a first tick of every instrument. */
  reference(): FirstcallEvent[] {
    const { dealers, instruments } = this.#options;
    return crowdReference(dealers, instruments, START);
  }

  /** What happens in the next five minutes of event time, in order of event time. */
  nextPiece(): FirstcallEvent[] {
    const end = this.ts + PIECE_MICROS;
    for (;;) {
      const ts = START + Math.floor((this.#rfqs + 1) * SPACING_MICROS);
      // It may still say something in later pieces, but not in an earlier one.
      if (ts - LEAD_MICROS >= end) break;
      for (const event of playRfq(this.#rfqs, ts, this.#cast(), this.#random)) this.#put(event);
      this.#rfqs++;
    }
    const piece = this.#coming.get(this.#pieces) ?? [];
    this.#coming.delete(this.#pieces);
    this.#pieces++;
    return piece.sort((a, b) => a.tsEvent - b.tsEvent);
  }

  #cast(): RfqCast {
    return {
      instrument: this.#instruments.draw(this.#random),
      asked: this.#dealers.drawDistinct(this.#random, ASKED),
      streamers: this.#dealers.drawDistinct(this.#random, STREAMERS),
    };
  }

  #put(event: FirstcallEvent): void {
    const piece = Math.floor((event.tsEvent - START) / PIECE_MICROS);
    const events = this.#coming.get(piece);
    if (events === undefined) this.#coming.set(piece, [event]);
    else events.push(event);
  }
}
