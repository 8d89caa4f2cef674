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
import { UndoStack } from '../support/undo-stack.ts';
import { gcTable } from './gc-table.ts';
import {
  EVENTS_PER_SECOND_MAX,
  EVENTS_PER_SECOND_MIN,
  highestRate,
  LAG_MS_MAX,
  lowerRate,
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
const WARM_UP = { target: 'engine', perSecond: 1_500, seconds: 1 } as const;

export const selectUnderLoad: Bench = {
  name: 'select-under-load',
  question:
    'How long does an order wait for its selection over a WebSocket while the engine ingests?',
  load:
    `a client process sends ${REQUESTS_PER_SECOND} requests a second whether or not they are answered, and counts ` +
    `from when each was due, while a feed publishes events: ${SHARE_OF_HIGHEST * 100}% of the highest rate that the ` +
    `engine applies without falling behind, up to ${EVENTS_PER_SECOND_MAX.toLocaleString('en-US')} a second, and less if it falls behind after all. The baseline is a bare ` +
    'uWebSockets.js echo of as many bytes, in a process beside the engine, which ingests the same meanwhile.',
  run,
};

/** Rounds beside so many events a second. */
interface LoadedPart {
  readonly rate: number;
  readonly fromEngine: readonly LoadedRound[];
  readonly fromEcho: readonly LoadedRound[];
}

async function run(context: BenchContext): Promise<BenchReport> {
  const first = await startAll(context);
  const { replyBytes, version } = first;
  const idle = await measured(context, first.engine, 0);
  const given = context.effort.eventsPerSecond;
  const highest = given ?? (await highestRate(first.engine, REQUESTS_PER_SECOND, context.progress));
  await first.stop();
  const { part: busy, tooMuch } = await measuredBeside(context, highest, given !== null);
  const parts = [idle, busy];
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
    checks: parts.flatMap((part) => [
      allAnswered(part),
      ...(part.rate === 0 || given !== null ? [] : [keptUp(part)]),
    ]),
    notes: [
      version,
      `replies of ${replyBytes} bytes, 40 dealers, two shards, ${REQUESTS_PER_SECOND} requests a second`,
      'every event that was published was applied before the next round',
      ...tooMuch.map((tried) => `${titleOf(tried)}: the engine fell behind, so fewer were sent`),
      ...parts.map((part) => `${titleOf(part.rate)}: ${lagText(lagOf(part))}`),
    ],
  };
}

const titleOf = (rate: number): string =>
  rate === 0 ? 'no events' : `${rate.toLocaleString('en-US')} events/s`;

const series = (contender: string, rounds: readonly LoadedRound[]) => ({
  contender,
  rounds: rounds.map(({ latencies }) => Latencies.decode(latencies)),
});

/** Beside so many events a second, or, unless these are a must, as many as the engine then keeps up with. */
async function measuredBeside(
  context: BenchContext,
  highest: number,
  isMust: boolean,
): Promise<{ part: LoadedPart; tooMuch: readonly number[] }> {
  const tooMuch: number[] = [];
  for (let rate = highest; ; rate = lowerRate(rate)) {
    // One that has not the events of the others behind it, which it would keep for a day of their time.
    const { engine, stop } = await startAll(context);
    await engine.measure({ ...WARM_UP, perSecond: REQUESTS_PER_SECOND }, rate);
    const part = await measured(context, engine, rate);
    await stop();
    if (isMust || rate === EVENTS_PER_SECOND_MIN || keptUp(part).passed) return { part, tooMuch };
    tooMuch.push(rate);
  }
}

/** Rounds beside so many events a second. */
async function measured(
  { effort, progress }: BenchContext,
  engine: LoadedEngine,
  rate: number,
): Promise<LoadedPart> {
  progress(`${rate} events a second`);
  const seconds = effort.seconds / (4 * effort.rounds);
  const contenders = (['engine', 'echo'] as const).map((target) => {
    const options = { target, perSecond: REQUESTS_PER_SECOND, seconds };
    return { name: target, measure: () => engine.measure(options, rate) };
  });
  const [fromEngine, fromEcho] = await interleave(effort.rounds, contenders, progress);
  return { rate, fromEngine: fromEngine!, fromEcho: fromEcho! };
}

/** A log, an engine that reads it, and who asks it. */
interface Started {
  readonly engine: LoadedEngine;
  readonly replyBytes: number;
  readonly version: string;
  stop(): Promise<void>;
}

async function startAll(context: BenchContext): Promise<Started> {
  const undos = new UndoStack();
  context.defer(() => undos.run());
  const own = { ...context, defer: (undo: () => unknown) => undos.add(undo) };
  const server = await startLogServer(own);
  const tape = new MarketTape(MARKET);
  const messages = await tape.take(HISTORY_EVENTS, HISTORY_PIECE_MICROS);
  await fillLog(server, logNames(), PARTITIONS, messages);
  const natsUrl = server.url;
  const settings = { natsUrl, log: '', partitions: PARTITIONS, rankTickMs: RANK_TICK_MS };
  const process = await startEngineProcess(settings);
  own.defer(() => process.stop());
  const instrumentIds = tape.market.instruments.map((instrument) => instrument.instrumentId);
  const { client, replyBytes } = await connectClient(own, process.wsUrl, {
    instrumentIds,
    ts: tape.ts,
  });
  const market = new RoleProcess('market');
  own.defer(() => market.stop());
  const targets: MarketTargets = { natsUrl, tape: MARKET, historyEvents: HISTORY_EVENTS };
  await market.call('connect', targets);
  const events = eventCount(messages.filter(({ partition }) => partition !== 'all'));
  const engine = new LoadedEngine(process, market, client, events);
  for (const target of ['engine', 'echo'] as const) {
    await engine.measure({ ...WARM_UP, target }, 0);
  }
  return { engine, replyBytes, version: natsVersionNote(server), stop: () => undos.run() };
}

function allAnswered({ rate, fromEngine, fromEcho }: LoadedPart): Check {
  const sum = (rounds: readonly LoadedRound[], key: 'sent' | 'good') =>
    rounds.reduce((total, round) => total + round[key], 0);
  return {
    name: `${titleOf(rate)}: every request got its own answer, in order, of five dealers`,
    passed: [fromEngine, fromEcho].every((rounds) => sum(rounds, 'good') === sum(rounds, 'sent')),
    detail: `engine ${sum(fromEngine, 'good')} of ${sum(fromEngine, 'sent')}, echo ${sum(fromEcho, 'good')} of ${sum(fromEcho, 'sent')}`,
  };
}

function keptUp(part: LoadedPart): Check {
  const lag = lagOf(part);
  return {
    name: `${titleOf(part.rate)}: the engine did not fall ${LAG_MS_MAX} ms behind, nor as many milliseconds of events`,
    passed: lag.lagMs < LAG_MS_MAX && lag.behind < (part.rate * LAG_MS_MAX) / 1000,
    detail: lagText(lag),
  };
}

interface Lag {
  readonly lagMs: number;
  /** Events published and not applied. */
  readonly behind: number;
}

const lagText = ({ lagMs, behind }: Lag): string =>
  `the engine was ${lagMs} ms behind at most while it was asked, and ${behind} events at the end of a round`;

function lagOf({ fromEngine, fromEcho }: LoadedPart): Lag {
  return {
    lagMs: Math.max(...fromEngine.map(({ lagMsMax }) => lagMsMax)),
    behind: Math.max(...[...fromEngine, ...fromEcho].map((round) => round.behind)),
  };
}
