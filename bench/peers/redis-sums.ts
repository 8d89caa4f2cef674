import { batchesOf } from './peer.ts';
import type { JudgedQuote, PeerMarket } from './peer-market.ts';
import { COMMANDS_A_BATCH, type RedisClient, sendAll } from './redis-connection.ts';
import { additionsOf, type Cell, type Sums, sumsOf } from './sums.ts';

/** What is to be added where: sum v of a metric and scope stands under `<scope>:<metric>:v`, sum v x under `:vx`. */
interface Increment {
  readonly key: string;
  readonly dealerId: string;
  readonly amount: string;
}

/** Two sums of each metric, at four scopes and in the pool. */
const incrementsAQuote = ({ metrics, chains }: PeerMarket): number =>
  2 * metrics * (chains[0]!.length + 1);

function* incrementsOf(market: PeerMarket, quotes: readonly JudgedQuote[]): Generator<Increment> {
  for (const { scope, dealerId, metric, v, vx } of additionsOf(market, quotes)) {
    const key = `${scope}:${metric}`;
    yield { key: `${key}:v`, dealerId, amount: String(v) };
    yield { key: `${key}:vx`, dealerId, amount: String(vx) };
  }
}

/** Adds quotes to sums, a command for each increment. */
export async function addOneByOne(
  client: RedisClient,
  market: PeerMarket,
  quotes: readonly JudgedQuote[],
  commandOf: (increment: Increment) => string[],
): Promise<void> {
  const size = COMMANDS_A_BATCH / incrementsAQuote(market);
  for (const batch of batchesOf(quotes, size)) {
    await sendAll(client, Array.from(incrementsOf(market, batch), commandOf));
  }
}

/** All sums, of which `read` gives those under a key, by dealer. */
export async function readSums(
  { chains, metrics }: PeerMarket,
  read: (key: string) => Promise<ReadonlyMap<string, number>>,
): Promise<Sums> {
  const cells: Cell[] = [];
  for (const scope of new Set(chains.flat())) {
    for (let metric = 0; metric < metrics; metric++) {
      const vs = await read(`${scope}:${metric}:v`);
      const vxs = await read(`${scope}:${metric}:vx`);
      for (const [dealerId, v] of vs) {
        cells.push({ scope, dealerId, metric, v, vx: vxs.get(dealerId)! });
      }
    }
  }
  return sumsOf(cells, metrics);
}
