import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
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

test('a thread that ends before it runs fails what waits for it', async () => {
  const thread = new ShardThread();
  const running = thread.run(task());
  void thread.threads[0]!.terminate();
  await expect(running).rejects.toThrow('exited');
  const waiting = thread.run(task());
  void thread.threads[0]!.terminate();
  await expect(waiting).rejects.toThrow('aborted');
  await thread.destroy();
});

test('a thread that ends before it runs fails its shard, and the next one runs', async () => {
  const thread = new ShardThread();
  const running = thread.run(task());
  void thread.threads[0]!.terminate();
  await expect(running).rejects.toThrow('exited');
  await thread.threads[0]!.terminate();
  // Piscina has given up.
  expect(thread.threads).toHaveLength(0);
  await expect(thread.run(task())).rejects.toThrow('no NATS server answers at nats://127.0.0.1:1');
  expect(thread.threads).toHaveLength(1);
  await thread.destroy();
});
