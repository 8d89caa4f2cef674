import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MarketTape } from '../bench/support/market-tape.ts';
import { RoleProcess } from '../bench/support/role.ts';
import { ensureLog } from '../engine/platform/log.ts';
import { readLogExtent } from '../engine/platform/log-streams.ts';
import { logNames } from '../schemas/subjects.ts';
import { fillFromTape } from './support/fill-log.ts';
import { KillableEngine, type KillableEngineOptions } from './support/killable-engine.ts';
import { startLogServer } from './support/log-server.ts';
import { metricOf } from './support/read-engine.ts';
import type { TailTask } from './support/tail-reader-role.ts';
import type { Check, Trial, TrialContext } from './support/trial.ts';

const PARTITIONS = 8;
const MARKET = { dealers: 40, instruments: 200, rfqsPerDay: 60_000, partitions: PARTITIONS };
const HEAD_EVENTS = 200_000;
const TAIL_EVENTS = 1_000_000;
const QUICK_HEAD_EVENTS = 20_000;
const QUICK_TAIL_EVENTS = 50_000;
const ROUNDS = 3;
const LOG = 'cold';
/** None but the one at the stop: every round begins from the same. */
const SNAPSHOT_SECONDS = 86_400;

export const coldStart: Trial = {
  name: 'cold-start',
  question:
    'how long does an engine take from its start to ready, with a snapshot and a tail of the log?',
  run,
};

async function run(context: TrialContext): Promise<readonly Check[]> {
  const { seed, isQuick, say } = context;
  const { url: natsUrl, nc } = await startLogServer(context);
  const storeDir = await temporaryStore(context);
  const names = logNames(LOG);
  await ensureLog(nc, names, PARTITIONS);
  const tape = new MarketTape({ seed, ...MARKET });
  const head = await fillFromTape(nc, names, tape, isQuick ? QUICK_HEAD_EVENTS : HEAD_EVENTS);
  const options = { natsUrl, log: LOG, partitions: PARTITIONS, storeDir };
  await keepSnapshots({ ...options, snapshotSeconds: SNAPSHOT_SECONDS });
  const before = await readLogExtent(nc, names, PARTITIONS);
  const wanted = context.tail ?? (isQuick ? QUICK_TAIL_EVENTS : TAIL_EVENTS);
  const tail = await fillFromTape(nc, names, tape, wanted);
  const after = await readLogExtent(nc, names, PARTITIONS);
  const tails = [...after.of].map(([partition, { last }]) => ({
    stream: names.stream(partition),
    after: before.of.get(partition)!.last,
    messages: last - before.of.get(partition)!.last,
  }));
  const messages = tails.reduce((sum, each) => sum + each.messages, 0);
  say(`${head.events} events are in snapshots, ${tail.events} in ${messages} messages came after`);
  const engineMs: number[] = [];
  const readerMs: number[] = [];
  const applied: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    readerMs.push(await timeReader(context, { natsUrl, tails }));
    const own = await temporaryStore(context);
    await cp(storeDir, own, { recursive: true });
    const start = await timeEngine(context, {
      ...options,
      storeDir: own,
      snapshotSeconds: SNAPSHOT_SECONDS,
    });
    engineMs.push(start.ms);
    applied.push(start.applied);
    say(
      `round ${round} of ${ROUNDS}: engine ${seconds(start.ms)}, reader ${seconds(readerMs.at(-1)!)}`,
    );
  }
  const [engine, reader] = [median(engineMs), median(readerMs)];
  const all = head.ofPartitions + tail.ofPartitions;
  return [
    {
      name: 'from process start to ready, beside a nats.js consumer that counts the same messages (medians)',
      passed: engine > 0 && reader > 0,
      found: `${seconds(engine)} and ${seconds(reader)}: ${(engine / reader).toFixed(2)} times; ${Math.round((tail.events * 1000) / engine)} events/s of the tail, start-up included`,
    },
    {
      name: 'every event of the partitions is applied once',
      passed: applied.every((count) => count === all),
      found: `${all} in the log, applied ${applied.join(', ')}`,
    },
  ];
}

async function temporaryStore({ defer }: TrialContext): Promise<string> {
  const storeDir = await mkdtemp(join(tmpdir(), 'firstcall-reliability-store-'));
  defer(() => rm(storeDir, { recursive: true, force: true }));
  return storeDir;
}

/** An engine reads the log and stops in order, which keeps what it has come to. */
async function keepSnapshots(options: KillableEngineOptions): Promise<void> {
  const engine = new KillableEngine(options);
  engine.start();
  await engine.ready();
  await engine.end('SIGTERM');
}

async function timeEngine(
  { defer }: TrialContext,
  options: KillableEngineOptions,
): Promise<{ readonly ms: number; readonly applied: number }> {
  const engine = new KillableEngine(options);
  defer(() => engine.end('SIGKILL'));
  const beganMs = performance.now();
  engine.start();
  await engine.ready();
  const ms = performance.now() - beganMs;
  const applied = metricOf(await engine.metrics(), 'events_applied_total');
  await engine.end('SIGKILL');
  return { ms, applied };
}

async function timeReader({ defer }: TrialContext, task: TailTask): Promise<number> {
  const beganMs = performance.now();
  const reader = new RoleProcess('tail-reader', 'reliability/main.js');
  defer(() => reader.stop());
  await reader.call('read', task);
  const ms = performance.now() - beganMs;
  await reader.stop();
  return ms;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
