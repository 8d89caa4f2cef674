import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Bell } from '../engine/scoreboard/bell.ts';
import { DEFAULT_MODEL } from '../engine/scoring/model.ts';
import type { ShardTask } from './messages.ts';
import { ShardThread } from './shard-thread.ts';

/** A task that a thread which runs fails at once: no server is there. */
const task = (): ShardTask => ({
  natsUrl: 'nats://127.0.0.1:1',
  log: '',
  partitions: 1,
  model: DEFAULT_MODEL,
  isReadOnly: true,
  stopAt: Number.POSITIVE_INFINITY,
  snapshots: null,
  bell: new Bell().buffer,
  hosted: [],
  control: new MessageChannel().port2,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'firstcall-thread-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What ends while it is loaded as long as `isBroken`; ending it from here can end Node.js as well. */
function program(isBroken: boolean): string {
  const file = join(folder, 'shard.mjs');
  const source = isBroken ? 'process.exit(3);' : 'export default () => null;';
  writeFileSync(file, source);
  return file;
}

test('a thread that ends before it runs fails what waits for it', async () => {
  const thread = new ShardThread(program(true));
  await expect(thread.run(task())).rejects.toThrow(/exited|aborted/);
  await expect(thread.run(task())).rejects.toThrow(/exited|aborted/);
  await thread.destroy();
});

test('a thread that ends before it runs fails its shard, and the next one runs', async () => {
  const thread = new ShardThread(program(true));
  await expect(thread.run(task())).rejects.toThrow(/exited|aborted/);
  program(false);
  // The thread that Piscina has put in its place may be of either kind.
  const next = await thread.run(task()).catch(() => thread.run(task()));
  expect(next).toBeNull();
  expect(thread.threads).toHaveLength(1);
  await thread.destroy();
});

test('the thread is a shard', async () => {
  const thread = new ShardThread();
  await expect(thread.run(task())).rejects.toThrow('no NATS server answers at nats://127.0.0.1:1');
  await thread.destroy();
});
