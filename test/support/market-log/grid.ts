import fc from 'fast-check';
import type { EventKind, EventOf, FirstcallEvent } from '../../../schemas/events.ts';
import type { DealerId, InstrumentId, Micros } from '../../../schemas/ids.ts';

/**
 * Times of a random market are whole steps of five seconds, so that ties happen, from ten minutes
 * before a midnight of UTC, so that a segment's maturity changes on the way.
 */
const STEP_MICROS = 5_000_000;
const T0 = Date.UTC(2026, 0, 14, 23, 50) * 1000;
/** The lateness of the default model. */
export const LATENESS_STEPS = 120;
export const DAY_STEPS = 17_280;
/** Orders and RFQs begin in [0, LAST_START]. */
const LAST_START = 240;

export function timeOf(step: number): Micros {
  return T0 + step * STEP_MICROS;
}

export const DEALERS = ['D0', 'D1', 'D2', 'D3'] as DealerId[];
/** PLAIN and HEDGED have data, HEDGED a benchmark; BARE has none; WILD's prices jump absurdly. */
export const INSTRUMENTS = ['PLAIN', 'HEDGED', 'BARE', 'WILD'] as InstrumentId[];
export const WILD = 3;
export const BENCHMARKS = ['BMK0', 'BMK1'] as InstrumentId[];

export const dealer = fc.nat({ max: DEALERS.length - 1 });
export const startStep = fc.nat({ max: LAST_START });
export const side = fc.constantFrom('buy', 'sell');
export const nominal = fc.constantFrom(1e6, 2e6, 4e6);
/** Cents about a price of 100. */
export const cents = fc.integer({ min: -12, max: 12 });
/** A value in one of `oneIn` cases, else undefined. */
export const sometimes = <T>(arbitrary: fc.Arbitrary<T>, oneIn: number) =>
  fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** Up to `max`, or in one of six cases in [from, to], where only time tells. */
export const mostly = (max: number, from: number, to: number) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.nat({ max }) },
    { weight: 1, arbitrary: fc.integer({ min: from, max: to }) },
  );

const WILD_PRICES = [100, 101, 99, 300, 20];

/** A price of an instrument; those of WILD are far apart. */
export function priceOf(instrument: number, centsOff: number): number {
  if (instrument === WILD) return WILD_PRICES[Math.abs(centsOff) % WILD_PRICES.length]!;
  return 100 + centsOff / 100;
}

/** An event and what the disorder of the log may not do to it. */
export interface Draft {
  readonly event: FirstcallEvent;
  readonly step: number;
  /** Most steps that it may come late; any number where undefined. */
  readonly maxDelay?: number;
  /** Has to come after it. */
  readonly after?: Draft;
}

type Content<K extends EventKind> = Omit<EventOf<K>, 'kind' | 'id' | 'tsEvent'>;

/** Makes events of one log: counts up the ids. */
export class Drafts {
  #count = 0;
  readonly all: Draft[] = [];

  nextId<T extends string>(prefix: string): T {
    this.#count++;
    return `${prefix}${this.#count}` as T;
  }

  add<K extends EventKind>(
    kind: K,
    step: number,
    content: Content<K>,
    limits: Pick<Draft, 'maxDelay' | 'after'> = {},
  ): Draft {
    const head = { kind, id: this.nextId('e'), tsEvent: timeOf(step) };
    const draft = { event: withoutUndefined({ ...head, ...content }), step, ...limits };
    this.all.push(draft);
    return draft;
  }
}

/** An optional property is absent, never undefined. */
function withoutUndefined(event: object): FirstcallEvent {
  return Object.fromEntries(
    Object.entries(event).filter(([, value]) => value !== undefined),
  ) as unknown as FirstcallEvent;
}
