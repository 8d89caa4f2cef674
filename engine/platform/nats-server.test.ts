import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { logNames } from '../../schemas/subjects.ts';
import { connectNats, ensureLog, readPartitions } from './log.ts';
import { findNatsServer } from './nats-binary.ts';
import { launchNatsServer, type NatsServer } from './nats-server.ts';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';
import { projectCache } from './project-root.ts';

let storeDir: string;
const running: NatsServer[] = [];

beforeEach(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'firstcall-nats-test-'));
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  await rm(storeDir, { recursive: true, force: true });
});

async function launch(port?: number): Promise<NatsServer> {
  const server = await launchNatsServer({ storeDir, port, stopMsMax: 2_000 });
  running.push(server);
  return server;
}

describe('launchNatsServer', () => {
  it('serves JetStream on a free loopback port and keeps its store over a restart', async () => {
    const first = await launch();
    expect(first.url).toMatch(/^nats:\/\/127\.0\.0\.1:\d+$/);
    const nc = await connectNats(first.url, 'test');
    await ensureLog(nc, logNames(), 3);
    await nc.close();
    await first.stop();
    await first.exited;

    const second = await launch(Number(new URL(first.url).port));
    expect(second.url).toBe(first.url);
    const again = await connectNats(second.url, 'test');
    expect(await readPartitions(again, logNames())).toBe(3);
    await again.close();
  });

  it('refuses a second server on one store', async () => {
    await launch();
    await expect(launch()).rejects.toMatchObject({ code: 'storeInUse' });
  });

  it('says what the server said when it cannot start', async () => {
    const first = await launch();
    const otherDir = join(storeDir, 'other');
    const port = Number(new URL(first.url).port);
    const second = launchNatsServer({ storeDir: otherDir, port });
    await expect(second).rejects.toMatchObject({
      code: 'natsFailed',
      message: expect.stringContaining('address already in use'),
    });
    expect(existsSync(join(otherDir, 'nats-server.lock'))).toBe(false);
  });

  it('says which binary does not start', async () => {
    const binary = join(storeDir, 'absent');
    await expect(launchNatsServer({ storeDir, binary })).rejects.toMatchObject({
      code: 'natsFailed',
      message: expect.stringContaining(binary),
    });
  });

  it('kills a server that does not heed SIGTERM', async () => {
    const server = await launch();
    process.kill(server.pid, 'SIGSTOP');
    const identity = identify(server.pid);
    await server.stop();
    expect(identity !== null && isAlive(identity)).toBe(false);
  });
});

describe('a launcher that is killed', () => {
  let bundleDir: string;
  let script: string;

  beforeAll(async () => {
    await mkdir(projectCache(), { recursive: true });
    // Below the project, where the bundle finds the packages that it imports.
    bundleDir = await mkdtemp(join(projectCache(), 'test-'));
    script = join(bundleDir, 'launcher.mjs');
    const source = `
      import { launchNatsServer } from './nats-server.ts';
      const server = await launchNatsServer({
        storeDir: process.env.STORE_DIR,
        binary: process.env.BINARY,
      });
      process.send({ pid: server.pid });`;
    await build({
      stdin: { contents: source, resolveDir: import.meta.dirname },
      outfile: script,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
    });
  });

  afterAll(() => rm(bundleDir, { recursive: true, force: true }));

  /** The server of a launcher that SIGKILL has ended. */
  async function orphan(searchPath: string | undefined): Promise<ProcessIdentity> {
    const env = { STORE_DIR: storeDir, BINARY: await findNatsServer(), PATH: searchPath };
    const launcher = fork(script, { env });
    const [{ pid }] = await once(launcher, 'message');
    const server = identify(pid);
    launcher.kill('SIGKILL');
    await once(launcher, 'exit');
    if (server === null) throw new Error(`server ${pid} is not there`);
    return server;
  }

  it('takes its server along where the kernel can be asked to', async ({ skip }) => {
    const probe = spawn('setpriv', ['--pdeathsig', 'KILL', 'true'], { stdio: 'ignore' });
    const code = await new Promise((done) => probe.once('error', done).once('exit', done));
    skip(code !== 0, 'this system has no setpriv --pdeathsig');
    const server = await orphan(process.env.PATH);
    await gone(server);
  });

  it('leaves a server behind elsewhere, which the next launch on the store kills', async () => {
    const server = await orphan('');
    expect(isAlive(server)).toBe(true);
    const next = await launch();
    expect(isAlive(server)).toBe(false);
    expect(next.pid).not.toBe(server.pid);
  });
});

async function gone(process: ProcessIdentity): Promise<void> {
  await expect.poll(() => isAlive(process), { timeout: 10_000 }).toBe(false);
}
