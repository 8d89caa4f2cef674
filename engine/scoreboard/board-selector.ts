import { FirstcallError } from '../../schemas/errors.ts';
import type { Explanation } from '../../schemas/explanation.ts';
import type { DealerId, Micros } from '../../schemas/ids.ts';
import type { AllTimes, DealerTimes } from '../../schemas/record-edit.ts';
import type { LogPosition, Selection, SelectRequest } from '../../schemas/selection.ts';
import type { Rules } from '../rules/decided.ts';
import type { Model } from '../scoring/model.ts';
import { ALL_SCOPE, chainOf } from '../scoring/scopes.ts';
import { newestAsk, newestQuote, type ScoreRows } from '../scoring/score-rows.ts';
import type { DealerRecords } from '../selection/dealer-records.ts';
import { explain } from '../selection/explain.ts';
import { select } from '../selection/select.ts';
import { type BoardBuffer, HEADER } from './board.ts';
import { BoardReader } from './board-reader.ts';
import { RowIndex } from './row-index.ts';
import { ScopeChains } from './scope-chains.ts';

export interface BoardSelectorOptions {
  readonly merged: BoardBuffer;
  readonly partitions: number;
  readonly model: Model;
  readonly modelHash: string;
  readonly rules: Rules;
  readonly rulesHash: string;
  readonly records: DealerRecords;
}

/** Answers orders from the merged board: no message, no lock, no wait. */
export class BoardSelector {
  #options: BoardSelectorOptions;
  readonly #index = new RowIndex();
  readonly #reader: BoardReader;
  readonly #chains: ScopeChains;
  /** Of the version that was selected from last. */
  #position: { readonly version: number; readonly position: LogPosition } | null = null;

  constructor(options: BoardSelectorOptions) {
    this.#options = options;
    this.#reader = new BoardReader(options.merged, this.#index);
    this.#chains = new ScopeChains(options.model);
  }

  /** Selects by other rules from now on. */
  useRules(rules: Rules, rulesHash: string): void {
    this.#options = { ...this.#options, rules, rulesHash };
  }

  /** Selects among these dealers too, whether they were ever observed or not. */
  know(dealerIds: readonly DealerId[]): void {
    this.#index.know(dealerIds);
  }

  /** Whether a dealer was ever observed, or is among those made known. */
  knows(dealerId: DealerId): boolean {
    return this.#index.knows(dealerId);
  }

  /** When a dealer was last heard of, in any instrument. */
  timesOf(dealerId: DealerId): DealerTimes {
    return this.#reader.read((version) => {
      const rows = this.#index.rowsOf([ALL_SCOPE], version);
      const dealer = rows.dealers.indexOf(dealerId);
      return dealer < 0 ? { tsLastQuote: null, tsLastAsk: null } : readTimes(rows, dealer);
    });
  }

  /** The same of every dealer that was observed or made known. */
  allTimes(): AllTimes {
    const { eventTime } = this;
    return this.#reader.read((version) => {
      const rows = this.#index.rowsOf([ALL_SCOPE], version);
      const dealers = rows.dealers.map((dealerId, i) => ({ dealerId, ...readTimes(rows, i) }));
      return { eventTime, dealers };
    });
  }

  /** Of the newest event, as far as every partition knows; 0 before the first. */
  get eventTime(): Micros {
    const watermark = this.headerField(HEADER.watermark);
    return watermark === 0 ? 0 : watermark + this.#options.model.latenessMicros;
  }

  /** A field of the newest merged version's header; 0 before the first event. */
  headerField(field: number): number {
    return this.#reader.read(({ header }) => header[field]!);
  }

  /** How far into the log the newest merged version has read. */
  get position(): LogPosition {
    return this.#reader.read(({ header }) => this.#positionOf(header));
  }

  /**
   * Throws FirstcallError `notReady` before the first event, `badOrder` for an order from long
   * before the watermark, whose scores are gone, and `scoreboardBusy` when the board changes
   * faster than it can be read.
   */
  select(order: SelectRequest, degradedPartitions: readonly number[]): Selection {
    const { model, modelHash, rules, rulesHash, records } = this.#options;
    return this.#reader.read((board) => {
      const { version, header } = board;
      this.#requireObserved();
      // An order may be as late as an event.
      const earliest = header[HEADER.watermark]! - model.latenessMicros;
      refusePast(order.tsEvent, earliest);
      const instrument = this.#index.instruments.get(order.instrumentId);
      const chain = this.#chains.of(order, instrument);
      const position = this.#positionAt(version, header);
      const hashes = { modelHash, rulesHash };
      const source = { model, ...hashes, position, degradedPartitions, instrument, records };
      const rows = this.#index.rowsOf(chain, board, board);
      return select(order, rules, rows, source);
    });
  }

  /**
   * How a dealer's score at a scope comes about, as of a moment; without one, as of the watermark.
   * Throws FirstcallError `notReady` and `scoreboardBusy` as `select` does, and `badQuestion` for a dealer
   * or a scope that was never observed. The moment must not be one whose scores are gone.
   */
  explain(
    dealerId: DealerId,
    scope: string,
    at: Micros | null,
    degradedPartitions: readonly number[],
  ): Explanation {
    return this.#reader.read((board) => {
      const { header } = board;
      this.#requireObserved();
      const asOf = at ?? header[HEADER.watermark]!;
      if (!this.#index.has(scope)) throw badQuestion(`scope ${scope}: nothing was observed there`);
      const chain = chainOf(scope, (id) => this.#index.instruments.get(id), asOf);
      const rows = this.#index.rowsOf(chain, board);
      const position = this.#positionOf(header);
      const source = { ...this.#options, position, degradedPartitions };
      const explanation = explain(rows, dealerId, asOf, source);
      if (explanation === null) throw badQuestion(`dealer ${dealerId}: was never observed`);
      return explanation;
    });
  }

  /** The pool has a row as soon as anything was observed. */
  #requireObserved(): void {
    if (this.#index.poolRow >= 0) return;
    const why = 'the log is empty, or still being read (see /readyz)';
    throw new FirstcallError('notReady', `no dealer has been observed yet: ${why}`);
  }

  #positionAt(version: number, header: Float64Array): LogPosition {
    if (this.#position?.version !== version) {
      this.#position = { version, position: this.#positionOf(header) };
    }
    return this.#position.position;
  }

  #positionOf(header: Float64Array): LogPosition {
    const from = HEADER.partitions;
    return {
      partitions: [...header.subarray(from, from + this.#options.partitions)],
      all: header[HEADER.allSequence]!,
      tiers: header[HEADER.tiers]!,
    };
  }
}

function refusePast(tsEvent: Micros, earliest: Micros): void {
  if (tsEvent >= earliest) return;
  const [past, log] = [tsEvent, earliest].map((t) => new Date(t / 1000).toISOString());
  const message = `tsEvent: ${past} is before ${log}, and scores of the past are not kept`;
  throw new FirstcallError('badOrder', `${message}; times are microseconds`);
}

function badQuestion(message: string): FirstcallError {
  return new FirstcallError('badQuestion', message);
}

/** Of a dealer (index) at the first scope. */
function readTimes(rows: ScoreRows, dealer: number): DealerTimes {
  return {
    tsLastQuote: newestQuote(rows, 0, dealer) || null,
    tsLastAsk: newestAsk(rows, 0, dealer) || null,
  };
}
