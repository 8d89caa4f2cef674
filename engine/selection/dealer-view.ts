import type { DealerId, Micros } from '../../schemas/ids.ts';
import type { DealerEvent, InstrumentEvent } from '../../schemas/reference.ts';
import type { DealerFacts, QuotedIn } from '../rules/decided.ts';
import type { DenseSums } from '../scoring/dense-sums.ts';
import { type Model, metricOf } from '../scoring/model.ts';
import type { ScoreRows } from '../scoring/score-rows.ts';
import { estimateOf, type MetricAsOf, metricAsOf } from '../scoring/shrinkage.ts';
import { type AlignedRecords, alignedRecords, type DealerRecords } from './dealer-records.ts';

/** What a view looks at. */
interface Seen {
  readonly rows: ScoreRows;
  readonly records: DealerRecords;
  readonly instrument: InstrumentEvent | undefined;
  readonly model: Model;
  /** Memory that estimates are read in; undefined: each metric's own. */
  readonly memory: number | undefined;
  readonly asOf: Micros;
}

/** The answers to one question about quotes. */
interface Quoted {
  readonly kinds: readonly QuotedIn[];
  readonly since: Micros;
  /** [dealers]: 1 is yes. */
  readonly flags: Uint8Array;
}

/** One dealer after the other as rules see it, without making an object for each. */
export class DealerView implements DealerFacts {
  readonly #seen: Seen;
  readonly records: AlignedRecords;
  /** What was asked about quotes last. */
  #quoted: Quoted | undefined;
  #asked: Float64Array | undefined;
  #tiers: Float64Array | undefined;
  readonly #metrics = new Map<string, MetricAsOf>();
  /** Index into `rows.scopes` by kind; -1 where the order has no such scope. */
  readonly #scopeOf: Readonly<Record<QuotedIn, number>>;
  #dealer = 0;

  constructor(seen: Seen) {
    this.#seen = seen;
    this.records = alignedRecords(seen.records, seen.rows.dealers);
    const { scopes } = seen.rows;
    const isKnown = scopes.length > 2;
    this.#scopeOf = {
      instrument: 0,
      issuer: scopes.findIndex(({ scope }) => scope.startsWith('issuer:')),
      segment: isKnown ? scopes.length - 3 : -1,
      assetClass: isKnown ? scopes.length - 2 : -1,
      any: scopes.length - 1,
    };
  }

  /** Turns to another dealer, an index into `rows.dealers`. */
  at(dealer: number): this {
    this.#dealer = dealer;
    return this;
  }

  get dealers(): readonly DealerId[] {
    return this.#seen.rows.dealers;
  }

  /** The order's; undefined: not known. */
  get assetClass(): string | undefined {
    return this.#seen.instrument?.assetClass;
  }

  get dealerId(): DealerId {
    return this.#seen.rows.dealers[this.#dealer]!;
  }

  get record(): DealerEvent | undefined {
    return this.records.list[this.#dealer];
  }

  get asOf(): Micros {
    return this.#seen.asOf;
  }

  get tier(): number | null {
    const scope = this.#scopeOf.assetClass;
    if (scope < 0) return null;
    const { dense } = this.#seen.rows.scopes[scope]!;
    this.#tiers ??= dense.field(this.#seen.rows, 'tier');
    return this.#read(dense, this.#tiers) || null;
  }

  get isSpecialist(): boolean {
    const { assetClass } = this;
    return assetClass !== undefined && (this.record?.assetClasses ?? []).includes(assetClass);
  }

  hasQuoted(kinds: readonly QuotedIn[], since: Micros): boolean {
    return this.quotedSince(kinds, since)[this.#dealer] === 1;
  }

  /** [dealers]: 1 for those that `hasQuoted` is true of. */
  quotedSince(kinds: readonly QuotedIn[], since: Micros): Uint8Array {
    let quoted = this.#quoted;
    if (quoted?.kinds !== kinds || quoted.since !== since) {
      quoted = { kinds, since, flags: this.#flagQuoted(kinds, since) };
      this.#quoted = quoted;
    }
    return quoted.flags;
  }

  /** When the dealer was last asked about the issuer, or the instrument where it has none; 0: never. */
  get askedAt(): Micros {
    const { dense } = this.#seen.rows.scopes[Math.max(0, this.#scopeOf.issuer)]!;
    this.#asked ??= dense.field(this.#seen.rows, 'newestAsk');
    return this.#read(dense, this.#asked);
  }

  estimate(name: string): number {
    return estimateOf(this.#seen.rows, this.#dealer, this.#metricOf(name));
  }

  #flagQuoted(kinds: readonly QuotedIn[], since: Micros): Uint8Array {
    const flags = new Uint8Array(this.dealers.length);
    for (const kind of kinds) {
      const scope = this.#scopeOf[kind];
      if (scope < 0) continue;
      const { dense } = this.#seen.rows.scopes[scope]!;
      const times = dense.field(this.#seen.rows, 'newestQuote');
      for (let place = 0; place < dense.count; place++) {
        if (times[place]! > 0 && times[place]! >= since) flags[dense.present[place]!] = 1;
      }
    }
    return flags;
  }

  /** 0 for a dealer that was never observed in the scope. */
  #read({ placeOf }: DenseSums, values: Float64Array): number {
    const place = placeOf[this.#dealer]!;
    return place < 0 ? 0 : values[place]!;
  }

  #metricOf(name: string): MetricAsOf {
    let of = this.#metrics.get(name);
    if (of === undefined) {
      const { rows, asOf, model, memory } = this.#seen;
      const metric = metricOf(model, name)!;
      of = metricAsOf(rows, asOf, metric, memory ?? metric.ranked);
      this.#metrics.set(name, of);
    }
    return of;
  }
}
