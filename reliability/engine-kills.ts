import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RoleProcess } from '../bench/support/role.ts';
import { ensureLog } from '../engine/platform/log.ts';
import { Random } from '../feeds/sim/random.ts';
import { logNames } from '../schemas/subjects.ts';
import type { FeedReport, FeedTask } from './support/feed-role.ts';
import { KillableEngine } from './support/killable-engine.ts';
import { copyLog, type LogCensus } from './support/log-copy.ts';
import { type LogOutputs, readOutputs } from './support/log-outputs.ts';
import { startLogServer } from './support/log-server.ts';
import { type EngineRead, metricOf, readWithEngine } from './support/read-engine.ts';
import type { Check, Trial, TrialContext } from './support/trial.ts';

const PARTITIONS = 4;
const KILLS = 200;
const QUICK_KILLS = 5;
/**
 * From what on an engine may live a while longer: from the start of its process; from when it begins to
 * write a snapshot; from when it answers; from when it has kept a partition.
 */
const STAGES = ['start', 'first write', 'first answer', 'first snapshot'] as const;
const LIFE_MS_MAX = 1_000;
const WRITE_MS_MAX = 10;
/** How long it may take until it begins a snapshot. */
const SNAPSHOT_MS_MAX = 30_000;
const SNAPSHOT_SECONDS = 0.2;
const EVENTS_PER_SECOND = 3_000;
const MARKET = { dealers: 25, instruments: 60, rfqsPerDay: 150, partitions: PARTITIONS };
const LOG = 'killed';
const UNDISTURBED = 'undisturbed';

export const engineKills: Trial = {
  name: 'engine-kills',
  question:
    'the engine is killed again and again while it scores: does it end where it would have?',
  run,
};

/** What the killing was like. */
interface KillReport {
  readonly kills: number;
  /** Kills before which further events had been published. */
  readonly underLoad: number;
  /** Kills that left half-written snapshots. */
  readonly inSnapshot: number;
  /** Lives that kept a snapshot that was not there before. */
  readonly lives: number;
}

async function run(context: TrialContext): Promise<readonly Check[]> {
  const { seed, defer, say } = context;
  const { url: natsUrl, nc } = await startLogServer(context);
  const storeDir = await mkdtemp(join(tmpdir(), 'firstcall-reliability-store-'));
  defer(() => rm(storeDir, { recursive: true, force: true }));
  const names = logNames(LOG);
  await ensureLog(nc, names, PARTITIONS);
  const feed = new RoleProcess('feed', 'reliability/main.js');
  defer(() => feed.stop());
  const market = { seed, ...MARKET };
  const task: FeedTask = { natsUrl, log: LOG, market, eventsPerSecond: EVENTS_PER_SECOND };
  await feed.call('start', task);
  const options = { natsUrl, log: LOG, partitions: PARTITIONS, storeDir };
  const engine = new KillableEngine({ ...options, snapshotSeconds: SNAPSHOT_SECONDS });
  defer(() => engine.end('SIGKILL'));
  const killed = await killAgainAndAgain(context, engine, feed);
  const fed = await feed.call<FeedReport>('end');
  engine.start();
  await engine.ready();
  const metrics = await engine.metrics();
  await engine.end('SIGKILL');
  say(`the load has ended: ${fed.acknowledged} events acknowledged; the engine has read them`);
  const survivor = await readWithEngine(options);
  const undisturbed = logNames(UNDISTURBED);
  await ensureLog(nc, undisturbed, PARTITIONS);
  const isInvalid = ({ id }: { id: string }) => id.startsWith('invalid-');
  const census = await copyLog(nc, [names, undisturbed], PARTITIONS, isInvalid);
  const whole = await readWithEngine({ ...options, log: UNDISTURBED, storeDir: null });
  say('another engine has read a copy of the log in one go');
  const outputs = [await readOutputs(nc, names), await readOutputs(nc, undisturbed)] as const;
  return [
    ...checkKilling(killed, engine),
    ...checkLog(fed, census, [metrics, survivor.metrics, whole.metrics]),
    ...checkState(survivor, whole),
    ...checkOutputs(...outputs),
  ];
}

async function killAgainAndAgain(
  context: TrialContext,
  engine: KillableEngine,
  feed: RoleProcess,
): Promise<KillReport> {
  const { seed, isQuick, say } = context;
  const kills = context.kills ?? (isQuick ? QUICK_KILLS : KILLS);
  const random = new Random(seed, 3);
  let [acknowledged, underLoad, inSnapshot, lives] = [0, 0, 0, 0];
  let before = engine.files();
  for (let kill = 1; kill <= kills; kill++) {
    engine.start();
    const when = await liveSome(engine, random, kill);
    await engine.end('SIGKILL');
    const now = await feed.call<number>('published');
    const files = engine.files();
    if (now > acknowledged) underLoad += 1;
    if (files.unfinished > before.unfinished) inSnapshot += 1;
    if ([...files.kept].some((file) => !before.kept.has(file))) lives += 1;
    [acknowledged, before] = [now, files];
    const snapshots = `${files.kept.size} snapshots, ${files.unfinished} unfinished`;
    say(`kill ${kill} of ${kills}: ${when}, ${now} events acknowledged, ${snapshots}`);
  }
  return { kills, underLoad, inSnapshot, lives };
}

/** Lets an engine live for a while, each time until another stage; returns in words until when. */
async function liveSome(engine: KillableEngine, random: Random, kill: number): Promise<string> {
  const stage = STAGES[kill % STAGES.length]!;
  if (stage === 'first answer') await engine.up();
  if (stage === 'first write') await engine.reachesSnapshot('writing', SNAPSHOT_MS_MAX);
  if (stage === 'first snapshot') await engine.reachesSnapshot('kept', SNAPSHOT_MS_MAX);
  const lifeMs = Math.round(
    random.between(0, stage === 'first write' ? WRITE_MS_MAX : LIFE_MS_MAX),
  );
  await delay(lifeMs);
  return `${lifeMs} ms after its ${stage}`;
}

function checkKilling(
  { kills, underLoad, inSnapshot, lives }: KillReport,
  engine: KillableEngine,
): Check[] {
  const refused = engine.complaints.filter((line) => line.includes('of no use'));
  const damaged = refused.filter((line) => !line.includes('tiers are not kept'));
  const others = engine.complaints.length - refused.length;
  return [
    {
      name: 'the kills came under load, between and within snapshots',
      passed: underLoad > kills / 2 && lives > kills / 10,
      found: `${kills} kills, ${underLoad} after further events, ${lives} after further snapshots, ${inSnapshot} within one`,
    },
    {
      name: 'no engine ended by itself, and no snapshot was found damaged',
      passed: engine.crashes === 0 && damaged.length === 0 && others === 0,
      found: `${engine.crashes} ended; ${refused.length} snapshots were ahead of the tiers, ${damaged.length} damaged; ${others} other warnings${others + damaged.length > 0 ? `, ${engine.complaints.find((line) => !refused.includes(line)) ?? damaged[0]}` : ''}`,
    },
  ];
}

function checkLog(fed: FeedReport, census: LogCensus, metrics: readonly string[]): Check[] {
  const isOrdered = Object.entries(census.idDigests).every(
    ([p, hash]) => fed.idDigests[p] === hash,
  );
  const applied = metrics.map((text) => metricOf(text, 'events_applied_total'));
  const refused = metrics.map((text) => metricOf(text, 'dead_letters_total'));
  return [
    {
      name: 'the log holds every acknowledged event once, in order',
      passed:
        census.events === fed.acknowledged && census.distinctEvents === census.events && isOrdered,
      found: `${fed.acknowledged} acknowledged, ${census.events} in the log, ${census.distinctEvents} different ones, order ${isOrdered ? 'kept' : 'CHANGED'}`,
    },
    {
      name: 'the scores hold every event of the log once',
      passed: applied.every((count) => count === census.applicable),
      found: `${census.applicable} in the partitions' logs, applied ${applied.join(', ')} (killed process, engine on its snapshots, undisturbed engine)`,
    },
    {
      name: 'every event that no validator takes is counted once',
      passed: fed.invalid > 0 && refused.every((count) => count === fed.invalid),
      found: `${fed.invalid} published, counted ${refused.join(', ')}`,
    },
  ];
}

function checkState(survivor: EngineRead, whole: EngineRead): Check[] {
  const equal = whole.stateHashes.filter((hash, i) => hash === survivor.stateHashes[i]).length;
  const topics = Object.keys(whole.merged);
  const same = topics.filter((topic) => whole.merged[topic] === survivor.merged[topic]).length;
  const isComplete = Object.keys(survivor.merged).length === topics.length;
  return [
    {
      name: 'the scores have the bits of an engine that was never disturbed',
      passed: equal === PARTITIONS,
      found: `${equal} of ${PARTITIONS} partitions equal`,
    },
    {
      name: 'so have the merged sums and the tiers of every coarse scope',
      passed: same === topics.length && isComplete && topics.length > 0 && whole.tsTiers > 0,
      found: `${same} of ${topics.length} scopes equal, tiers of ${new Date(survivor.tsTiers / 1000).toISOString()}`,
    },
  ];
}

function checkOutputs(killed: LogOutputs, whole: LogOutputs): Check[] {
  const check = (name: string, a: readonly string[], b: readonly string[]): Check => ({
    name: `${name} are written once each, as by an engine that was never disturbed`,
    passed: b.length > 0 && a.join('\n') === b.join('\n'),
    found: `${a.length}, of these ${new Set(a).size} different; undisturbed ${b.length}`,
  });
  return [
    check('dead letters', killed.deadLetters, whole.deadLetters),
    check('post-trade analyses', killed.analyses, whole.analyses),
    check('changes of tiers', killed.tiers, whole.tiers),
  ];
}
