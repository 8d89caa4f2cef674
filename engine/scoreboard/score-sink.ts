import type { AxeEvent, TickEvent } from '../../schemas/events.ts';
import type { DealerId, InstrumentId, Micros } from '../../schemas/ids.ts';
import type { Observation, ObservationSink } from '../lifecycle/observation.ts';
import { AXE_TO_BUY, AXE_TO_SELL, MARKET } from '../scoring/block.ts';
import { Addition } from '../scoring/cell.ts';
import { type DecayTime, decayTime, moveTo } from '../scoring/decay.ts';
import { moveMarket, noteTrade } from '../scoring/market-mark.ts';
import { writeAxe } from '../scoring/marks.ts';
import { type Model, metricsOf } from '../scoring/model.ts';
import { NEWEST_ASK, NEWEST_QUOTE } from '../scoring/row-memory.ts';
import { ALL_SCOPE, POOL_DEALER } from '../scoring/scopes.ts';
import type { BoardWriter } from './board-writer.ts';

/** Rows of a chain and a dealer. Rows never move, so that they hold for good. */
interface Rows {
  scopes: readonly string[];
  /** Null: the rows are of nobody. */
  dealerId: DealerId | null;
  readonly rows: number[];
}

/** Adds observations to every scope that they count for, and to the pool of all dealers at `ALL`. */
export class ScoreSink implements ObservationSink {
  readonly #writer: BoardWriter;
  /** By metric; those of the same half-lives share an addition, since most of one come at one moment. */
  readonly #columns = new Map<string, { readonly column: number; readonly addition: Addition }>();
  /** Scope indices by chain; chains are few and shared (Reference.scopes). */
  readonly #chains = new WeakMap<readonly string[], Int32Array>();

  /** Of the last observation: a dealer's results in one RFQ come one after another. */
  readonly #last: Rows = { scopes: [], dealerId: null, rows: [] };
  #poolRow = -1;
  /** By instrument: the row that holds its market. */
  readonly #marketRows = new Map<InstrumentId, number>();
  readonly #tickTime: DecayTime;
  #tsTick = 0;

  constructor(writer: BoardWriter, model: Model) {
    this.#writer = writer;
    this.#tickTime = decayTime(0, model.halfLifeMicros.base);
    const shared = new Map<string, Addition>();
    for (const { name, column, halfLives } of metricsOf(model)) {
      const key = halfLives.join();
      const addition = shared.get(key) ?? new Addition(0, halfLives);
      shared.set(key, addition);
      this.#columns.set(name, { column, addition });
    }
  }

  observe(observation: Observation, sign: 1 | -1): void {
    const { scopes, dealerId, tsMeasured, value, quantity } = observation;
    const { column, addition } = this.#columns.get(observation.metric)!;
    addition.moveTo(tsMeasured);
    addition.set(value, quantity, sign);
    const writer = this.#writer;
    const rows = this.#rowsOf(scopes, dealerId);
    for (let i = 0; i < rows.length; i++) writer.add(rows[i]!, column, addition);
    writer.add(this.#pool(), column, addition);
  }

  /** A dealer's axe stands at the instrument's own scope until its next one on that side. */
  standingAxe({ dealerId, instrumentId, dealerSide, ...axe }: AxeEvent): void {
    const scope = this.#writer.scopeIndex(`instrument:${instrumentId}`);
    const row = this.#writer.row(scope, this.#writer.dealerIndex(dealerId));
    const column = dealerSide === 'buy' ? AXE_TO_BUY : AXE_TO_SELL;
    const at = row < 0 ? -1 : this.#writer.cell(row, column);
    if (at >= 0) writeAxe(this.#writer.cells, at, { ...axe, price: axe.price ?? null });
  }

  newestQuote(dealerId: DealerId, scopes: readonly string[], tsEvent: Micros): void {
    this.#raise(dealerId, scopes, NEWEST_QUOTE, tsEvent);
  }

  newestAsk(dealerId: DealerId, scopes: readonly string[], tsSent: Micros): void {
    this.#raise(dealerId, scopes, NEWEST_ASK, tsSent);
  }

  newestTick({ instrumentId, tsEvent, bid, ask }: TickEvent, mid: number): void {
    const at = this.#marketCell(instrumentId);
    if (at < 0) return;
    if (tsEvent !== this.#tsTick) moveTo(this.#tickTime, tsEvent);
    this.#tsTick = tsEvent;
    const tick = { tsEvent, mid, bid: bid ?? null, ask: ask ?? null };
    moveMarket(this.#writer.cells, at, tick, this.#tickTime);
  }

  traded(instrumentId: InstrumentId, tsEvent: Micros): void {
    const at = this.#marketCell(instrumentId);
    if (at >= 0) noteTrade(this.#writer.cells, at, tsEvent);
  }

  #marketCell(instrumentId: InstrumentId): number {
    const writer = this.#writer;
    let row = this.#marketRows.get(instrumentId);
    if (row === undefined) {
      const scope = writer.scopeIndex(`instrument:${instrumentId}`);
      row = writer.row(scope, writer.dealerIndex(POOL_DEALER));
      if (row >= 0) this.#marketRows.set(instrumentId, row);
    }
    return row < 0 ? -1 : writer.cell(row, MARKET);
  }

  #raise(dealerId: DealerId, scopes: readonly string[], time: number, t: Micros): void {
    const rows = this.#rowsOf(scopes, dealerId);
    const { newest } = this.#writer;
    for (let i = 0; i < rows.length; i++) newest.raise(rows[i]!, time, t);
  }

  /** The pool's row, opened with the first observation; -1 where the board has no room. */
  #pool(): number {
    if (this.#poolRow < 0) {
      const writer = this.#writer;
      const scope = writer.scopeIndex(ALL_SCOPE);
      this.#poolRow = writer.row(scope, writer.dealerIndex(POOL_DEALER));
    }
    return this.#poolRow;
  }

  /** A dealer's rows at some scopes, until the next call; -1 where the board has no room. */
  #rowsOf(scopes: readonly string[], dealerId: DealerId): readonly number[] {
    const last = this.#last;
    const { rows } = last;
    if (scopes === last.scopes && dealerId === last.dealerId) return rows;
    const writer = this.#writer;
    const dealer = writer.dealerIndex(dealerId);
    const indices = this.#scopeIndices(scopes);
    let isWhole = true;
    rows.length = indices.length;
    for (let i = 0; i < indices.length; i++) {
      const row = writer.row(indices[i]!, dealer);
      rows[i] = row;
      if (row < 0) isWhole = false;
    }
    last.scopes = scopes;
    // What is refused is counted for each observation.
    last.dealerId = isWhole ? dealerId : null;
    return rows;
  }

  #scopeIndices(scopes: readonly string[]): Int32Array {
    let indices = this.#chains.get(scopes);
    if (indices === undefined) {
      indices = Int32Array.from(scopes, (scope) => this.#writer.scopeIndex(scope));
      this.#chains.set(scopes, indices);
    }
    return indices;
  }
}
