import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { History } from '../engine/history/history.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { launchNatsServer, type NatsServer } from '../engine/platform/nats-server.ts';
import { logNames } from '../schemas/subjects.ts';
import { startEngine, until } from './support/engine.ts';
import { HistoryHarness, logger } from './support/history.ts';
import { publishLog, simulatePartitions } from './support/simulated-log.ts';
import { sliceLog } from './support/slices.ts';

const PARTITIONS = 2;
const names = logNames('cut');
const OPTIONS = { seed: 5, days: 1, rfqsPerDay: 200, dealers: 10, instruments: 20 };
const slices = sliceLog(simulatePartitions(OPTIONS, PARTITIONS).log, 720);
const harness = new HistoryHarness();

let storeDir: string;
let server: NatsServer;

beforeEach(async () => {
  storeDir = await mkdtemp(join(tmpdir(), 'firstcall-cut-'));
  server = await launchNatsServer({ storeDir: join(storeDir, 'nats') });
});

afterEach(async () => {
  await server.stop();
  await rm(storeDir, { recursive: true, force: true });
});

/** Restarts the server on its port; `before` happens while it is away. */
async function restart(before: () => Promise<void>): Promise<void> {
  const port = Number(new URL(server.url).port);
  await server.stop();
  await before();
  server = await launchNatsServer({ storeDir: join(storeDir, 'nats'), port });
}

async function publish(slice: number): Promise<void> {
  const nc = await connectNats(server.url, 'test-feed');
  await ensureLog(nc, names, PARTITIONS);
  await publishLog(nc, names, slices[slice]!);
  await nc.close();
}

test('when a power cut has taken the end of the log, nobody goes on with what is not there', async () => {
  await publish(0);
  await restart(() => cp(join(storeDir, 'nats'), join(storeDir, 'kept'), { recursive: true }));
  const engineFatal: unknown[] = [];
  const onFatal = (error: unknown): void => void engineFatal.push(error);
  const { engine, nc, close } = await startEngine(server.url, names, {
    partitions: PARTITIONS,
    onFatal,
  });
  const database = harness.connection.writer;
  const history = new History({ nc, names, partitions: PARTITIONS, database, logger });
  await history.start();
  await until(() => engine.status().ready);
  const early = engine.stateHashes().join();
  await publish(1);
  await until(() => engine.status().ready && engine.stateHashes().join() !== early);
  await until(() => history.health.rowsTotal > 0);
  const historyEnded = history.finished().then(
    () => null,
    (error: unknown) => error,
  );

  await restart(async () => {
    await rm(join(storeDir, 'nats'), { recursive: true });
    await cp(join(storeDir, 'kept'), join(storeDir, 'nats'), { recursive: true });
  });
  await publish(0);
  await publish(1);
  await until(() => engineFatal.length > 0);
  expect(engineFatal[0]).toMatchObject({
    code: 'logReplaced',
    message: expect.stringContaining('the log has lost its end or was replaced'),
  });
  expect(await historyEnded).toMatchObject({ code: 'logReplaced' });
  await close();
});
