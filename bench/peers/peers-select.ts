import type { Bench, BenchContext } from '../support/bench.ts';
import { Latencies } from '../support/latencies.ts';
import { type BenchReport, type Check, latencyTable } from '../support/report.ts';
import { interleave } from '../support/rounds.ts';
import { cellOf, targetFigure } from '../support/target-figure.ts';
import type { TargetName } from '../targets.ts';
import { PEER_METRICS } from './metrics.ts';
import { SELECT_PEERS, type SelectName } from './peer-list.ts';
import { DEALERS, INSTRUMENTS } from './peer-market.ts';
import { missingPeers } from './peer-packages.ts';
import { openPeers, versionsNote } from './peer-processes.ts';
import { costTable, type PeerSeries, SPEED_UP, speedUpTable } from './peers-tables.ts';
import type { AskResult, Verdict } from './select-peer-role.ts';

const NAMES = Object.keys(SELECT_PEERS) as SelectName[];
const BEHIND_SOCKETS = NAMES.filter((name) => /WebSocket|Redis/.test(name));
/** At least one of every dealer in every instrument. */
const QUOTES = 15_000;
const QUICK_QUOTES = 10_000;
/** Two to three weeks of event time in all. */
const MARKET = { seed: 7, metrics: PEER_METRICS.length, spacing: 120e6 };
/** What a selection is to be so many times as fast as. */
const WANTED = [
  { target: 'selectionClickHouse', peer: 'ClickHouse, ready rows' },
  { target: 'selectionRedisPacked', peer: 'Redis, Lua on packed hashes' },
  { target: 'selectionRedisNumbers', peer: 'Redis, Lua on hashes of numbers' },
] as const satisfies readonly { target: TargetName; peer: SelectName }[];
/** Composites are the same sums, added in another order. */
const COMPOSITE_TOLERANCE = 1e-9;

export const peersSelect: Bench = {
  name: 'peers-select',
  question:
    'What does "5 of 500 dealers, 8 metrics, 4 scopes, now" take where else one might ask it?',
  load:
    `questions about ${INSTRUMENTS} instruments, ${DEALERS} dealers with evidence in each, a process for each ` +
    'contender, asked one after another without a pause: what is timed has no queue.',
  missing: missingPeers,
  run,
};

async function run(context: BenchContext): Promise<BenchReport> {
  const { effort, progress } = context;
  const settings = { market: MARKET, quotes: effort.quick ? QUICK_QUOTES : QUOTES };
  const peers = await openPeers(context, 'select-peer', NAMES, settings);
  progress('seeing that all answer the same');
  const verdicts: Verdict[] = [];
  for (const { child } of peers) verdicts.push(await child.call<Verdict>('judge'));
  const seconds = effort.seconds / (peers.length * effort.rounds);
  const contenders = peers.map(({ name, child }) => ({
    name,
    measure: () => child.call<AskResult>('ask', seconds),
  }));
  const rounds = await interleave(effort.rounds, contenders, progress);
  for (const { child } of peers) await child.call('close');
  const series = rounds.map(
    (results, i): PeerSeries => ({
      contender: NAMES[i]!,
      rounds: results.map(({ latencies }) => Latencies.decode(latencies)),
      cpuMicros: results.map(({ cpuMicros }) => cpuMicros),
    }),
  );
  const { tables, selection } = tablesOf(series);
  return {
    tables,
    checks: verdicts.map((verdict, i) => checkOf(NAMES[i]!, verdict)),
    notes: [
      versionsNote(peers),
      'A selection also applies rules, says why, and lists the other 495 dealers; the ranking alone and ' +
        'all peers answer five names with their composites.',
      'The sorted set repeats composites that were computed when it was loaded; it cannot compute them.',
    ],
    targets: WANTED.map(({ target, peer }) =>
      targetFigure(target, cellOf(selection, peer, SPEED_UP)),
    ),
  };
}

function tablesOf(series: readonly PeerSeries[]) {
  const of = (name: SelectName) => series.find(({ contender }) => contender === name)!;
  const engine = of('engine, selection');
  const others = (names: readonly SelectName[]) => names.map(of);
  const inProcess = NAMES.filter((name) => !BEHIND_SOCKETS.includes(name));
  const websocket = of('engine over WebSocket');
  const wanted = others(WANTED.map(({ peer }) => peer));
  const selection = speedUpTable(engine, wanted);
  const tables = [
    latencyTable('in the process that asks', engine, others(inProcess.slice(1))),
    latencyTable('behind a socket on the same machine', websocket, others(BEHIND_SOCKETS.slice(1))),
    costTable(series, engine),
    selection,
    speedUpTable(of('engine, ranking alone'), wanted),
  ];
  return { tables, selection };
}

function checkOf(name: SelectName, { asked, same, largestDifference }: Verdict): Check {
  return {
    name: `${name}: the right five in the right order, composites within ${COMPOSITE_TOLERANCE}`,
    passed: same === asked && largestDifference <= COMPOSITE_TOLERANCE,
    detail: `${same} of ${asked} answers, largest difference ${largestDifference.toExponential(1)}`,
  };
}
