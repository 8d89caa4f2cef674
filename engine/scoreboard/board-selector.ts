import { FirstcallError } from '../../schemas/errors.ts';
import type { Micros } from '../../schemas/ids.ts';
import type { LogPosition, Selection, SelectRequest } from '../../schemas/selection.ts';
import type { Rules } from '../rules/rules.ts';
import type { Model } from '../scoring/model.ts';
import { scopeChain } from '../scoring/scopes.ts';
import { select } from '../selection/select.ts';
import { type BoardBuffer, HEADER } from './board.ts';
import { BoardReader } from './board-reader.ts';
import { RowIndex } from './row-index.ts';

export interface BoardSelectorOptions {
  readonly merged: BoardBuffer;
  readonly partitions: number;
  readonly model: Model;
  readonly modelHash: string;
  readonly rules: Rules;
  readonly rulesHash: string;
}

/** Answers orders from the merged board: no message, no lock, no wait. */
export class BoardSelector {
  readonly #options: BoardSelectorOptions;
  readonly #index = new RowIndex();
  readonly #reader: BoardReader;

  constructor(options: BoardSelectorOptions) {
    this.#options = options;
    this.#reader = new BoardReader(options.merged, this.#index);
  }

  /** A field of the newest merged version's header; 0 before the first event. */
  headerField(field: number): number {
    return this.#reader.read(({ header }) => header[field]!);
  }

  /**
   * Throws FirstcallError `notReady` before the first event, `badOrder` for an order from long
   * before the watermark, whose scores are gone, and `scoreboardBusy` when the board changes
   * faster than it can be read.
   */
  select(order: SelectRequest, degradedPartitions: readonly number[]): Selection {
    const { model, modelHash, rules, rulesHash } = this.#options;
    return this.#reader.read(({ cells, blocks, header }) => {
      if (header[HEADER.rows] === 0) {
        const why = 'the log is empty, or still being read (see /readyz)';
        throw new FirstcallError('notReady', `no dealer has been observed yet: ${why}`);
      }
      // An order may be as late as an event.
      refusePast(order.tsEvent, header[HEADER.watermark]! - model.latenessMicros);
      const instrument = this.#index.instruments.get(order.instrumentId);
      const chain = scopeChain(order.instrumentId, instrument, order.tsEvent);
      const position = this.#positionOf(header);
      const source = { model, modelHash, rulesHash, position, degradedPartitions, instrument };
      return select(order, rules, this.#index.rowsOf(chain, cells, blocks), source);
    });
  }

  #positionOf(header: Float64Array): LogPosition {
    const from = HEADER.partitions;
    return {
      partitions: [...header.subarray(from, from + this.#options.partitions)],
      all: header[HEADER.allSequence]!,
    };
  }
}

function refusePast(tsEvent: Micros, earliest: Micros): void {
  if (tsEvent >= earliest) return;
  const [order, log] = [tsEvent, earliest].map((t) => new Date(t / 1000).toISOString());
  const message = `tsEvent: ${order} is before ${log}, and scores of the past are not kept`;
  throw new FirstcallError('badOrder', `${message}; times are microseconds`);
}
