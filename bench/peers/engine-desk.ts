import { type BoardBuffer, createBoard, mergedShape } from '../../engine/scoreboard/board.ts';
import { MergedBoard } from '../../engine/scoreboard/merged-board.ts';
import { RowIndex } from '../../engine/scoreboard/row-index.ts';
import { metricsOf } from '../../engine/scoring/model.ts';
import type { DealerRecords } from '../../engine/selection/dealer-records.ts';
import type { OrderId } from '../../schemas/ids.ts';
import type { DealerEvent } from '../../schemas/reference.ts';
import type { SelectRequest } from '../../schemas/selection.ts';
import { CrowdDesk, type Message, PARTITIONS } from '../scale/crowd-desk.ts';
import { readScores } from '../select-in-process/naive-scores.ts';
import { quoteEvents, referenceEvents } from './market-events.ts';
import { HALF_LIFE, PEER_METRICS, PEER_MODEL } from './metrics.ts';
import { batchesOf } from './peer.ts';
import {
  type JudgedQuote,
  LANDMARK,
  type PeerMarket,
  type Question,
  START,
} from './peer-market.ts';
import { type Cell, type Sums, sumsOf } from './sums.ts';

/** Messages of 50 events; the merged board follows after so many. */
const MESSAGES_A_MERGE = 100;

/** The shards' code and the merged board, in this thread and without a log. */
export class EngineDesk {
  readonly merged: BoardBuffer = createBoard(mergedShape(PARTITIONS));
  readonly records: DealerRecords;
  readonly #market: PeerMarket;
  readonly #desk = new CrowdDesk(PEER_MODEL);
  readonly #board = new MergedBoard(this.merged, PARTITIONS, PEER_MODEL, new RowIndex());

  private constructor(market: PeerMarket) {
    this.#market = market;
    const dealers = new Map<string, DealerEvent>();
    for (const event of referenceEvents(market)) {
      if (event.kind === 'dealer') dealers.set(event.dealerId, event);
    }
    this.records = { sequence: 1, get: (id) => dealers.get(id) };
    for (const [p, board] of this.#desk.boards.entries()) this.#board.attach(p, board);
  }

  /** With dealers and instruments, and with everybody asked often enough. */
  static async open(market: PeerMarket): Promise<EngineDesk> {
    const desk = new EngineDesk(market);
    desk.take(await desk.#desk.prepare(referenceEvents(market), START));
    return desk;
  }

  /** Messages as a feed publishes them. */
  messages(quotes: readonly JudgedQuote[]): Promise<Message[]> {
    const tsClock = quotes.at(-1)!.tsEvent;
    return this.#desk.prepare(quoteEvents(this.#market, quotes), tsClock);
  }

  take(messages: readonly Message[]): void {
    for (const batch of batchesOf(messages, MESSAGES_A_MERGE)) {
      this.#desk.take(batch);
      this.#board.refresh();
    }
  }

  sums(): Sums {
    return boardSums(this.merged, this.#market);
  }
}

/** The sums of a board in the memory that is ranked by, as sums of forward weights. */
export function boardSums(board: BoardBuffer, { metrics }: PeerMarket): Sums {
  const ranked = metricsOf(PEER_MODEL).find(({ name }) => name === nameOf(0))!.ranked;
  const cells: Cell[] = [];
  for (const [scope, dealers] of readScores(board, PEER_MODEL).scopes) {
    for (const [dealerId, scores] of dealers) {
      for (let metric = 0; metric < metrics; metric++) {
        const sums = scores.sums.get(nameOf(metric))?.[ranked];
        if (sums === undefined) continue;
        const scale = 2 ** (Math.floor(sums.newest / HALF_LIFE) - LANDMARK / HALF_LIFE);
        cells.push({ scope, dealerId, metric, v: sums.v * scale, vx: sums.vx * scale });
      }
    }
  }
  return sumsOf(cells, metrics);
}

export const nameOf = (metric: number): string => `tca.${PEER_METRICS[metric]!.name}`;

export function orderOf(
  { instruments }: PeerMarket,
  { id, instrument, asOf }: Question,
): SelectRequest {
  return {
    orderId: `o${id}` as OrderId,
    instrumentId: instruments[instrument]!.instrumentId,
    side: 'buy',
    quantity: 1e6,
    tsEvent: asOf,
  };
}
