import { BoardReader } from '../../engine/scoreboard/board-reader.ts';
import { RowIndex } from '../../engine/scoreboard/row-index.ts';
import { resolveWeights } from '../../engine/scoring/composite.ts';
import { rankedScope } from '../../engine/scoring/scopes.ts';
import { finestWithEvidence, rank } from '../../engine/selection/rank.ts';
import { EngineDesk, nameOf } from './engine-desk.ts';
import { PEER_METRICS, PEER_MODEL } from './metrics.ts';
import type { SelectPeer } from './peer.ts';
import type { JudgedQuote, PeerMarket, Question } from './peer-market.ts';
import { type Best, CALLED } from './sums.ts';

const WEIGHTS = resolveWeights(
  Object.fromEntries(PEER_METRICS.map(({ weight }, metric) => [nameOf(metric), weight])),
  PEER_MODEL,
);

/** What peers answer and no more: the part of a selection that ranks, without rules, reasons and records. */
export class EngineRanking implements SelectPeer {
  readonly version = 'firstcall';
  readonly pids = [];
  readonly #desk: EngineDesk;
  readonly #index = new RowIndex();
  readonly #reader: BoardReader;

  private constructor(desk: EngineDesk) {
    this.#desk = desk;
    this.#reader = new BoardReader(desk.merged, this.#index);
  }

  static async open(market: PeerMarket): Promise<EngineRanking> {
    return new EngineRanking(await EngineDesk.open(market));
  }

  async load(quotes: readonly JudgedQuote[]): Promise<void> {
    this.#desk.take(await this.#desk.messages(quotes));
  }

  ask({ chain, asOf }: Question): Best[] {
    return this.#reader.read((board) => {
      const rows = this.#index.rowsOf(chain, board, board);
      const segment = chain.indexOf(rankedScope(chain));
      const ranking = rank(rows, {
        asOf,
        model: PEER_MODEL,
        weights: WEIGHTS,
        rankedScope: finestWithEvidence(rows, segment, asOf, PEER_MODEL),
      });
      return Array.from(ranking.order.subarray(0, CALLED), (dealer) => ({
        dealerId: rows.dealers[dealer]!,
        composite: ranking.composites[dealer]!,
      }));
    });
  }

  async close(): Promise<void> {}
}
