import { contentHash } from '../../engine/platform/hash.ts';
import { canonicalRules } from '../../engine/rules/rules.ts';
import { readRules } from '../../engine/rules/rules-file.ts';
import { BoardSelector } from '../../engine/scoreboard/board-selector.ts';
import { canonicalModel } from '../../engine/scoring/model.ts';
import { PARTITIONS } from '../scale/crowd-desk.ts';
import { EngineDesk, orderOf } from './engine-desk.ts';
import { PEER_MODEL, PEER_RULES } from './metrics.ts';
import type { SelectPeer } from './peer.ts';
import type { JudgedQuote, PeerMarket, Question } from './peer-market.ts';
import type { Best } from './sums.ts';

/** What every peer's answer stands beside: the selection that the engine's main thread makes. */
export class EngineSelection implements SelectPeer {
  readonly version = 'firstcall';
  readonly pids = [];
  readonly #market: PeerMarket;
  readonly #desk: EngineDesk;
  readonly #selector: BoardSelector;

  private constructor(market: PeerMarket, desk: EngineDesk) {
    this.#market = market;
    this.#desk = desk;
    const rules = readRules(PEER_RULES, { model: PEER_MODEL });
    this.#selector = new BoardSelector({
      merged: desk.merged,
      partitions: PARTITIONS,
      model: PEER_MODEL,
      modelHash: contentHash(canonicalModel(PEER_MODEL)),
      rules,
      rulesHash: contentHash(canonicalRules(rules)),
      records: desk.records,
    });
  }

  static async open(market: PeerMarket): Promise<EngineSelection> {
    return new EngineSelection(market, await EngineDesk.open(market));
  }

  async load(quotes: readonly JudgedQuote[]): Promise<void> {
    this.#desk.take(await this.#desk.messages(quotes));
  }

  ask(question: Question): readonly Best[] {
    return this.#selector.select(orderOf(this.#market, question), []).dealers;
  }

  async close(): Promise<void> {}
}
