import type { DealerId, Micros } from '../../schemas/ids.ts';
import type { DealerEvent, InstrumentEvent } from '../../schemas/reference.ts';
import type { DealerFacts, QuotedIn } from '../rules/decided.ts';
import { TIER } from '../scoring/block.ts';
import { readTier } from '../scoring/marks.ts';
import { type Model, metricOf } from '../scoring/model.ts';
import { cellOf, newestAsk, newestQuote, type ScoreRows } from '../scoring/score-rows.ts';
import { estimateOf, type MetricAsOf, metricAsOf } from '../scoring/shrinkage.ts';

/** The dealer database, as a selection reads it. */
export interface DealerRecords {
  /** Of the newest record, in the log that all partitions share; 0: none. */
  readonly sequence: number;
  get(dealerId: string): DealerEvent | undefined;
}

export const NO_DEALER_RECORDS: DealerRecords = { sequence: 0, get: () => undefined };

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

/** One dealer after the other as rules see it, without making an object for each. */
export class DealerView implements DealerFacts {
  readonly #seen: Seen;
  readonly #metrics = new Map<string, MetricAsOf>();
  /** Index into `rows.scopes` by kind; -1 where the order has no such scope. */
  readonly #scopeOf: Readonly<Record<QuotedIn, number>>;
  #dealer = 0;
  #record: DealerEvent | undefined;

  constructor(seen: Seen) {
    this.#seen = seen;
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
    this.#record = this.#seen.records.get(this.dealerId);
    return this;
  }

  get dealerId(): DealerId {
    return this.#seen.rows.dealers[this.#dealer]!;
  }

  get record(): DealerEvent | undefined {
    return this.#record;
  }

  get asOf(): Micros {
    return this.#seen.asOf;
  }

  get tier(): number | null {
    const { rows } = this.#seen;
    const scope = this.#scopeOf.assetClass;
    return scope < 0 ? null : readTier(rows.cells, cellOf(rows, scope, this.#dealer, TIER));
  }

  get isSpecialist(): boolean {
    const assetClass = this.#seen.instrument?.assetClass;
    return assetClass !== undefined && (this.#record?.assetClasses ?? []).includes(assetClass);
  }

  quotedAt(kind: QuotedIn): Micros {
    const scope = this.#scopeOf[kind];
    return scope < 0 ? 0 : newestQuote(this.#seen.rows, scope, this.#dealer);
  }

  /** When the dealer was last asked about the issuer, or the instrument where it has none; 0: never. */
  get askedAt(): Micros {
    const scope = Math.max(0, this.#scopeOf.issuer);
    return newestAsk(this.#seen.rows, scope, this.#dealer);
  }

  estimate(name: string): number {
    return estimateOf(this.#seen.rows, this.#dealer, this.#metricOf(name));
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
