import type { Message } from '../scale/crowd-desk.ts';
import { EngineDesk } from './engine-desk.ts';
import type { IngestPeer } from './peer.ts';
import type { JudgedQuote, PeerMarket } from './peer-market.ts';
import type { Sums } from './sums.ts';

/** All that a shard does with decoded events, and the merged board that selections read. */
export class EngineShard implements IngestPeer {
  readonly version = 'firstcall';
  readonly pids = [];
  readonly #desk: EngineDesk;
  #messages: readonly Message[] = [];

  private constructor(desk: EngineDesk) {
    this.#desk = desk;
  }

  static async open(market: PeerMarket): Promise<EngineShard> {
    return new EngineShard(await EngineDesk.open(market));
  }

  async prepare(quotes: readonly JudgedQuote[]): Promise<void> {
    this.#messages = await this.#desk.messages(quotes);
  }

  ingest(): void {
    this.#desk.take(this.#messages);
  }

  async sums(): Promise<Sums> {
    return this.#desk.sums();
  }

  async close(): Promise<void> {}
}
