import { setTimeout as delay } from 'node:timers/promises';
import { type EngineProcess, startEngineProcess } from '../../bench/support/engine-process.ts';
import { Latencies } from '../../bench/support/latencies.ts';
import { fillLog, natsVersionNote, startLogServer } from '../../bench/support/log-server.ts';
import { MarketTape } from '../../bench/support/market-tape.ts';
import { RoleProcess } from '../../bench/support/role.ts';
import { interleave } from '../../bench/support/rounds.ts';
import { logNames } from '../../schemas/subjects.ts';
import type { Experiment, ExperimentContext, ExperimentReport } from '../experiment.ts';
import type { CrowdOptions, Held } from './crowd-role.ts';
import { gatewayNumber, ownState, peaksDuring } from './engine-gauges.ts';
import { QuoteFeed } from './quote-feed.ts';
import { type RoundResult, reportOf } from './subscribers-report.ts';

const PARTITIONS = 8;
const MARKET = {
  seed: 9,
  dealers: 40,
  instruments: 200,
  rfqsPerDay: 20_000,
  partitions: PARTITIONS,
};
const QUOTES_PER_SECOND = 50;
/** What everybody has: what an OMS selects from. */
const TOPIC = 'sums:ALL';
/** What the deaf have besides, since its frames fill the buffers of the system faster. */
const LARGE_TOPIC = 'ALL';
const BLOCKED_MS_MAX = 60_000;
const POLL_MS = 100;
/** Two ticks and what they take. */
const QUIET_MS = 1_000;

interface Size {
  readonly healthy: number;
  readonly deaf: number;
  readonly rounds: number;
  /** Of each round. */
  readonly seconds: number;
  /** Events that are in the log before. */
  readonly history: number;
}

const FULL: Size = { healthy: 900, deaf: 100, rounds: 4, seconds: 30, history: 20_000 };
const QUICK: Size = { healthy: 45, deaf: 5, rounds: 1, seconds: 2, history: 3_000 };

export const subscribers: Experiment = {
  name: 'subscribers',
  question: 'Do subscribers that never read harm those that do, or the engine?',
  load:
    `${FULL.healthy + FULL.deaf} subscribers, of which ${FULL.deaf} never read, in ${FULL.rounds} rounds of ` +
    `${FULL.seconds} s, taking turns with rounds without these; ${QUOTES_PER_SECOND} quotes a second; they ` +
    'keep their connections alive and ask for snapshots every second, and read again at the end of a round',
  run,
};

async function run(context: ExperimentContext): Promise<ExperimentReport> {
  const size = context.quick ? QUICK : FULL;
  const server = await startLogServer(context);
  const tape = new MarketTape(MARKET);
  await fillLog(server, logNames(), PARTITIONS, await tape.take(size.history));
  const settings = { natsUrl: server.url, log: '', partitions: PARTITIONS, rankTickMs: 100 };
  const engine = await startEngineProcess(settings);
  context.defer(() => engine.stop());
  const [healthy, deaf, reader] = await Promise.all(
    ['healthy', 'deaf', 'reader'].map(() => role(context)),
  );
  const connect = (crowd: RoleProcess, options: Omit<CrowdOptions, 'wsUrl'>) =>
    crowd.call<void>('connect', { wsUrl: engine.wsUrl, ...options });
  await connect(healthy!, { topics: [TOPIC], count: size.healthy, isDeaf: false });
  // The large topic is ranked in every round, so that only who reads it differs.
  await connect(reader!, { topics: [LARGE_TOPIC], count: 1, isDeaf: false });
  context.progress(`${size.healthy} subscribers hold the topic`);
  const parts: Parts = {
    engine,
    feed: new QuoteFeed(server.nc, tape, PARTITIONS),
    healthy: healthy!,
    deaf: deaf!,
    size,
  };
  await measure(parts, Math.min(5, size.seconds));
  const contenders = [
    { name: 'with', measure: () => roundWithDeaf(parts, connect) },
    { name: 'without', measure: () => roundWithout(parts) },
  ];
  const [withDeaf, without] = await interleave(size.rounds, contenders, context.progress);
  const notes = [
    natsVersionNote(server),
    'uWebSockets.js; healthy subscribers in one process, on ws',
  ];
  return reportOf({ ...size, quick: context.quick }, withDeaf!, without!, notes);
}

function role(context: ExperimentContext): RoleProcess {
  const process = new RoleProcess('crowd', 'reliability/main.js');
  context.defer(() => process.stop());
  return process;
}

interface Parts {
  readonly engine: EngineProcess;
  readonly feed: QuoteFeed;
  readonly healthy: RoleProcess;
  readonly deaf: RoleProcess;
  readonly size: Size;
}

type Connect = (crowd: RoleProcess, options: Omit<CrowdOptions, 'wsUrl'>) => Promise<void>;

async function roundWithDeaf(parts: Parts, connect: Connect): Promise<RoundResult> {
  const { engine, deaf, size } = parts;
  const before = await gatewayNumber(engine, 'deltas_skipped_total');
  await connect(deaf, { topics: [TOPIC, LARGE_TOPIC], count: size.deaf, isDeaf: true });
  await untilBlocked(parts, before);
  const measured = await measure(parts, size.seconds);
  const skipped = (await gatewayNumber(engine, 'deltas_skipped_total')) - before;
  await deaf.call('hear');
  const differences = [
    ...(await differencesOf(parts, parts.healthy, [TOPIC], size.healthy)),
    ...(await differencesOf(parts, deaf, [TOPIC, LARGE_TOPIC], size.deaf)),
  ];
  const { lost } = await deaf.call<Held>('held', {});
  await deaf.call('disconnect');
  const { bytes } = await ownState(engine, LARGE_TOPIC);
  return { ...measured, skipped, differences, largestFrameBytes: bytes, lost };
}

async function roundWithout(parts: Parts): Promise<RoundResult> {
  const measured = await measure(parts, parts.size.seconds);
  const differences = await differencesOf(parts, parts.healthy, [TOPIC], parts.size.healthy);
  const { bytes } = await ownState(parts.engine, LARGE_TOPIC);
  return { ...measured, skipped: 0, differences, largestFrameBytes: bytes, lost: 0 };
}

/** The system's own buffers take megabytes before the engine sees that nobody reads. */
async function untilBlocked({ engine, feed, size }: Parts, before: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < BLOCKED_MS_MAX; waitedMs += POLL_MS) {
    await feed.publish(QUOTES_PER_SECOND, POLL_MS / 1000);
    const skipped = (await gatewayNumber(engine, 'deltas_skipped_total')) - before;
    // A topic that is owed a snapshot, because it was asked for or skipped, skips no more.
    if (skipped >= size.deaf) return;
  }
}

async function measure(
  { engine, feed, healthy }: Parts,
  seconds: number,
): Promise<Pick<RoundResult, 'latencies' | 'peaks'>> {
  await healthy.call('forget');
  const publishing = feed.publish(QUOTES_PER_SECOND, seconds);
  const peaks = await peaksDuring(engine, publishing);
  const sent = await publishing;
  await delay(QUIET_MS);
  const latencies = Latencies.decode(await healthy.call<string>('latencies', sent));
  return { latencies, peaks };
}

/** Nothing is published any more, so that the engine's newest state is everybody's. */
async function differencesOf(
  { engine }: Parts,
  crowd: RoleProcess,
  topics: readonly string[],
  count: number,
): Promise<string[]> {
  const own = new Map(
    await Promise.all(topics.map(async (topic) => [topic, await ownState(engine, topic)] as const)),
  );
  const seqs = Object.fromEntries([...own].map(([topic, { seq }]) => [topic, seq]));
  const { groups, gaps } = await crowd.call<Held>('held', seqs);
  const wrong = groups
    .filter(
      ({ topic, seq, digest }) => own.get(topic)!.seq !== seq || own.get(topic)!.digest !== digest,
    )
    .map(({ topic, seq, members }) => `${members} hold another state ${seq} of ${topic}`);
  const held = groups.reduce((sum, { members }) => sum + members, 0);
  if (held !== count * topics.length) wrong.push(`${held} states of ${count * topics.length}`);
  if (gaps > 0) wrong.push(`${gaps} deltas that did not follow`);
  return wrong;
}
