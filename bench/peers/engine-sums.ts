import type { Observation } from '../../engine/lifecycle/observation.ts';
import { type BoardBuffer, createBoard, PARTITION_SHAPE } from '../../engine/scoreboard/board.ts';
import { BoardWriter } from '../../engine/scoreboard/board-writer.ts';
import { ScoreSink } from '../../engine/scoreboard/score-sink.ts';
import type { MetricName } from '../../engine/scoring/metrics.ts';
import { boardSums, nameOf } from './engine-desk.ts';
import { PEER_METRICS, PEER_MODEL } from './metrics.ts';
import { batchesOf, type IngestPeer } from './peer.ts';
import type { JudgedQuote, PeerMarket } from './peer-market.ts';
import type { Sums } from './sums.ts';

const NAMES = PEER_METRICS.map((_, metric) => nameOf(metric) as MetricName);

/** What peers do with a quote and no more: the part of a shard that adds observations to sums. */
export class EngineSums implements IngestPeer {
  readonly version = 'firstcall';
  readonly pids = [];
  readonly #market: PeerMarket;
  readonly #board: BoardBuffer = createBoard(PARTITION_SHAPE);
  readonly #writer = new BoardWriter(this.#board, true);
  readonly #sink = new ScoreSink(this.#writer, PEER_MODEL);

  constructor(market: PeerMarket) {
    this.#market = market;
  }

  ingest(quotes: readonly JudgedQuote[]): void {
    for (const batch of batchesOf(quotes)) {
      for (const quote of batch) this.#add(quote);
      this.#writer.publish();
    }
  }

  #add({ dealer, instrument, tsEvent, values }: JudgedQuote): void {
    const dealerId = this.#market.dealerIds[dealer]!;
    const scopes = this.#market.chains[instrument]!;
    for (let m = 0; m < values.length; m++) {
      const observation: Observation = {
        dealerId,
        metric: NAMES[m]!,
        value: values[m]!,
        quantity: 1,
        tsMeasured: tsEvent,
        scopes,
      };
      this.#sink.observe(observation, 1);
    }
  }

  async sums(): Promise<Sums> {
    return boardSums(this.#board, this.#market);
  }

  async close(): Promise<void> {}
}
