import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectHistory } from '../engine/history/connect.ts';
import { encodeConfig, resolveConfig } from '../engine/platform/config.ts';
import { distFile } from '../engine/platform/dist.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { readLogPosition } from '../engine/platform/log-position.ts';
import { type Model, metricOf, metricsOf } from '../engine/scoring/model.ts';
import { resolveModel } from '../engine/scoring/model-settings.ts';
import {
  compareMetric,
  largestDifference,
  type MetricComparison,
} from '../engine/verify/compare.ts';
import { readSums } from '../engine/verify/engine-sums.ts';
import { HistoryClient } from '../engine/verify/history-client.ts';
import { type ReadOptions, readLog } from '../engine/verify/log-reader.ts';
import { OracleRun } from '../engine/verify/oracle-run.ts';
import { logNames } from '../schemas/subjects.ts';
import { cleanEnv, run, temporaryFolder } from './shell-support.ts';
import { deskEvents } from './support/desk-events.ts';
import { startNats, type TestNats } from './support/nats.ts';
import { publishLog, simulatePartitions } from './support/simulated-log.ts';

const PARTITIONS = 3;
const LOG = 'verified';
const names = logNames(LOG);
const cli = distFile('engine/cli/firstcall.js');
const MARKET = { seed: 5, days: 3, rfqsPerDay: 300, dealers: 12, instruments: 30 };
/** Everything that a model can switch on. */
const MODEL_YAML = `model:
  splitBySide: true
  sizeBounds: [500000, 2000000]
  metrics:
    coverBps: { priorStrength: 3, halfLifeMicros: { base: 864000000000 } }
  tcaMetrics:
    - { name: toxicity, higherIsBetter: false, prior: 0.5, priorVariance: 0.1 }
    - { name: hitRatio, higherIsBetter: true }
`;

let nats: TestNats;
let nc: NatsConnection;
let folder: string;
let history: ChildProcess;

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
  folder = temporaryFolder();
  writeFileSync(join(folder, 'model.yaml'), MODEL_YAML);
  await ensureLog(nc, names, PARTITIONS);
  const disorder = { duplicates: 0.05, outOfOrder: 0.05 };
  const { log } = simulatePartitions({ ...MARKET, more: deskEvents, disorder }, PARTITIONS);
  expect(await publishLog(nc, names, log)).toBeGreaterThan(30_000);
  history = await startHistory();
});

afterAll(async () => {
  if (history?.exitCode === null) await endHistory();
  await nc?.close();
  await nats?.stop();
  rmSync(folder, { recursive: true });
});

async function startHistory(): Promise<ChildProcess> {
  const flags = { natsUrl: nats.url, log: LOG, partitions: String(PARTITIONS), logLevel: 'warn' };
  const config = resolveConfig({ cwd: folder, env: {}, flags });
  const child = spawn(process.execPath, [distFile('engine/history/main.js')], {
    env: cleanEnv({ FIRSTCALL_CONFIG: encodeConfig(config) }),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`history ended with ${code} before it was ready`);
  });
  await Promise.race([once(child, 'message'), exited]);
  exited.catch(() => {});
  return child;
}

async function endHistory(): Promise<void> {
  const exited = once(history, 'exit');
  history.kill('SIGTERM');
  await exited;
}

function verify(...args: string[]) {
  // No engine runs here; one of somebody's at the usual port has nothing to do with it.
  const all = [cli, 'verify', '--config', 'model.yaml', '--port', '0', ...args];
  return run(all, { cwd: folder, env: cleanEnv() });
}

interface Report {
  readonly position: { readonly partitions: number[]; readonly all: number };
  readonly asOf: number;
  readonly comparisons: readonly MetricComparison[];
}

test('every metric of a log that was fed badly comes out the same in SQL', async () => {
  const { code, stdout, stderr } = await verify('--log', LOG, '--nats-url', nats.url, '--json');
  expect(code, stderr).toBe(0);
  const { comparisons, position } = JSON.parse(stdout) as Report;
  expect(position).toEqual(await readLogPosition(nc, names, PARTITIONS));
  const model = resolveConfig({ cwd: folder, env: {}, file: 'model.yaml' }).model;
  const metrics = metricsOf(resolveModel(model)).map(({ name }) => name);
  expect(metrics).toEqual(expect.arrayContaining(['tca.toxicity', 'tca.hitRatio']));
  expect(comparisons.map(({ metric }) => metric)).toEqual(metrics);
  for (const comparison of comparisons) {
    const { metric, observations, pairs } = comparison;
    expect(observations, metric).toBeGreaterThan(10);
    expect(pairs, metric).toBeGreaterThan(20);
    expect(largestDifference(comparison), metric).toBeLessThanOrEqual(1e-9);
  }
  expect(stderr).toContain('verify: read ');
  expect(stderr).toMatch(/verify: SQL: step 1 of \d+, /);
  // Orders were analysed and disorder was judged, but not written down.
  const jsm = await jetstreamManager(nc);
  for (const stream of [names.tcaStream, names.deadLetterStream, names.decisionStream]) {
    expect((await jsm.streams.info(stream)).state.last_seq, stream).toBe(0);
  }
});

/** Engine and SQL over the same log, each with a model of its own. */
async function compareModels(engine: Model, sql: Model, metric: string): Promise<MetricComparison> {
  const reading: ReadOptions = {
    natsUrl: nats.url,
    log: LOG,
    partitions: PARTITIONS,
    shards: 2,
    model: engine,
    ends: await readLogPosition(nc, names, PARTITIONS),
    signal: new AbortController().signal,
    onProgress: () => {},
  };
  const sums = readSums(await readLog(reading), reading);
  const oracle = new OracleRun(new HistoryClient(nc, names));
  await oracle.derive(sql, sums.position, () => {});
  const rows = oracle.sums(metricOf(sql, metric)!, sums.asOf);
  const comparison = await compareMetric(metric, sums.figures.get(metric)!, rows);
  await oracle.drop();
  return comparison;
}

test('a setting that only one side has is a difference', async () => {
  const model = resolveModel({});
  const { worst } = await compareModels(model, { ...model, latenessMicros: 60e6 }, 'fillRate');
  expect(worst.observations.difference).toBeGreaterThan(1e-9);
  expect(worst.observations.scope).not.toBe('');
  expect(worst.observations.dealer).not.toBe('');
});

test('one row that was tampered with is found: which metric, where, whose', async () => {
  await endHistory();
  const directory = join(folder, '.firstcall', 'history');
  const { writer, reader, close } = await connectHistory({ clickhouseUrl: null, directory });
  const [row] = await reader.rows<{ dealer_id: string; instrument_id: string; event_id: string }>(
    `SELECT dealer_id, instrument_id, event_id FROM tca
    WHERE log = {log:String} AND name = 'toxicity' ORDER BY ts_event_us DESC LIMIT 1`,
    { log: LOG },
  );
  await writer.run(
    `ALTER TABLE tca UPDATE value = value + 1 WHERE log = {log:String} AND event_id = {id:String}
    SETTINGS mutations_sync = 1`,
    { log: LOG, id: row!.event_id },
  );
  await close();
  history = await startHistory();
  const { code, stdout } = await verify('--log', LOG, '--nats-url', nats.url);
  expect(code).toBe(1);
  const verdict = stdout.trimEnd().split('\n').at(-1);
  const { dealer_id: dealer, instrument_id: instrument } = row!;
  expect(verdict).toMatch(
    /^engine and SQL DIFFER: (mean|variance|window mean) of tca\.toxicity by [\d.]+, /,
  );
  expect(verdict).not.toContain(';');
  expect(verdict).toContain(`, ${dealer} at instrument:${instrument}`);
  expect(stdout).toMatch(/^fillRate +\d+ +\d+ +0 /m);
});

test('what is missing is named, with what to do, and the exit code is 1', async () => {
  const [nowhere, nothing, nobody] = await Promise.all([
    verify('--log', LOG),
    verify('--log', 'absent', '--nats-url', nats.url),
    ensureLog(nc, logNames('alone'), 1).then(() =>
      verify('--log', 'alone', '--nats-url', nats.url),
    ),
  ]);
  expect(nowhere.stderr).toContain(
    'firstcall verify: there is no log to read: start one with "npm start"; one that runs elsewhere',
  );
  expect(nothing.stderr).toContain(`firstcall verify: ${nats.url} has no log "absent"`);
  expect(nobody.stderr).toContain(
    'firstcall verify: no history process answers on firstcall.v1-alone.history.query: start one',
  );
  for (const { code, stdout } of [nowhere, nothing, nobody]) {
    expect(code).toBe(1);
    expect(stdout).toBe('');
  }
});
