import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGateway } from '../engine/gateway/gateway.ts';
import { contentHash } from '../engine/platform/hash.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import type { BoardBuffer } from '../engine/scoreboard/board.ts';
import { boardState } from '../engine/scoreboard/board-digest.ts';
import { DEFAULT_MODEL } from '../engine/scoring/model.ts';
import { logNames } from '../schemas/subjects.ts';
import { ShardPool } from '../workers/shard-pool.ts';
import { startEngine, until } from './support/engine.ts';
import { startNats, type TestNats } from './support/nats.ts';
import { publishLog, simulatePartitions } from './support/simulated-log.ts';

const PARTITIONS = 8;
const OPTIONS = { seed: 7, days: 3, rfqsPerDay: 300, dealers: 25, instruments: 60 };
const { log } = simulatePartitions(OPTIONS, PARTITIONS);

let nats: TestNats;
let nc: NatsConnection;

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
  // The same events, cut into messages of up to 50 and of up to 3.
  await ensureLog(nc, logNames('fifty'), PARTITIONS);
  await publishLog(nc, logNames('fifty'), log, 50);
  await ensureLog(nc, logNames('three'), PARTITIONS);
  await publishLog(nc, logNames('three'), log, 3);
});

afterAll(async () => {
  await nc?.close();
  await nats?.stop();
});

/** Score state after the whole log, one hash a partition. */
async function stateAfter(name: string, shards: number): Promise<string[]> {
  const { engine, close } = await startEngine(nats.url, logNames(name), {
    partitions: PARTITIONS,
    shards,
  });
  await until(() => engine.status().ready);
  const hashes = engine.stateHashes();
  await close();
  return hashes;
}

test('the same log gives the same bits: twice, with 1 shard and 3, and cut differently', async () => {
  const first = await stateAfter('fifty', 1);
  expect(new Set(first).size).toBe(PARTITIONS);
  expect(await stateAfter('fifty', 1)).toEqual(first);
  expect(await stateAfter('fifty', 3)).toEqual(first);
  expect(await stateAfter('three', 2)).toEqual(first);
});

/** The same of partitions that one pool hosts, by their numbers. */
async function stateOfPool(name: string, hosted: readonly number[]): Promise<string[]> {
  const boards = new Map<number, BoardBuffer>();
  const caughtUp = new Set<number>();
  const pool = new ShardPool({
    natsUrl: nats.url,
    log: name,
    partitions: PARTITIONS,
    shards: 2,
    hosted,
    isReadOnly: true,
    model: DEFAULT_MODEL,
    onBoard: (partition, board) => boards.set(partition, board),
    onCaughtUp: (partition) => caughtUp.add(partition),
    onFailure: (_, error) => expect.fail(String(error)),
    onFrozen: () => {},
    onCounters: () => {},
  });
  await until(() => caughtUp.size === hosted.length);
  await pool.stop();
  expect([...boards.keys()].sort()).toEqual(hosted);
  return hosted.map((p) => contentHash(boardState(boards.get(p)!).lines.join('\n')));
}

test('pools that host a part of the partitions come to the bits that one for all comes to', async () => {
  const whole = await stateAfter('fifty', 2);
  for (const hosted of [[0, 3, 5, 6], [1, 2, 4], [7]]) {
    const part = hosted.map((partition) => whole[partition]);
    expect(await stateOfPool('fifty', hosted)).toEqual(part);
  }
});

test('a shard killed under load: degraded, named, rebuilt, and the state ends the same', async () => {
  const undisturbed = await stateAfter('fifty', 2);
  const names = logNames('killed');
  const { engine, close } = await startEngine(nats.url, names, { partitions: PARTITIONS });
  const options = { host: '127.0.0.1', port: 0, library: 'auto', webDir: null } as const;
  const gateway = await createGateway(engine, options);
  const readiness = async () => await fetch(`http://127.0.0.1:${gateway.port}/readyz`);
  const publishing = publishLog(nc, names, log, 3);
  await until(() => engine.status().asOf !== null);
  const order = {
    orderId: 'o' as never,
    instrumentId: 'X' as never,
    side: 'buy' as const,
    quantity: 1e6,
    tsEvent: Date.UTC(2026, 0, 9) * 1000,
  };
  await until(() => engine.status().ready && engine.select(order).dealers.length > 0);
  await engine.shardThreads[0]!.terminate();
  await until(() => !engine.status().ready);
  const { degradedPartitions } = engine.status();
  expect(degradedPartitions.length).toBe(PARTITIONS / 2);
  const notReady = await readiness();
  expect(notReady.status).toBe(503);
  expect(await notReady.json()).toMatchObject({ ready: false, degradedPartitions });
  const during = engine.select(order);
  expect(during.degraded).toBe(true);
  expect(during.degradedPartitions).toEqual(engine.status().degradedPartitions);
  await publishing;
  await until(() => engine.status().ready);
  await until(() => engine.stateHashes().join() === undisturbed.join());
  expect(engine.select(order).degraded).toBe(false);
  expect((await readiness()).status).toBe(200);
  await gateway.close();
  await close();
});
