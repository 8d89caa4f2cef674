import type { Speed } from '../support/report.ts';
import type { RoleMethods } from '../support/role.ts';
import type { IngestPeer } from './peer.ts';
import { INGEST_PEERS, type IngestName } from './peer-list.ts';
import { PeerMarket, type PeerMarketOptions } from './peer-market.ts';
import { type Scratch, useScratch } from './peer-processes.ts';
import { processorMicros } from './processor-time.ts';
import { addQuotes, largestDifference, type Sums } from './sums.ts';

interface IngestTask extends Scratch {
  readonly name: IngestName;
  readonly market: PeerMarketOptions;
}

/** One peer in a process of its own that is given the quotes of a market, piece after piece. */
export function ingestPeerRole(): RoleMethods {
  let fed: FedPeer | null = null;
  return {
    open: async (task: IngestTask): Promise<string> => {
      useScratch(task);
      fed = await FedPeer.open(task);
      return fed.version;
    },
    ingest: (quotes: number): Promise<Speed> => fed!.ingest(quotes),
    /** The largest difference of a sum from what it should be; null from who keeps none. */
    compare: (): Promise<number | null> => fed!.compare(),
    close: () => fed!.close(),
  };
}

class FedPeer {
  readonly #peer: IngestPeer;
  readonly #market: PeerMarket;
  readonly #right: Sums = new Map();

  private constructor(peer: IngestPeer, market: PeerMarket) {
    this.#peer = peer;
    this.#market = market;
  }

  static async open({ name, market: options }: IngestTask): Promise<FedPeer> {
    const market = new PeerMarket(options);
    return new FedPeer(await INGEST_PEERS[name](market), market);
  }

  get version(): string {
    return this.#peer.version;
  }

  async ingest(count: number): Promise<Speed> {
    const quotes = this.#market.take(count);
    addQuotes(this.#right, this.#market, quotes);
    await this.#peer.prepare?.(quotes);
    const { pids } = this.#peer;
    const cpu = processorMicros(pids);
    const start = process.hrtime.bigint();
    const { passes = 1 } = this.#peer;
    for (let pass = 0; pass < passes; pass++) await this.#peer.ingest(quotes);
    const nanos = Number(process.hrtime.bigint() - start);
    return {
      eventsPerSecond: (passes * count) / (nanos / 1e9),
      cpuSecondsPerMillion: (processorMicros(pids) - cpu) / (passes * count),
    };
  }

  async compare(): Promise<number | null> {
    const sums = await this.#peer.sums();
    return sums === null ? null : largestDifference(sums, this.#right);
  }

  close(): Promise<void> {
    return this.#peer.close();
  }
}
