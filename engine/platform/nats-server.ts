import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { FirstcallError } from '../../schemas/errors.ts';
import { dieWithParent } from './die-with-parent.ts';
import { findNatsServer } from './nats-binary.ts';
import { claimStore, recordServer } from './nats-owner.ts';
import { storeLimitBytes } from './store-limit.ts';

export interface NatsServerOptions {
  /** The server's own folder: streams, configuration, log. Made if absent. */
  readonly storeDir: string;
  /** Loopback port; a free one if unsaid or 0. */
  readonly port?: number;
  /** Default: whatever findNatsServer() finds. */
  readonly binary?: string;
  /** How long stop() waits for the server to end by itself. Default 10 s. */
  readonly stopMsMax?: number;
}

export interface NatsServer {
  readonly url: string;
  readonly pid: number;
  /** Resolves when the server is gone and its store free again, whoever ended it. */
  readonly exited: Promise<void>;
  /** Ends the server and waits for that. May be called again. */
  stop(): Promise<void>;
}

const START_MS_MAX = 60_000;
const STOP_MS_MAX = 10_000;
const POLL_MS = 15;

/**
 * Runs a real nats-server with JetStream on a store of its own and resolves once JetStream answers.
 * The server does not outlive this process: the kernel kills it with us where setpriv can ask for
 * that, and elsewhere the next launch on the store does. Rejects with FirstcallError `noNatsServer`,
 * `storeInUse` or `natsFailed`. Main thread only: the kernel's promise is to the launching thread.
 */
export async function launchNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  assert(isMainThread, 'nats-server would die with the worker thread that launched it');
  const storeDir = resolve(options.storeDir);
  const binary = options.binary ?? (await findNatsServer());
  mkdirSync(storeDir, { recursive: true });
  const lock = await claimStore(storeDir);
  const child = spawnServer(binary, storeDir, options.port ?? 0);
  const exited = ended(child).then(() => lock.release());
  const stop = async () => {
    endServer(child, options.stopMsMax ?? STOP_MS_MAX);
    await exited;
  };
  try {
    if (child.pid === undefined) throw await spawnError(child, binary);
    recordServer(lock, child.pid);
    const url = await waitUntilReady(child, binary, storeDir);
    return { url, pid: child.pid, exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A session of its own, so that a Ctrl-C in the terminal reaches us first and feeds can drain. */
function spawnServer(binary: string, storeDir: string, port: number): ChildProcess {
  const config = writeConfig(storeDir, port);
  for (const stale of portsFiles(storeDir)) rmSync(stale, { force: true });
  const command = [binary, '--config', config, '--ports_file_dir', storeDir];
  const [program, ...args] = dieWithParent(command);
  assert(program !== undefined);
  return spawn(program, args, { stdio: 'ignore', detached: true });
}

function writeConfig(storeDir: string, port: number): string {
  const file = join(storeDir, 'nats-server.conf');
  const text = [
    'host: "127.0.0.1"',
    `port: ${port === 0 ? -1 : port}`,
    `log_file: ${JSON.stringify(logFile(storeDir))}`,
    'logfile_size_limit: 16MB',
    'jetstream {',
    `  store_dir: ${JSON.stringify(storeDir)}`,
    '  max_memory_store: 67108864',
    `  max_file_store: ${storeLimitBytes(storeDir)}`,
    '}',
  ];
  writeFileSync(file, `${text.join('\n')}\n`);
  return file;
}

const logFile = (storeDir: string) => join(storeDir, 'nats-server.log');

function portsFiles(storeDir: string): string[] {
  return readdirSync(storeDir)
    .filter((name) => name.endsWith('.ports'))
    .map((name) => join(storeDir, name));
}

async function spawnError(child: ChildProcess, binary: string): Promise<FirstcallError> {
  const [cause] = await once(child, 'error');
  return new FirstcallError('natsFailed', `${binary} does not start: ${cause}`, { cause });
}

/** The server's address, once JetStream answers on it. */
async function waitUntilReady(
  child: ChildProcess,
  binary: string,
  storeDir: string,
): Promise<string> {
  for (let waitedMs = 0; waitedMs < START_MS_MAX; waitedMs += POLL_MS) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw natsFailed(storeDir, `${binary} ended at once (exit ${child.exitCode})`);
    }
    const url = announcedUrl(storeDir);
    if (url !== null && (await jetStreamAnswers(url))) return url;
    await delay(POLL_MS);
  }
  throw natsFailed(storeDir, `${binary} is not ready after ${START_MS_MAX / 1000} s`);
}

/** Null until the ports file is there and whole. */
function announcedUrl(storeDir: string): string | null {
  const file = portsFiles(storeDir)[0];
  if (file === undefined) return null;
  try {
    return JSON.parse(readFileSync(file, 'utf8')).nats[0];
  } catch {
    return null;
  }
}

/** Whether JetStream answers, and not only the server that it lives in. */
export async function jetStreamAnswers(url: string, timeoutMs = 1_000): Promise<boolean> {
  try {
    const nc = await connect({ servers: url, reconnect: false, timeout: 2_000 });
    try {
      // A question that comes while streams are being recovered may never be answered: ask again soon.
      const jsm = await jetstreamManager(nc, { checkAPI: false, timeout: timeoutMs });
      await jsm.getAccountInfo();
      return true;
    } finally {
      await nc.close();
    }
  } catch {
    return false;
  }
}

function natsFailed(storeDir: string, what: string): FirstcallError {
  const file = logFile(storeDir);
  const tail = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-5) : [];
  return new FirstcallError('natsFailed', [`${what}; the end of ${file}:`, ...tail].join('\n'));
}

/** Also of a child that never was. */
function ended(child: ChildProcess): Promise<unknown> {
  return new Promise((done) => child.once(child.pid === undefined ? 'error' : 'exit', done));
}

function endServer(child: ChildProcess, stopMsMax: number): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const deadline = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
  child.once('exit', () => clearTimeout(deadline));
}
