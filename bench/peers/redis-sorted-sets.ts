import type { IngestPeer, SelectPeer } from './peer.ts';
import { INSTRUMENTS, type JudgedQuote, type PeerMarket, type Question } from './peer-market.ts';
import { openRedis, type RedisConnection, readPairs } from './redis-connection.ts';
import { readBest } from './redis-scripts.ts';
import { addOneByOne, readSums } from './redis-sums.ts';
import { type Best, bestOf, CALLED, type Sums } from './sums.ts';

/**
 * Redis sorted sets. In forward-decay form they keep any one decayed sum in order (ZINCRBY), but an
 * estimate is a ratio of sums of four scopes, by which a sorted set cannot sort. So what is asked here
 * is a set of composites that the application has computed, once, and would have to compute again for
 * all dealers after every quote and as time goes by.
 */
export class RedisSortedSets implements SelectPeer, IngestPeer {
  readonly #redis: RedisConnection;
  readonly #market: PeerMarket;

  private constructor(redis: RedisConnection, market: PeerMarket) {
    this.#redis = redis;
    this.#market = market;
  }

  static async open(market: PeerMarket): Promise<RedisSortedSets> {
    return new RedisSortedSets(await openRedis(), market);
  }

  get version(): string {
    return this.#redis.version;
  }

  get pids(): number[] {
    return [this.#redis.pid];
  }

  get tsAnswers(): number {
    return this.#market.ts;
  }

  async load(_: readonly JudgedQuote[], sums: Sums): Promise<void> {
    for (let instrument = 0; instrument < INSTRUMENTS; instrument++) {
      const question = this.#market.question(0, instrument, this.#market.ts);
      const ranked = bestOf(sums, question, Number.POSITIVE_INFINITY);
      const members = ranked.flatMap(({ dealerId, composite }) => [String(composite), dealerId]);
      await this.#redis.client.sendCommand(['ZADD', bestKey(instrument), ...members]);
    }
  }

  async ask({ instrument }: Question): Promise<Best[]> {
    const range = [bestKey(instrument), '0', String(CALLED - 1), 'REV', 'WITHSCORES'];
    return readBest(await this.#redis.client.sendCommand(['ZRANGE', ...range]));
  }

  ingest(quotes: readonly JudgedQuote[]): Promise<void> {
    return addOneByOne(this.#redis.client, this.#market, quotes, ({ key, dealerId, amount }) => [
      'ZINCRBY',
      key,
      amount,
      dealerId,
    ]);
  }

  sums(): Promise<Sums> {
    const { client } = this.#redis;
    return readSums(this.#market, async (key) =>
      readPairs(await client.sendCommand(['ZRANGE', key, '0', '-1', 'WITHSCORES'])),
    );
  }

  close(): Promise<void> {
    return this.#redis.close();
  }
}

const bestKey = (instrument: number): string => `best:I${instrument}`;
