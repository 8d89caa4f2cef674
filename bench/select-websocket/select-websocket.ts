import { logNames } from '../../schemas/subjects.ts';
import type { Bench, BenchContext } from '../support/bench.ts';
import { startEngineProcess } from '../support/engine-process.ts';
import { Latencies } from '../support/latencies.ts';
import { fillLog, natsVersionNote, startLogServer } from '../support/log-server.ts';
import { eventCount, MarketTape } from '../support/market-tape.ts';
import { type BenchReport, type Check, duration, latencyTable } from '../support/report.ts';
import { interleave } from '../support/rounds.ts';
import { connectClient } from './connect-client.ts';
import type { LoadOptions, LoadResult } from './load-client.ts';

const PARTITIONS = 8;
const RANK_TICK_MS = 100;
const MARKET = { seed: 5, dealers: 40, instruments: 200, rfqsPerDay: 4000, partitions: PARTITIONS };
const HISTORY_EVENTS = 20_000;
const RATES_PER_SECOND = [500, 1000] as const;
const WARM_UP_SECONDS = 1;
const WARM_UP_PER_SECOND = 1500;

export const selectWebsocket: Bench = {
  name: 'select-websocket',
  question: 'How long does an order wait for its selection over a WebSocket, decision recorded?',
  load:
    `a client process sends ${RATES_PER_SECOND.join(' and ')} requests a second whether or not they ` +
    'are answered, and counts from when each was due; the baseline is a bare uWebSockets.js echo ' +
    'that answers as many bytes.',
  run,
};

async function run(context: BenchContext): Promise<BenchReport> {
  const { effort, progress, defer } = context;
  const server = await startLogServer(context);
  const tape = new MarketTape(MARKET);
  const messages = [...(await tape.take(HISTORY_EVENTS)), ...(await tape.settle())];
  await fillLog(server, logNames(), PARTITIONS, messages);
  const engine = await startEngineProcess({
    natsUrl: server.url,
    log: '',
    partitions: PARTITIONS,
    rankTickMs: RANK_TICK_MS,
  });
  defer(() => engine.stop());
  const instrumentIds = tape.market.instruments.map((instrument) => instrument.instrumentId);
  const orders = { instrumentIds, ts: tape.ts };
  const { client, replyBytes } = await connectClient(context, engine.wsUrl, orders);
  const measure = (options: LoadOptions) => client.call<LoadResult>('measure', options);
  const seconds = effort.seconds / (2 * RATES_PER_SECOND.length * effort.rounds);
  progress(`replies of ${replyBytes} bytes; warming up`);
  for (const target of ['engine', 'echo'] as const) {
    await measure({ target, perSecond: WARM_UP_PER_SECOND, seconds: WARM_UP_SECONDS });
  }
  const parts = [];
  for (const perSecond of RATES_PER_SECOND) {
    progress(`${perSecond} requests a second`);
    const contenders = (['engine', 'echo'] as const).map((target) => ({
      name: target,
      measure: () => measure({ target, perSecond, seconds }),
    }));
    const [fromEngine, fromEcho] = await interleave(effort.rounds, contenders, progress);
    parts.push(summarise(perSecond, fromEngine!, fromEcho!));
  }
  return {
    tables: parts.map(({ table }) => table),
    checks: parts.map(({ check }) => check),
    notes: [
      natsVersionNote(server),
      `replies of ${replyBytes} bytes, 40 dealers, ${eventCount(messages)} events in the log`,
      ...parts.map(({ note }) => note),
    ],
  };
}

function summarise(perSecond: number, engine: readonly LoadResult[], echo: readonly LoadResult[]) {
  const series = (contender: string, results: readonly LoadResult[]) => ({
    contender,
    rounds: results.map(({ latencies }) => Latencies.decode(latencies)),
  });
  const lag = Latencies.merge(
    [...engine, ...echo].map((result) => Latencies.decode(result.sendLag)),
  );
  const sent = (results: readonly LoadResult[]) => results.reduce((sum, r) => sum + r.sent, 0);
  const good = (results: readonly LoadResult[]) => results.reduce((sum, r) => sum + r.good, 0);
  const check: Check = {
    name: `${perSecond}/s: every request got its own answer, in order, of five dealers`,
    passed: good(engine) === sent(engine) && good(echo) === sent(echo),
    detail: `engine ${good(engine)} of ${sent(engine)}, echo ${good(echo)} of ${sent(echo)}`,
  };
  return {
    table: latencyTable(`${perSecond} requests/s`, series('uWebSockets.js echo', echo), [
      series('engine', engine),
    ]),
    check,
    note: `${perSecond}/s: the client itself sent late by ${duration(lag.quantile(0.5))} (p50), ${duration(lag.quantile(0.99))} (p99), which is in both`,
  };
}
