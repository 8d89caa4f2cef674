import { readLogExtent } from '../../engine/platform/log-streams.ts';
import { logNames } from '../../schemas/subjects.ts';
import type { Bench, BenchContext } from '../support/bench.ts';
import { fillLog, type LogServer, natsVersionNote, startLogServer } from '../support/log-server.ts';
import { MarketTape, type TapeMessage } from '../support/market-tape.ts';
import type { Probe } from '../support/probe-publisher.ts';
import { type BenchReport, type Check, latencyTable, type Table } from '../support/report.ts';
import { RoleProcess } from '../support/role.ts';
import { interleave } from '../support/rounds.ts';
import { type Cell, cellOf, targetFigure } from '../support/target-figure.ts';
import type { LoadPlan, LoadRound } from './load-role.ts';
import { type ScoreRound, scoreRound } from './score-round.ts';
import type { Applied, Sighting, SightingTask } from './sighting-role.ts';

const PARTITIONS = 8;
const MARKET = {
  seed: 9,
  dealers: 40,
  instruments: 200,
  rfqsPerDay: 20_000,
  partitions: PARTITIONS,
};
/** Each thread compiles the code for itself, and goes on compiling for long. */
const HISTORY_EVENTS = 100_000;
const PROBES_PER_SECOND = 100;
const BACKGROUNDS = [
  { of: 'market', perSecond: 1_000, name: 'beside 1,000 events/s of RFQs' },
  { of: 'prices', perSecond: 20_000, name: 'beside 20,000 ticks and streamed quotes/s' },
] as const;
/** As many as an engine has shards by default. */
const THREADS = 2;
/** At the load that is measured; what falls into it does not count. */
const WARM_UP_SECONDS = 2;
/** How long the last events may take to be seen. */
const SEEN_MS_MAX = 10_000;
const LOOK_AGAIN_MS = 200;

const CONTENDERS = [
  { what: 'scoreboard', name: 'on the scoreboard' },
  { what: 'bare', name: 'bare nats.js consumers' },
] as const;

export const publishToScore: Bench = {
  name: 'publish-to-score',
  question:
    'How long after an event is published can another thread read it on the scoreboard of its partition?',
  load:
    `${PROBES_PER_SECOND} quotes a second at random moments, counted from when each was due, beside a ` +
    'market in messages of up to 50 events as a feed makes them. The baseline is as many threads of the same kind whose nats.js consumers do ' +
    'nothing but say in shared memory that a message has come; a third thread waits for the one and the other ' +
    'in the same way. Each round has a log and a process of its own, with the same events.',
  run,
};

async function run(context: BenchContext): Promise<BenchReport> {
  const server = await startLogServer(context);
  const history = await new MarketTape(MARKET).take(HISTORY_EVENTS);
  const load = new RoleProcess('score-load');
  context.defer(() => load.stop());
  const parts: { table: Table; check: Check }[] = [];
  for (const background of BACKGROUNDS) {
    parts.push(await measureBeside(context, { server, history, load }, background));
  }
  const tables = parts.map(({ table }) => table);
  return {
    tables,
    checks: parts.map(({ check }) => check),
    notes: [natsVersionNote(server), `${THREADS} threads for ${PARTITIONS} partitions, 40 dealers`],
    targets: [
      targetFigure('eventToScore', largerOf(tables, 'x p50')),
      targetFigure('eventToScoreP99', largerOf(tables, 'x p99')),
    ],
  };
}

/** Beside the load that costs more; not measured where it is not known beside each. */
function largerOf(tables: readonly Table[], column: string): Cell {
  const ratioOf = ({ figure }: Cell): number => figure?.median ?? Number.POSITIVE_INFINITY;
  return tables
    .map((table) => cellOf(table, CONTENDERS[0].name, column))
    .reduce((a, b) => (ratioOf(b) > ratioOf(a) ? b : a));
}

interface Parts {
  readonly server: LogServer;
  readonly history: readonly TapeMessage[];
  readonly load: RoleProcess;
}

async function measureBeside(
  context: BenchContext,
  parts: Parts,
  { name: title, ...background }: (typeof BACKGROUNDS)[number],
): Promise<{ table: Table; check: Check }> {
  const { effort, progress } = context;
  const turns = BACKGROUNDS.length * CONTENDERS.length * effort.rounds;
  const seconds = WARM_UP_SECONDS + effort.seconds / turns;
  progress(title);
  const plan: LoadPlan = {
    natsUrl: parts.server.url,
    tape: MARKET,
    historyEvents: HISTORY_EVENTS,
    probesPerSecond: PROBES_PER_SECOND,
    background,
    seconds,
  };
  const eventsBeside = await parts.load.call<number>('plan', plan);
  const contenders = CONTENDERS.map(({ what, name }) => ({
    name,
    measure: (seed: number) => {
      const log = `${what}${background.of}${seed}`;
      return measureOnce(context, parts, { what, log, seed, seconds, eventsBeside });
    },
  }));
  const [scored, bare] = await interleave(effort.rounds, contenders, progress);
  const series = (contender: string, rounds: readonly ScoreRound[]) => ({
    contender,
    rounds: rounds.map(({ latencies }) => latencies),
  });
  return {
    table: latencyTable(title, series(CONTENDERS[1].name, bare!), [
      series(CONTENDERS[0].name, scored!),
    ]),
    check: checkOf(title, [...scored!, ...bare!]),
  };
}

interface Turn extends LoadRound {
  readonly what: SightingTask['what'];
  readonly seconds: number;
  /** Events of partitions that are published beside the probes. */
  readonly eventsBeside: number;
}

async function measureOnce(context: BenchContext, parts: Parts, turn: Turn): Promise<ScoreRound> {
  const { server, history, load } = parts;
  const { what, log, seed, seconds } = turn;
  const names = logNames(log);
  await fillLog(server, names, PARTITIONS, history);
  const { of } = await readLogExtent(server.nc, names, PARTITIONS);
  const filled = Array.from({ length: PARTITIONS }, (_, p) => of.get(p)!.last);
  const reader = new RoleProcess('sighting');
  context.defer(() => reader.stop());
  const source = { natsUrl: server.url, log, partitions: PARTITIONS, threads: THREADS };
  await reader.call('open', { ...source, what, filled } satisfies SightingTask);
  const publishing = load.call<Probe[]>('publish', { log, seed } satisfies LoadRound);
  const watch = (ms: number) => reader.call<Sighting[]>('watch', ms);
  const sightings = await watch(seconds * 1000 + LOOK_AGAIN_MS);
  const probes = await publishing;
  const isSeen = ({ partition, sequence }: Probe): boolean =>
    sightings.some(([p, reached]) => p === partition && reached >= sequence);
  for (let waited = 0; waited < SEEN_MS_MAX && !probes.every(isSeen); waited += LOOK_AGAIN_MS) {
    sightings.push(...(await watch(LOOK_AGAIN_MS)));
  }
  const applied = await reader.call<Applied | null>('close');
  await reader.stop();
  const published = eventsOfPartitions(history) + turn.eventsBeside + probes.length;
  return scoreRound({ probes, sightings, warmUpSeconds: WARM_UP_SECONDS, applied, published });
}

/** What `all` holds is read by every shard and counted by none. */
function eventsOfPartitions(messages: readonly TapeMessage[]): number {
  return messages.reduce((sum, { partition, events }) => {
    return sum + (partition === 'all' ? 0 : events.length);
  }, 0);
}

function checkOf(title: string, rounds: readonly ScoreRound[]): Check {
  const sum = (key: 'probes' | 'seen') => rounds.reduce((total, round) => total + round[key], 0);
  const scored = rounds.filter(({ isApplied }) => isApplied !== null);
  const whole = scored.filter(({ isApplied }) => isApplied).length;
  return {
    name: `${title}: every event was seen, and every event of the log applied, none refused`,
    passed: sum('seen') === sum('probes') && whole === scored.length,
    detail: `${sum('seen')} of ${sum('probes')} events seen; ${whole} of ${scored.length} rounds applied whole`,
  };
}
