import { batchesOf, type IngestPeer, type SelectPeer } from './peer.ts';
import { forwardWeight, type JudgedQuote, type PeerMarket, type Question } from './peer-market.ts';
import { openRedis, type RedisConnection, sendAll } from './redis-connection.ts';
import { addPacked, askCommand, askPacked, readBest } from './redis-scripts.ts';
import { type Best, type Cell, type Sums, sumsOf } from './sums.ts';

/** Redis as its scripts are fastest: the sums of a dealer at a scope are one packed field of a hash. */
export class RedisPacked implements SelectPeer, IngestPeer {
  readonly #redis: RedisConnection;
  readonly #market: PeerMarket;
  readonly #ask: string;
  readonly #add: string;

  private constructor(redis: RedisConnection, market: PeerMarket, scripts: readonly string[]) {
    this.#redis = redis;
    this.#market = market;
    [this.#ask, this.#add] = scripts as [string, string];
  }

  static async open(market: PeerMarket): Promise<RedisPacked> {
    const redis = await openRedis();
    const texts = [askPacked(market.metrics), addPacked(market.metrics)];
    const scripts = texts.map((text) => redis.client.sendCommand(['SCRIPT', 'LOAD', text]));
    return new RedisPacked(redis, market, (await Promise.all(scripts)).map(String));
  }

  get version(): string {
    return this.#redis.version;
  }

  get pids(): number[] {
    return [this.#redis.pid];
  }

  async load(_: readonly JudgedQuote[], sums: Sums): Promise<void> {
    await sendAll(this.#redis.client, [['SADD', 'dealers', ...this.#market.dealerIds]]);
    for (const [scope, dealers] of sums) {
      const fields = [...dealers].flatMap(([dealerId, row]) => [dealerId, Buffer.from(row.buffer)]);
      await sendAll(this.#redis.client, [['HSET', scope, ...fields]]);
    }
  }

  async ask(question: Question): Promise<Best[]> {
    return readBest(await this.#redis.client.sendCommand(askCommand(this.#ask, question)));
  }

  async ingest(quotes: readonly JudgedQuote[]): Promise<void> {
    for (const batch of batchesOf(quotes)) {
      await sendAll(
        this.#redis.client,
        batch.map((quote) => this.#addition(quote)),
      );
    }
  }

  #addition({ dealer, instrument, tsEvent, values }: JudgedQuote): string[] {
    const { chains, dealerIds } = this.#market;
    const chain = chains[instrument]!;
    const numbers = [forwardWeight(tsEvent), ...values].map(String);
    return ['EVALSHA', this.#add, String(chain.length), ...chain, dealerIds[dealer]!, ...numbers];
  }

  async sums(): Promise<Sums> {
    const { client } = this.#redis;
    const unpack = `
      local cells = {}
      for i, field in ipairs(redis.call('HGETALL', KEYS[1])) do
        if i % 2 == 1 then cells[#cells + 1] = field
        else for at = 1, #field, 8 do
          cells[#cells + 1] = string.format('%.17g', (struct.unpack('<d', field, at)))
        end end
      end
      return cells`;
    const cells: Cell[] = [];
    for (const scope of new Set(this.#market.chains.flat())) {
      const parts = (await client.sendCommand(['EVAL', unpack, '1', scope])) as string[];
      const width = 1 + 2 * this.#market.metrics;
      for (let at = 0; at < parts.length; at += width) {
        for (let metric = 0; metric < this.#market.metrics; metric++) {
          const [v, vx] = [1, 2].map((i) => Number(parts[at + i + 2 * metric]));
          cells.push({ scope, dealerId: parts[at]!, metric, v: v!, vx: vx! });
        }
      }
    }
    return sumsOf(cells, this.#market.metrics);
  }

  close(): Promise<void> {
    return this.#redis.close();
  }
}
