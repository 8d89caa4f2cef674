import { logNames } from '../../schemas/subjects.ts';
import { connectClient } from '../select-websocket/connect-client.ts';
import type { Bench, BenchContext } from '../support/bench.ts';
import { startEngineProcess } from '../support/engine-process.ts';
import { Latencies } from '../support/latencies.ts';
import { fillLog, natsVersionNote, startLogServer } from '../support/log-server.ts';
import { eventCount, MarketTape } from '../support/market-tape.ts';
import { type BenchReport, type Check, latencyTable } from '../support/report.ts';
import { RoleProcess } from '../support/role.ts';
import { interleave } from '../support/rounds.ts';
import { cellOf, targetFigure } from '../support/target-figure.ts';
import { gcTable } from './gc-table.ts';
import {
  EVENTS_PER_SECOND_MAX,
  highestRate,
  LAG_MS_MAX,
  SHARE_OF_HIGHEST,
} from './highest-rate.ts';
import { LoadedEngine, type LoadedRound } from './loaded-engine.ts';
import { HISTORY_PIECE_MICROS, type MarketTargets } from './market-role.ts';

const PARTITIONS = 8;
const RANK_TICK_MS = 100;
/** So many that a second of event time has some hundred events. */
const MARKET = {
  seed: 9,
  dealers: 40,
  instruments: 200,
  rfqsPerDay: 500_000,
  partitions: PARTITIONS,
};
const HISTORY_EVENTS = 50_000;
const REQUESTS_PER_SECOND = 250;
const WARM_UP_SECONDS = 1;
const WARM_UP_PER_SECOND = 1_500;

export const selectUnderLoad: Bench = {
  name: 'select-under-load',
  question:
    'How long does an order wait for its selection over a WebSocket while the engine ingests?',
  load:
    `a client process sends ${REQUESTS_PER_SECOND} requests a second whether or not they are answered, and counts ` +
    `from when each was due, while a feed publishes events: ${SHARE_OF_HIGHEST * 100}% of the highest rate that the ` +
    `engine applies without falling behind, up to ${EVENTS_PER_SECOND_MAX.toLocaleString('en-US')} a second. The baseline is a bare ` +
    'uWebSockets.js echo of as many bytes, in a process beside the engine, which ingests the same meanwhile.',
  run,
};

async function run(context: BenchContext): Promise<BenchReport> {
  const { effort, progress } = context;
  const { engine, replyBytes, version } = await startAll(context);
  progress('warming up');
  for (const target of ['engine', 'echo'] as const) {
    const warmUp = { target, perSecond: WARM_UP_PER_SECOND, seconds: WARM_UP_SECONDS };
    await engine.measure(warmUp, 0);
  }
  const given = effort.eventsPerSecond;
  const rates = [0, given ?? (await highestRate(engine, REQUESTS_PER_SECOND, progress))];
  const seconds = effort.seconds / (2 * rates.length * effort.rounds);
  const parts: { rate: number; fromEngine: LoadedRound[]; fromEcho: LoadedRound[] }[] = [];
  for (const rate of rates) {
    progress(`${rate} events a second`);
    const contenders = (['engine', 'echo'] as const).map((target) => ({
      name: target,
      measure: () => engine.measure({ target, perSecond: REQUESTS_PER_SECOND, seconds }, rate),
    }));
    const [fromEngine, fromEcho] = await interleave(effort.rounds, contenders, progress);
    parts.push({ rate, fromEngine: fromEngine!, fromEcho: fromEcho! });
  }
  const tables = parts.map(({ rate, fromEngine, fromEcho }) =>
    latencyTable(titleOf(rate), series('uWebSockets.js echo', fromEcho), [
      series('engine', fromEngine),
    ]),
  );
  const [loaded, pauses] = [
    tables.at(-1)!,
    parts.at(-1)!.fromEngine.map((round) => round.longestGcMs),
  ];
  return {
    targets: [
      targetFigure('selectionUnderLoad', cellOf(loaded, 'engine', 'x p50')),
      targetFigure('selectionUnderLoadP99', cellOf(loaded, 'engine', 'x p99')),
      targetFigure('longestGc', Math.max(...pauses)),
    ],
    tables: [
      ...tables,
      gcTable(parts.map(({ rate, fromEngine }) => ({ title: titleOf(rate), rounds: fromEngine }))),
    ],
    checks: parts.flatMap(({ rate, fromEngine, fromEcho }) => [
      allAnswered(rate, fromEngine, fromEcho),
      ...(rate === 0 || given !== null ? [] : [keptUp(rate, fromEngine, fromEcho)]),
    ]),
    notes: [
      version,
      `replies of ${replyBytes} bytes, 40 dealers, two shards, ${REQUESTS_PER_SECOND} requests a second`,
      'every event that was published was applied before the next round',
      ...parts.map(({ rate, fromEngine, fromEcho }) => lagNote(rate, fromEngine, fromEcho)),
    ],
  };
}

const titleOf = (rate: number): string =>
  rate === 0 ? 'no events' : `${rate.toLocaleString('en-US')} events/s`;

const series = (contender: string, rounds: readonly LoadedRound[]) => ({
  contender,
  rounds: rounds.map(({ latencies }) => Latencies.decode(latencies)),
});

async function startAll(context: BenchContext) {
  const { defer, progress } = context;
  const server = await startLogServer(context);
  const tape = new MarketTape(MARKET);
  const messages = await tape.take(HISTORY_EVENTS, HISTORY_PIECE_MICROS);
  await fillLog(server, logNames(), PARTITIONS, messages);
  const settings = {
    natsUrl: server.url,
    log: '',
    partitions: PARTITIONS,
    rankTickMs: RANK_TICK_MS,
  };
  const engine = await startEngineProcess(settings);
  defer(() => engine.stop());
  const instrumentIds = tape.market.instruments.map((instrument) => instrument.instrumentId);
  const orders = { instrumentIds, ts: tape.ts };
  const { client, replyBytes } = await connectClient(context, engine.wsUrl, orders);
  const market = new RoleProcess('market');
  defer(() => market.stop());
  const targets: MarketTargets = {
    natsUrl: server.url,
    tape: MARKET,
    historyEvents: HISTORY_EVENTS,
  };
  await market.call('connect', targets);
  const events = eventCount(messages.filter(({ partition }) => partition !== 'all'));
  progress(`replies of ${replyBytes} bytes`);
  return {
    engine: new LoadedEngine(engine, market, client, events),
    replyBytes,
    version: natsVersionNote(server),
  };
}

function allAnswered(
  rate: number,
  engine: readonly LoadedRound[],
  echo: readonly LoadedRound[],
): Check {
  const sum = (rounds: readonly LoadedRound[], key: 'sent' | 'good') =>
    rounds.reduce((total, round) => total + round[key], 0);
  return {
    name: `${titleOf(rate)}: every request got its own answer, in order, of five dealers`,
    passed: [engine, echo].every((rounds) => sum(rounds, 'good') === sum(rounds, 'sent')),
    detail: `engine ${sum(engine, 'good')} of ${sum(engine, 'sent')}, echo ${sum(echo, 'good')} of ${sum(echo, 'sent')}`,
  };
}

function keptUp(rate: number, engine: readonly LoadedRound[], echo: readonly LoadedRound[]): Check {
  const { lagMs, behind } = lagOf(engine, echo);
  return {
    name: `${titleOf(rate)}: the engine did not fall behind`,
    passed: lagMs < LAG_MS_MAX && behind < (rate * LAG_MS_MAX) / 1000,
    detail: lagText(lagMs, behind),
  };
}

function lagNote(rate: number, engine: readonly LoadedRound[], echo: readonly LoadedRound[]) {
  const { lagMs, behind } = lagOf(engine, echo);
  return `${titleOf(rate)}: ${lagText(lagMs, behind)}`;
}

const lagText = (lagMs: number, behind: number): string =>
  `the engine was ${lagMs} ms behind at most while it was asked, and ${behind} events at the end of a round`;

function lagOf(engine: readonly LoadedRound[], echo: readonly LoadedRound[]) {
  return {
    lagMs: Math.max(...engine.map(({ lagMsMax }) => lagMsMax)),
    behind: Math.max(...[...engine, ...echo].map((round) => round.behind)),
  };
}
