import { batch, type Signal, signal } from '@preact/signals';
import type { LiveClient, LiveTopic } from '../../client/src/browser.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { ScoredDealer } from '../../schemas/selection.ts';
import { BASE_METRICS } from '../format/metric-view.ts';
import { type CompositeRange, compositeRange, EMPTY_RANGE } from './composite-range.ts';
import { type ErrorScales, errorScales, sameScales } from './error-scales.ts';
import { type Place, RankSettler } from './rank-settler.ts';
import { knownMetrics } from './shown-metrics.ts';
import { type TopicAddress, topicOf } from './topic-address.ts';
import { SessionTrails } from './trails.ts';

/**
 * The ranking on the page. Rows change as often as `pulse` is called; their order and the scales of
 * whiskers and bars only when the ranks settle.
 */
export class Board {
  readonly places = signal<readonly Place[]>([]);
  /** The metrics that dealers can be ranked by. */
  readonly choices = signal<readonly string[]>(BASE_METRICS);
  readonly range = signal<CompositeRange>(EMPTY_RANGE);
  readonly errorScales = signal<ErrorScales>({});
  /** Event time of the rows; null until they have come. */
  readonly asOf = signal<Micros | null>(null);
  /** Why the engine does not serve this ranking; null unless it refuses. */
  readonly refusal = signal<string | null>(null);
  readonly trails = new SessionTrails();
  readonly #client: LiveClient;
  #address: TopicAddress | null = null;
  #topic: LiveTopic<ScoredDealer> | null = null;
  #settler = new RankSettler();
  #rows = new Map<string, Signal<ScoredDealer>>();
  #seenVersion = -1;
  #advancedAtMs: number | null = null;

  constructor(client: LiveClient) {
    this.#client = client;
  }

  /** Milliseconds since the rows were last known to be the engine's newest. */
  get ageMs(): number {
    return this.#topic?.ageMs ?? Number.POSITIVE_INFINITY;
  }

  /** When the event time of the rows last advanced, on `pulse`'s clock; null before the first rows. */
  get advancedAtMs(): number | null {
    return this.#advancedAtMs;
  }

  /** Only for a dealer of `places`. */
  row(dealerId: string): Signal<ScoredDealer> {
    return this.#rows.get(dealerId)!;
  }

  /** The newest, whoever it is of; undefined: not observed in this scope. */
  findRow(dealerId: string): ScoredDealer | undefined {
    return this.#rows.get(dealerId)?.peek();
  }

  /** Leaves the present ranking for another. */
  watch(address: TopicAddress): void {
    // The new one first: between two rankings of one scope the engine keeps what it has.
    const topic = this.#client.rankings(topicOf(address));
    this.#topic?.close();
    this.#topic = topic;
    if (this.#address !== null && this.#address.scope !== address.scope) {
      this.trails.interrupt(this.#address.scope);
    }
    this.#address = address;
    this.#settler = new RankSettler();
    this.#seenVersion = -1;
    this.#advancedAtMs = null;
    batch(() => {
      this.places.value = [];
      this.asOf.value = null;
      this.refusal.value = null;
    });
    this.#rows = new Map();
  }

  /** Shows what has come since the last time. */
  pulse(nowMs: number): void {
    const topic = this.#topic;
    if (topic === null) return;
    batch(() => {
      if (topic.version !== this.#seenVersion) this.#take(topic, nowMs);
      this.#settle(topic.rows, nowMs);
    });
  }

  /** Notes the composites for the sparklines, but not those of an engine that is catching up. */
  sample(): void {
    if (this.#topic === null || this.#address === null) return;
    const { scope } = this.#address;
    const { state, asOf, rows } = this.#topic;
    if (state === 'live' && asOf !== null) this.trails.sample(scope, rows, asOf / 1000);
    else this.trails.interrupt(scope);
  }

  #take(topic: LiveTopic<ScoredDealer>, nowMs: number): void {
    this.#seenVersion = topic.version;
    this.refusal.value = topic.refusal;
    if (topic.asOf !== this.asOf.peek()) {
      this.asOf.value = topic.asOf;
      this.#advancedAtMs = nowMs;
    }
    for (const row of topic.rows) {
      const known = this.#rows.get(row.dealerId);
      if (known === undefined) this.#rows.set(row.dealerId, signal(row));
      else known.value = row;
    }
  }

  #settle(rows: readonly ScoredDealer[], nowMs: number): void {
    const places = this.#settler.offer(rows, nowMs);
    if (places === this.places.peek()) return;
    this.places.value = places;
    this.#setIfOther(this.choices, knownMetrics(rows));
    this.#setIfOther(this.range, compositeRange(rows));
    const scales = errorScales(rows);
    if (!sameScales(scales, this.errorScales.peek())) this.errorScales.value = scales;
    const current = new Set(places.map(({ dealerId }) => dealerId));
    for (const dealerId of this.#rows.keys()) {
      if (!current.has(dealerId)) this.#rows.delete(dealerId);
    }
  }

  #setIfOther<T extends readonly unknown[]>(target: Signal<T>, value: T): void {
    if (target.peek().join() !== value.join()) target.value = value;
  }
}
