import { execFile } from 'node:child_process';
import { accessSync, constants, mkdirSync, statfsSync } from 'node:fs';
import { promisify } from 'node:util';
import type { StatusFrame } from '../../../schemas/protocol.ts';
import type { Config } from '../../platform/config.ts';
import { connectNats } from '../../platform/log.ts';
import { findNatsServer } from '../../platform/nats-binary.ts';
import { projectRoot } from '../../platform/project-root.ts';
import { ENTRIES, type EntryName, entryPath } from '../entries.ts';
import { requireFreePort } from '../supervisor/port.ts';

export interface CheckResult {
  /** warning: it runs, but not as it should in production. missing: it does not run. */
  readonly state: 'ok' | 'warning' | 'missing';
  /** What is there, or what to do. */
  readonly text: string;
}

type Check = (config: Config) => Promise<CheckResult>;

const run = promisify(execFile);
const PROBE_MS_MAX = 60_000;
const FREE_BYTES_MIN = 1024 ** 3;

/** What `firstcall doctor` looks at, in the order of its lines. A check that throws is `missing`. */
export const CHECKS: Readonly<Record<string, Check>> = {
  node: checkNode,
  glibc: checkGlibc,
  build: checkBuild,
  'uWebSockets.js': checkUws,
  nats: checkNats,
  ClickHouse: checkHistory,
  port: checkPort,
  store: checkStore,
  clock: checkClock,
};

const ok = (text: string): CheckResult => ({ state: 'ok', text });
const warning = (text: string): CheckResult => ({ state: 'warning', text });
const missing = (text: string): CheckResult => ({ state: 'missing', text });

async function checkNode(): Promise<CheckResult> {
  const found = process.versions.node;
  if (isBelow(found, '20.19')) return missing(`${found}; install Node.js 20.19 or later`);
  return ok(`${found} on ${process.platform} ${process.arch}`);
}

interface SystemReport {
  readonly header: { readonly glibcVersionRuntime?: string };
}

async function checkGlibc(): Promise<CheckResult> {
  if (process.platform !== 'linux') return ok('not needed on this system');
  const found = (process.report.getReport() as unknown as SystemReport).header.glibcVersionRuntime;
  if (found === undefined) {
    return warning('musl instead of glibc: no uWebSockets.js, no embedded ClickHouse');
  }
  const needed = isBelow(process.versions.node, '22.0') ? '2.27' : '2.38';
  if (!isBelow(found, needed)) return ok(found);
  return warning(`${found}; uWebSockets.js needs ${needed} with this Node.js, ws is used instead`);
}

async function checkBuild(): Promise<CheckResult> {
  for (const name of Object.keys(ENTRIES) as EntryName[]) entryPath(name);
  return ok('complete');
}

/** In a process of its own: a library for another system may end the process that loads it. */
async function checkUws(): Promise<CheckResult> {
  const failure = await loadFailure('uWebSockets.js');
  if (failure === null) return ok('loads');
  return warning(`does not load, so ws serves subscribers, slower: ${failure}`);
}

async function checkNats(config: Config): Promise<CheckResult> {
  if (config.natsUrl !== null) return await checkNatsUrl(config.natsUrl);
  const binary = await findNatsServer();
  const { stdout } = await run(binary, ['--version'], { timeout: PROBE_MS_MAX });
  const version = /v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? 'unknown version';
  return judgeNats(version, binary);
}

async function checkNatsUrl(url: string): Promise<CheckResult> {
  const nc = await connectNats(url, 'firstcall-doctor');
  try {
    if (nc.info?.jetstream !== true) return missing(`${url}: JetStream is off; switch it on`);
    return judgeNats(nc.info.version, url);
  } finally {
    await nc.close();
  }
}

function judgeNats(version: string, where: string): CheckResult {
  if (isBelow(version, '2.9')) return missing(`${version} (${where}); 2.9 or later is needed`);
  if (isBelow(version, '2.10')) {
    return warning(`${version} (${where}); good to try out, production wants 2.12 or later`);
  }
  return ok(`${version} (${where})`);
}

async function checkHistory(config: Config): Promise<CheckResult> {
  if (config.clickhouseUrl !== null) return await checkClickhouseUrl(new URL(config.clickhouseUrl));
  const failure = await loadFailure('chdb/connection');
  if (failure === null) return ok('embedded (chDB) loads');
  return warning(
    `embedded (chDB) does not load: ${failure}; name a server in FIRSTCALL_CLICKHOUSE_URL, or do without history`,
  );
}

async function checkClickhouseUrl(url: URL): Promise<CheckResult> {
  const where = `ClickHouse at ${url.host}`;
  const response = await fetch(`${url.origin}/ping`, { signal: AbortSignal.timeout(5_000) }).catch(
    () => null,
  );
  return response?.ok ? ok(`${where} answers`) : missing(`${where} does not answer`);
}

async function checkPort(config: Config): Promise<CheckResult> {
  try {
    await requireFreePort(config.host, config.port);
    return ok(config.port === 0 ? 'any free one' : `${config.port} on ${config.host} is free`);
  } catch (error) {
    return (await askEngine(config)) ?? warning((error as Error).message);
  }
}

type Readiness = Pick<StatusFrame, 'ready' | 'reasons' | 'lagMs'>;

/** How the engine is that has the port; null: none of ours answers. */
async function askEngine({ host, port }: Config): Promise<CheckResult | null> {
  try {
    const url = `http://${host}:${port}/readyz`;
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    const { ready, reasons, lagMs } = (await response.json()) as Readiness;
    const who = `an engine answers on ${port}`;
    if (!ready) return warning(`${who}, and is not ready: ${reasons.join('; ')}`);
    return ok(`${who}: ready, ${((lagMs ?? 0) / 1000).toFixed(1)} s behind the log`);
  } catch {
    return null;
  }
}

async function checkStore({ storeDir }: Config): Promise<CheckResult> {
  mkdirSync(storeDir, { recursive: true });
  accessSync(storeDir, constants.W_OK);
  const { bavail, bsize } = statfsSync(storeDir);
  const freeBytes = bavail * bsize;
  const text = `${storeDir}, ${(freeBytes / 1024 ** 3).toFixed(1)} GB free`;
  return freeBytes < FREE_BYTES_MIN ? warning(`${text}; 1 GB is little for a log`) : ok(text);
}

/** Live feeds stamp their events by this clock; nothing else depends on it. */
async function checkClock(): Promise<CheckResult> {
  const now = new Date();
  if (now.getUTCFullYear() < 2024) return missing(`${now.toISOString()}; set the clock`);
  return ok(`${now.toISOString()}; keep it in step (NTP) where live feeds run`);
}

/** Null if the module loads, else the first line of why not. */
async function loadFailure(name: string): Promise<string | null> {
  const script = `await import(${JSON.stringify(name)}); process.exit(0)`;
  try {
    const args = ['--input-type=module', '--eval', script];
    await run(process.execPath, args, { cwd: projectRoot(), timeout: PROBE_MS_MAX });
    return null;
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const line = stderr.split('\n').find((each) => /Error/.test(each));
    return (line ?? message.split('\n', 1)[0]!).trim();
  }
}

function isBelow(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}
