import { batchesOf, type IngestPeer, type SelectPeer } from './peer.ts';
import type { JudgedQuote, PeerMarket, Question } from './peer-market.ts';
import { openRedis, type RedisConnection, readPairs, sendAll } from './redis-connection.ts';
import { ASK_NUMBERS, askCommand, readBest } from './redis-scripts.ts';
import { addOneByOne, readSums } from './redis-sums.ts';
import { type Best, cellsOf, type Sums } from './sums.ts';

/** Redis as it is first thought of: sums are numbers in hashes, added to one by one, read by a script. */
export class RedisNumbers implements SelectPeer, IngestPeer {
  readonly #redis: RedisConnection;
  readonly #market: PeerMarket;
  readonly #ask: string;

  private constructor(redis: RedisConnection, market: PeerMarket, ask: string) {
    this.#redis = redis;
    this.#market = market;
    this.#ask = ask;
  }

  static async open(market: PeerMarket): Promise<RedisNumbers> {
    const redis = await openRedis();
    const ask = await redis.client.sendCommand(['SCRIPT', 'LOAD', ASK_NUMBERS]);
    return new RedisNumbers(redis, market, String(ask));
  }

  get version(): string {
    return this.#redis.version;
  }

  get pids(): number[] {
    return [this.#redis.pid];
  }

  async load(_: readonly JudgedQuote[], sums: Sums): Promise<void> {
    for (const cells of batchesOf([...cellsOf(sums)])) {
      const commands = cells.flatMap(({ scope, metric, dealerId, v, vx }) => [
        ['HSET', `${scope}:${metric}:v`, dealerId, String(v)],
        ['HSET', `${scope}:${metric}:vx`, dealerId, String(vx)],
      ]);
      await sendAll(this.#redis.client, commands);
    }
  }

  async ask(question: Question): Promise<Best[]> {
    return readBest(await this.#redis.client.sendCommand(askCommand(this.#ask, question)));
  }

  ingest(quotes: readonly JudgedQuote[]): Promise<void> {
    return addOneByOne(this.#redis.client, this.#market, quotes, ({ key, dealerId, amount }) => [
      'HINCRBYFLOAT',
      key,
      dealerId,
      amount,
    ]);
  }

  sums(): Promise<Sums> {
    const { client } = this.#redis;
    return readSums(this.#market, async (key) =>
      readPairs(await client.sendCommand(['HGETALL', key])),
    );
  }

  close(): Promise<void> {
    return this.#redis.close();
  }
}
