import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { HistoryHarness, logger } from '../../test/support/history.ts';
import { encodeConfig, resolveConfig } from '../platform/config.ts';
import { distFile } from '../platform/dist.ts';
import { connectHistory } from './connect.ts';
import { History } from './history.ts';

const harness = new HistoryHarness();

/** Runs a history process on a place of its own until it ends, and returns its exit code and log. */
async function runProcess(storeDir: string) {
  const env = {
    FIRSTCALL_NATS_URL: `nats://${harness.nc.getServer()}`,
    FIRSTCALL_LOG: harness.names.log,
    FIRSTCALL_PARTITIONS: '2',
    FIRSTCALL_LOG_FORMAT: 'json',
  };
  const config = resolveConfig({ cwd: storeDir, env });
  const child = spawn(process.execPath, [distFile('engine/history/main.js')], {
    env: { ...process.env, FIRSTCALL_CONFIG: encodeConfig(config) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [log, [code]] = await Promise.all([text(child.stdout!), once(child, 'exit')]);
  return { log, code };
}

test('a second process on an embedded database ends, and says why', async () => {
  const storeDir = await mkdtemp(join(tmpdir(), 'firstcall-store-'));
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { createChdbConnection } from 'chdb/connection';
      const connection = createChdbConnection({ path: process.argv[1] });
      await connection.ping();
      console.log('held');
      process.stdin.on('end', () => connection.close()).resume();`,
      join(storeDir, '.firstcall', 'history'),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'], cwd: import.meta.dirname },
  );
  await once(holder.stdout, 'data');
  const { code, log } = await runProcess(storeDir);
  expect(code).toBe(1);
  expect(log).toContain('one process may have it open');
  const ended = once(holder, 'exit');
  holder.stdin.end();
  await ended;
  await rm(storeDir, { recursive: true });
});

test('while a server is away, history waits for it, and stops when it is told to', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as { port: number };
  closed.close();
  const clickhouseUrl = `http://user:secret@127.0.0.1:${port}/desk`;
  const connection = await connectHistory({ clickhouseUrl, directory: '' });
  harness.onEnd(() => connection.close());
  const { nc, names } = harness;
  const waits: number[] = [];
  const noting = logger.child({}, { level: 'silent' });
  noting.warn = ((fields: { waitMs: number }) => waits.push(fields.waitMs)) as typeof noting.warn;
  const history = new History({
    nc,
    names,
    partitions: 2,
    database: connection.writer,
    logger: noting,
  });
  const starting = history.start();
  const refused = expect(starting).rejects.toMatchObject({ code: 'stopped' });
  while (waits.length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  await history.stop();
  await refused;
  expect(waits).toEqual([100, 200]);
});
