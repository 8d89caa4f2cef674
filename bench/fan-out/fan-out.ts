import { isPeerInstalled, peerVersion } from '../peers/peer-packages.ts';
import type { Bench, BenchContext } from '../support/bench.ts';
import { type LogServer, natsVersionNote, startLogServer } from '../support/log-server.ts';
import type { BenchReport, Check, Table } from '../support/report.ts';
import { interleave } from '../support/rounds.ts';
import { cellOf, targetFigure } from '../support/target-figure.ts';
import type { FanOutContender, FanOutEnd } from './contender.ts';
import { Crowds } from './crowds.ts';
import { openEngine } from './engine-contender.ts';
import { fanOutTable } from './fan-out-table.ts';
import { openPeer } from './peer-contender.ts';

const SIZES = [
  { subscribers: 1_000, target: 'fanOut' },
  { subscribers: 5_000, target: 'fanOutMany' },
] as const;
type Size = (typeof SIZES)[number];
const MARKET = { seed: 9, dealers: 10, instruments: 200, rfqsPerDay: 20_000, partitions: 8 };
const HISTORY_EVENTS = 10_000;
const TOPIC = 'ALL';
const CHANGES_PER_SECOND = 100;
/** The default. */
const RANK_TICK_MS = 100;
/** Of a round, in which a server that sends each change cannot keep the pace. */
const FRAMES_OF_PEERS = 60_000;
const QUICK_FRAMES_OF_PEERS = 15_000;

const ENGINE = 'engine, uWebSockets.js';

export const fanOut: Bench = {
  name: 'fan-out',
  question:
    'What does the process that serves live rankings spend on telling a subscriber of one change?',
  load:
    `${SIZES.map(({ subscribers }) => subscribers.toLocaleString('en-US')).join(' and ')} subscribers of one ranking of ` +
    `${MARKET.dealers} dealers, ${CHANGES_PER_SECOND} quotes a second of which each changes it. An update is one ` +
    'change that one subscriber has come to know, in a frame of its own or with others in one. The engine ' +
    `(tick ${RANK_TICK_MS} ms) reads the log, scores and ranks in that process as well; the others send frames ` +
    'that were made before, each change to each client as it comes, with the same rows in the same ' +
    'MessagePack, as often as they come or as fast as the clients take them. Subscribers are in other processes.',
  run,
};

async function run(context: BenchContext): Promise<BenchReport> {
  const server = await startLogServer(context);
  const parts: { size: Size; table: Table; checks: Check[] }[] = [];
  for (const size of SIZES) {
    parts.push({ size, ...(await measureSize(context, server, size)) });
  }
  return {
    tables: parts.map(({ table }) => table),
    checks: parts.flatMap(({ checks }) => checks),
    notes: [
      natsVersionNote(server),
      isPeerInstalled('socket.io')
        ? `socket.io ${peerVersion('socket.io')}`
        : 'socket.io is not installed and was left out: npm ci --prefix bench/peers',
      '"one row" sends the quoting dealer\'s row alone, a tenth of the bytes: what else the quote has ' +
        'changed, its clients do not hear of.',
    ],
    targets: parts.map(({ size, table }) =>
      targetFigure(size.target, cellOf(table, ENGINE, 'x ws')),
    ),
  };
}

async function measureSize(
  context: BenchContext,
  server: LogServer,
  { subscribers }: Size,
): Promise<{ table: Table; checks: Check[] }> {
  const { effort, progress } = context;
  const title = `${subscribers.toLocaleString('en-US')} subscribers`;
  progress(`${title}: servers start and subscribers connect`);
  const crowds = new Crowds(context);
  const contenders = await openContenders(context, server, crowds, subscribers);
  const rounds = await interleave(effort.rounds, contenders, progress);
  const ends: { name: string; end: FanOutEnd }[] = [];
  for (const contender of contenders) {
    ends.push({ name: contender.name, end: await contender.end() });
  }
  await crowds.stop();
  for (const contender of contenders) await contender.stop();
  const [ws, ...others] = rounds.map((results, i) => ({
    contender: contenders[i]!.name,
    rounds: results,
  }));
  return {
    table: fanOutTable(title, ws!, others),
    checks: ends.map(({ name, end }) => checkOf(`${title}, ${name}`, subscribers, end)),
  };
}

async function openContenders(
  context: BenchContext,
  server: LogServer,
  crowds: Crowds,
  subscribers: number,
): Promise<FanOutContender[]> {
  const { effort } = context;
  const ranking = { tape: MARKET, historyEvents: HISTORY_EVENTS, topic: TOPIC };
  const shared = { ...ranking, crowds, subscribers, changesPerSecond: CHANGES_PER_SECOND };
  const framesOfPeers = effort.quick ? QUICK_FRAMES_OF_PEERS : FRAMES_OF_PEERS;
  const changesPerRound = Math.max(2, Math.round(framesOfPeers / subscribers));
  const peer = { ...shared, changesPerRound, rounds: effort.rounds };
  const seconds = Math.max(1, effort.seconds / (2 * SIZES.length * effort.rounds));
  const changesOfEngine = Math.round(seconds * CHANGES_PER_SECOND);
  const engine = {
    ...shared,
    server,
    rankTickMs: RANK_TICK_MS,
    changesPerRound: changesOfEngine,
  };
  const contenders = [
    await openPeer(context, 'ws, each change to each', { ...peer, library: 'ws', rows: 'changed' }),
    await openEngine(context, ENGINE, { ...engine, library: 'uws' }),
    await openEngine(context, 'engine, ws', { ...engine, library: 'ws' }),
    await openPeer(context, 'ws, one row of each', { ...peer, library: 'ws', rows: 'quoted' }),
  ];
  if (isPeerInstalled('socket.io')) {
    const options = { ...peer, library: 'socket.io', rows: 'changed' } as const;
    contenders.push(await openPeer(context, 'socket.io, each change to each', options));
  }
  return contenders;
}

function checkOf(name: string, subscribers: number, end: FanOutEnd): Check {
  const { there, differences, gaps, lost, digest, digests } = end;
  const isExact = digest === null || digests.every((each) => each === digest);
  const what = digest === null ? 'the last change' : 'the exact state';
  return {
    name: `${name}: every subscriber ends with ${what}, and no gap went unnoticed`,
    passed: there === subscribers && differences + gaps + lost === 0 && isExact,
    detail:
      `${there} of ${subscribers} are there, ${gaps} gaps, ${differences} frames that differ, ${lost} lost; ` +
      `state ${digest ?? 'not compared'}, held ${[...new Set(digests)].join(', ')}`,
  };
}
