import { contribution, resolveWeights } from '../../engine/scoring/composite.ts';
import { METRICS, type MetricName } from '../../engine/scoring/metrics.ts';
import { ALL_SCOPE, segmentOf } from '../../engine/scoring/scopes.ts';
import { priceImprovementBps } from '../../engine/scoring/signs.ts';
import type { DealerId, Micros } from '../../schemas/ids.ts';
import { ActivityTable } from './activity-table.ts';
import { inventDealers, type SimDealer, TraitBook } from './dealers.ts';
import { inventInstruments, type SimInstrument } from './instruments.ts';
import { keyOf, mix, Random } from './random.ts';
import { instrumentEvent } from './reference-events.ts';
import { drawOrder, drawRfqPlan } from './rfq-plan.ts';
import { playRfq, pushedMid, type RfqOutcome } from './rfq-play.ts';
import type { RfqPlan } from './rfq-types.ts';

/** What the composite is made of, as it would come out over endlessly many RFQs. */
export type TrueMetrics = Readonly<Record<TrueMetricName, number>>;
type TrueMetricName = Extract<
  MetricName,
  'fillRate' | 'priceImprovementBps' | 'reversion30mBps' | 'responseSeconds'
>;

export interface TruthOptions {
  readonly seed: number;
  readonly instruments: number;
  readonly dealers: number;
  /** Dates the maturities, hence the segments: the market's own `startTs`. */
  readonly startTs: Micros;
}

export interface TrueRank {
  readonly dealerId: DealerId;
  readonly composite: number;
}

const TRUTH = keyOf('truth');
/** Sampled RFQs per dealer and scope: about 500 asks of each that is asked at all. */
const RFQS_PER_DEALER = 120;
const MAX_RESPONSE_SECONDS = 60;
const MARKOUT_MICROS = 30 * 60_000_000;
const FLAT_MID = 100;
const PRIOR_STRENGTH = 5;

/**
 * The hidden truth of a market: what each dealer's metrics would be with data without end, found by
 * playing very many RFQs with the same dealers in a market that stands still but for the RFQ's own
 * impact. For tests and demonstrations: nothing that scores may read it. A scope costs some 50 ms
 * when first asked for, and is kept.
 */
export class Truth {
  readonly #seed: number;
  readonly #dealers: readonly SimDealer[];
  readonly #segments: ReadonlyMap<SimInstrument, string>;
  readonly #traits: TraitBook;
  readonly #scopes = new Map<string, ReadonlyMap<DealerId, TrueMetrics>>();

  constructor({ seed, instruments, dealers, startTs }: TruthOptions) {
    this.#seed = seed;
    this.#dealers = inventDealers(seed, dealers);
    this.#traits = new TraitBook(seed);
    this.#segments = new Map(
      inventInstruments(seed, instruments, startTs).map((instrument) => [
        instrument,
        segmentOf(instrumentEvent(instrument, startTs), startTs),
      ]),
    );
  }

  /** Every scope there is a truth for: `ALL`, asset classes, segments. */
  scopes(): string[] {
    const segments = [...this.#segments.values()];
    const assets = segments.map((segment) => segment.split('-', 1)[0]!);
    return [ALL_SCOPE, ...new Set(assets), ...new Set(segments)];
  }

  /**
   * The dealer's true composite in a scope, by the base weights; null if it is never asked there.
   * Throws a RangeError on a scope without instruments.
   */
  trueSkill(dealerId: DealerId, scope: string): number | null {
    const metrics = this.metrics(scope).get(dealerId);
    return metrics === undefined ? null : compositeOf(metrics);
  }

  /** Dealers by true composite, best first. */
  ranking(scope: string): TrueRank[] {
    return [...this.metrics(scope)]
      .map(([dealerId, metrics]) => ({ dealerId, composite: compositeOf(metrics) }))
      .sort((a, b) => b.composite - a.composite);
  }

  metrics(scope: string): ReadonlyMap<DealerId, TrueMetrics> {
    const known = this.#scopes.get(scope);
    if (known !== undefined) return known;
    const sampled = this.#sample(scope);
    this.#scopes.set(scope, sampled);
    return sampled;
  }

  #sample(scope: string): Map<DealerId, TrueMetrics> {
    const instruments = [...this.#segments.keys()].filter((instrument) =>
      isWithin(this.#segments.get(instrument)!, scope),
    );
    if (instruments.length === 0) throw new RangeError(`no instrument is in scope "${scope}"`);
    const tallies = new Map<DealerId, Tally>();
    const pool = new Tally();
    const table = new ActivityTable(instruments);
    const random = new Random(this.#seed, TRUTH, keyOf(scope));
    for (let n = this.#dealers.length * RFQS_PER_DEALER; n > 0; n--) {
      this.#playOne(table.pick(random.next()), mix(TRUTH, n), tallies, pool);
    }
    return new Map([...tallies].map(([dealerId, tally]) => [dealerId, tally.metrics(pool)]));
  }

  #playOne(
    instrument: SimInstrument,
    key: number,
    tallies: Map<DealerId, Tally>,
    pool: Tally,
  ): void {
    const order = drawOrder(this.#seed, key, instrument, 0, 1);
    const plan = drawRfqPlan(this.#seed, order, 0, 0, this.#dealers);
    const segment = this.#segments.get(instrument)!;
    const outcome = playRfq(plan, {
      seed: this.#seed,
      midAt: () => FLAT_MID,
      traitsOf: (dealer) => this.#traits.of(dealer, segment),
      isAxed: () => false,
    });
    tallyOutcome(plan, outcome, tallies, pool);
  }
}

function compositeOf(metrics: TrueMetrics): number {
  return resolveWeights().reduce((sum, { metric, weight }) => {
    const name = metric as TrueMetricName;
    return sum + contribution(weight, METRICS[name].scale, metrics[name] ?? 0);
  }, 0);
}

function isWithin(segment: string, scope: string): boolean {
  return scope === ALL_SCOPE || segment === scope || segment.startsWith(`${scope}-`);
}

/** Means of one dealer; docs/scoring.md says what counts. */
class Tally {
  #asked = 0;
  #traded = 0;
  #responses = 0;
  #responseSeconds = 0;
  #improvementBps = 0;
  #reversionBps = 0;

  addAsk(): void {
    this.#asked++;
  }

  addResponse(seconds: number): void {
    this.#responses++;
    this.#responseSeconds += Math.min(MAX_RESPONSE_SECONDS, seconds);
  }

  addTrade(improvementBps: number, reversionBps: number): void {
    this.#traded++;
    this.#improvementBps += improvementBps;
    this.#reversionBps += reversionBps;
  }

  /** Few fills are shrunk to everybody's mean, `pool`, as the engine does with few observations. */
  metrics(pool: Tally): TrueMetrics {
    return {
      fillRate: this.#traded / Math.max(1, this.#asked),
      priceImprovementBps: this.#shrunk(this.#improvementBps, pool.#improvementBps, pool),
      reversion30mBps: this.#shrunk(this.#reversionBps, pool.#reversionBps, pool),
      responseSeconds:
        this.#responses === 0 ? MAX_RESPONSE_SECONDS : this.#responseSeconds / this.#responses,
    };
  }

  #shrunk(sum: number, poolSum: number, pool: Tally): number {
    const poolMean = poolSum / Math.max(1, pool.#traded);
    return (sum + PRIOR_STRENGTH * poolMean) / (this.#traded + PRIOR_STRENGTH);
  }
}

function tallyOutcome(
  plan: RfqPlan,
  outcome: RfqOutcome,
  tallies: Map<DealerId, Tally>,
  pool: Tally,
): void {
  const sign = plan.side === 'buy' ? 1 : -1;
  const isCancelled = outcome.reason === 'cancelled';
  const hasQuote = outcome.asked.some(({ answer }) => isQuoted(answer, outcome.tsClosed));
  for (const { dealer, tsSent, answer } of outcome.asked) {
    const tally = tallies.get(dealer.dealerId) ?? new Tally();
    tallies.set(dealer.dealerId, tally);
    const fill = outcome.deal?.fills.find((each) => each.dealer === dealer);
    if (!isCancelled || hasQuote) tally.addAsk();
    const seconds = (answer.ts - tsSent) / 1_000_000;
    if (answer.ts < outcome.tsClosed && answer.kind !== 'silent') {
      tally.addResponse(answer.kind === 'firm' ? seconds : MAX_RESPONSE_SECONDS);
    } else if (outcome.reason === 'expired') tally.addResponse(MAX_RESPONSE_SECONDS);
    if (fill === undefined) continue;
    const midFill = pushedMid(FLAT_MID, outcome.impulses, fill.ts);
    const midLater = pushedMid(FLAT_MID, outcome.impulses, fill.ts + MARKOUT_MICROS);
    const reversion = (sign * (midLater - midFill) * 10_000) / midFill;
    const improvement = priceImprovementBps(sign, FLAT_MID, fill.price);
    for (const each of [tally, pool]) {
      each.addTrade(improvement, reversion);
    }
  }
}

function isQuoted(answer: { kind: string; ts: Micros }, tsClosed: Micros): boolean {
  return answer.kind === 'firm' && answer.ts < tsClosed;
}
