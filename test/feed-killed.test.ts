import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { connectNats } from '../engine/platform/log.ts';
import { launchNatsServer } from '../engine/platform/nats-server.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import { logNames } from '../schemas/subjects.ts';
import { bundle, Program, removeBundles, temporaryFolder, until } from './shell-support.ts';
import { readStream } from './support/streams.ts';

const names = logNames();
const folder = temporaryFolder();

afterAll(() => {
  removeBundles();
  rmSync(folder, { recursive: true, force: true });
});

/** What a feed has confirmed so far. */
const confirmed = (feed: Program) => Number(feed.stdout.trim().split('\n').at(-1));

async function confirms(feed: Program, more: number): Promise<void> {
  const goal = confirmed(feed) + more;
  await until(`${goal} confirmed events; ${feed.stderr}`, () => confirmed(feed) >= goal);
}

async function kill(feed: Program): Promise<void> {
  const closed = once(feed.child, 'close');
  feed.child.kill('SIGKILL');
  await closed;
}

test('of a feed that is killed while it spools, all that it has confirmed is in the log, once', async () => {
  const script = await bundle('test/shell-fixture-feed.ts');
  const storeDir = join(folder, 'nats');
  let server = await launchNatsServer({ storeDir });
  const port = Number(new URL(server.url).port);
  const feeds: Program[] = [];
  const start = async () => {
    const feed = new Program([
      script,
      server.url,
      join(folder, 'feed.spool'),
      `run${feeds.length}`,
    ]);
    feeds.push(feed);
    await confirms(feed, 100);
    return feed;
  };

  const first = await start();
  process.kill(server.pid, 'SIGKILL');
  await server.exited;
  await confirms(first, 300);
  await kill(first);

  server = await launchNatsServer({ storeDir, port });
  const second = await start();
  process.kill(server.pid, 'SIGSTOP');
  await confirms(second, 300);
  await kill(second);
  process.kill(server.pid, 'SIGCONT');

  const third = await start();
  await kill(third);

  const nc = await connectNats(server.url, 'test');
  const logged = await Promise.all(
    [0, 1].map((p) => readStream<FirstcallEvent>(nc, names.stream(p))),
  );
  for (const [partition, events] of logged.entries()) {
    const ids = events.map(({ id }) => id);
    const runs = feeds.map((_, run) => ids.filter((id) => id.startsWith(`run${run}-`)));
    // Those of an earlier run stand before those of a later one, each in its order, without a gap.
    const wanted = runs.flatMap((some, run) =>
      some.map((_, n) => `run${run}-${2 * n + partition}`),
    );
    expect(ids).toEqual(wanted);
    for (const [run, feed] of feeds.entries()) {
      expect(runs[run]!.length, `run ${run}`).toBeGreaterThanOrEqual(confirmed(feed) / 2);
    }
  }
  await nc.close();
  await server.stop();
});
