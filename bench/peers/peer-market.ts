import { MICROS_PER_DAY } from '../../engine/scoring/model.ts';
import { ALL_SCOPE, POOL_DEALER, scopeChain } from '../../engine/scoring/scopes.ts';
import type { DealerId, InstrumentId, Micros } from '../../schemas/ids.ts';
import type { InstrumentEvent } from '../../schemas/reference.ts';
import { seededRandom } from '../support/open-loop.ts';
import { HALF_LIFE } from './metrics.ts';

/** What a dealer's quote came to, measured. */
export interface JudgedQuote {
  readonly dealer: number;
  readonly instrument: number;
  readonly tsEvent: Micros;
  /** [metrics]: 0 to 1. */
  readonly values: readonly number[];
}

/** One order's question, as every peer is asked it. */
export interface Question {
  readonly id: number;
  readonly instrument: number;
  /** instrument, segment, asset class, `ALL`. */
  readonly chain: readonly string[];
  readonly asOf: Micros;
  /** Makes sums of forward weights those of `asOf`. */
  readonly factor: number;
}

export interface PeerMarketOptions {
  readonly seed: number;
  readonly metrics: number;
  /** Event time between two quotes, microseconds. */
  readonly spacing: Micros;
}

export const DEALERS = 500;
export const INSTRUMENTS = 20;
const PAIRS = DEALERS * INSTRUMENTS;
/** Prime to PAIRS: steps of it visit every pair of a dealer and an instrument once. */
const STRIDE = 7919;
/** Share of a value that is the dealer's own, and not chance. */
const SKILL = 0.6;
/** What forward weights count from: the last whole half-life since 1970 before 5 January 2026. */
export const LANDMARK: Micros = Math.floor((Date.UTC(2026, 0, 5) * 1000) / HALF_LIFE) * HALF_LIFE;
/** When the first quote comes. */
export const START: Micros = LANDMARK + MICROS_PER_DAY;

/**
 * Forward decay: what an observation of a time weighs beside any other's. It never changes, so that sums
 * are only ever added to.
 */
export function forwardWeight(t: Micros): number {
  return 2 ** ((t - LANDMARK) / HALF_LIFE);
}

/** Judged quotes of 500 dealers in 20 instruments, of four segments and two asset classes. Seeded. */
export class PeerMarket {
  readonly dealerIds: readonly DealerId[];
  readonly instruments: readonly InstrumentEvent[];
  /** [instruments]: the scopes that an observation counts for, finest first. */
  readonly chains: readonly (readonly string[])[];
  readonly #options: PeerMarketOptions;
  readonly #random: () => number;
  /** [dealers x metrics] */
  readonly #skills: readonly number[];
  #quotes = 0;

  constructor(options: PeerMarketOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.dealerIds = Array.from({ length: DEALERS }, (_, i) => `D${i}` as DealerId);
    this.instruments = Array.from({ length: INSTRUMENTS }, (_, i) => instrumentOf(i));
    this.chains = this.instruments.map((record) => scopeChain(record.instrumentId, record, START));
    this.#skills = Array.from({ length: DEALERS * options.metrics }, this.#random);
  }

  /** Of every quote. */
  get metrics(): number {
    return this.#options.metrics;
  }

  /** Event time that the quotes have reached. */
  get ts(): Micros {
    return START + this.#quotes * this.#options.spacing;
  }

  /** The next quotes: every pair of a dealer and an instrument once, then pairs at random. */
  take(count: number): JudgedQuote[] {
    return Array.from({ length: count }, () => this.#next());
  }

  /** Who counts a quote: the dealer at each scope of the instrument, and the pool of all at `ALL`. */
  rowsOf({ dealer, instrument }: JudgedQuote): { scope: string; dealerId: string }[] {
    const dealerId = this.dealerIds[dealer]!;
    return [
      ...this.chains[instrument]!.map((scope) => ({ scope, dealerId })),
      { scope: ALL_SCOPE, dealerId: POOL_DEALER },
    ];
  }

  /** Questions about every instrument in turn, a second of event time apart, from now on. */
  questions(count: number): Question[] {
    return Array.from({ length: count }, (_, id) => {
      return this.question(id, id % INSTRUMENTS, this.ts + id * 1_000_000);
    });
  }

  question(id: number, instrument: number, asOf: Micros): Question {
    const chain = this.chains[instrument]!;
    return { id, instrument, chain, asOf, factor: 1 / forwardWeight(asOf) };
  }

  #next(): JudgedQuote {
    const { metrics } = this.#options;
    const tsEvent = this.ts;
    const n = this.#quotes++;
    const pair = n < PAIRS ? (n * STRIDE) % PAIRS : Math.floor(this.#random() * PAIRS);
    const dealer = pair % DEALERS;
    const values = Array.from({ length: metrics }, (_, m) => {
      return SKILL * this.#skills[dealer * metrics + m]! + (1 - SKILL) * this.#random();
    });
    return { dealer, instrument: Math.floor(pair / DEALERS), tsEvent, values };
  }
}

function instrumentOf(i: number): InstrumentEvent {
  return {
    kind: 'instrument',
    id: `i-${i}`,
    tsEvent: START,
    instrumentId: `I${i}` as InstrumentId,
    assetClass: i % 2 === 0 ? 'CORP' : 'MUNI',
    sector: i % 4 < 2 ? 'FIN' : 'ENERGY',
    rating: 'BBB',
    maturityDate: '2033-06-15',
  };
}
