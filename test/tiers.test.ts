import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectFirstcall } from '../client/src/index.ts';
import { createGateway } from '../engine/gateway/gateway.ts';
import type { Gateway } from '../engine/gateway/services.ts';
import { contentHash } from '../engine/platform/hash.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { canonicalModel } from '../engine/scoring/model.ts';
import { resolveModel } from '../engine/scoring/model-settings.ts';
import { isAssetClass } from '../engine/scoring/scopes.ts';
import type { SnapshotFrame } from '../schemas/protocol.ts';
import type { ScoredDealer, SelectRequest } from '../schemas/selection.ts';
import { logNames } from '../schemas/subjects.ts';
import type { TierMessage } from '../schemas/tier-message.ts';
import { startEngine, until } from './support/engine.ts';
import { startNats, type TestNats } from './support/nats.ts';
import { publishLog, SIM_START, simulatePartitions } from './support/simulated-log.ts';
import { readStream } from './support/streams.ts';
import { tiersAfter, tierVerdicts } from './support/tiers.ts';

const PARTITIONS = 3;
const DAY_MICROS = 86_400e6;
const MARKET = {
  seed: 9,
  days: 4,
  rfqsPerDay: 250,
  dealers: 12,
  instruments: 24,
  clockMinutes: 30,
};
const { log, market } = simulatePartitions(MARKET, PARTITIONS);
/** Thresholds near to one another, so that dealers move more than once. */
const model = resolveModel({
  tiers: [
    { enter: 0.7, leave: 0.69 },
    { enter: 0.6, leave: 0.59 },
  ],
});
const expected: TierMessage[] = tierVerdicts(log, model).map(
  ({ assetClass, tsEvent, changes }) =>
    ({
      type: 'tiers',
      assetClass,
      tsEvent,
      modelHash: contentHash(canonicalModel(model)),
      changes,
    }) as TierMessage,
);

let nats: TestNats;
let nc: NatsConnection;

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
  for (const name of ['one', 'three']) {
    await ensureLog(nc, logNames(name), PARTITIONS);
    await publishLog(nc, logNames(name), log);
  }
});

afterAll(async () => {
  await nc?.close();
  await nats?.stop();
});

/** Of the decision stream, which has records of rules and dealers too. */
async function messagesOf(name: string): Promise<TierMessage[]> {
  const records = await readStream<TierMessage>(nc, logNames(name).decisionStream);
  return records.filter(({ type }) => type === 'tiers');
}

const startOn = (name: string, shards: number) =>
  startEngine(nats.url, logNames(name), { partitions: PARTITIONS, shards, model });

/** Runs an engine until it is ready, which includes tiers; it writes them before it closes. */
async function readLog(name: string, shards: number): Promise<void> {
  const { engine, close } = await startOn(name, shards);
  await until(() => engine.status().ready);
  await close();
}

test('the log has midnights that say something, and dealers that move more than once', () => {
  expect(new Set(expected.map(({ tsEvent }) => tsEvent)).size).toBeGreaterThan(3);
  expect(new Set(expected.map(({ assetClass }) => assetClass)).size).toBeGreaterThan(2);
  const moved = expected.flatMap(({ changes }) => changes.filter(({ from }) => from !== null));
  expect(moved.length).toBeGreaterThan(0);
  expect(expected.every(({ tsEvent }) => tsEvent % DAY_MICROS === 0)).toBe(true);
});

test('changes are in the audit log once: by 1 shard and 3, and started again', async () => {
  await readLog('three', 3);
  expect(await messagesOf('three')).toEqual(expected);
  await readLog('one', 1);
  expect(await messagesOf('one')).toEqual(expected);
  await readLog('one', 2);
  expect(await messagesOf('one')).toEqual(expected);
});

test('another model writes its own', async () => {
  const other = resolveModel({ tiers: [{ enter: 0.65, leave: 0.6 }] });
  const { close } = await startEngine(nats.url, logNames('three'), {
    partitions: PARTITIONS,
    model: other,
  });
  const verdicts = tierVerdicts(log, other);
  await until(async () => (await messagesOf('three')).length >= expected.length + verdicts.length);
  await close();
  const messages = (await messagesOf('three')).slice(expected.length);
  expect(messages.map(({ changes }) => changes)).toEqual(verdicts.map(({ changes }) => changes));
});

test('a shard that dies while midnights pass, and an engine stopped half-way, tell nothing twice', async () => {
  const names = logNames('killed');
  await ensureLog(nc, names, PARTITIONS);
  const publishing = publishLog(nc, names, log, 3);
  const first = await startOn('killed', 2);
  const midnight = (n: number) => SIM_START + n * DAY_MICROS;
  await until(() => (first.engine.status().asOf ?? 0) > midnight(1));
  await first.engine.shardThreads[0]!.terminate();
  await until(() => (first.engine.status().asOf ?? 0) > midnight(2));
  await first.close();
  await publishing;
  await readLog('killed', 3);
  expect(await messagesOf('killed')).toEqual(expected);
});

test('rankings, selections and replicas carry the tiers', async () => {
  const tiers = tiersAfter(expected);
  let gateway: Gateway | undefined;
  const { engine, close } = await startEngine(nats.url, logNames('one'), {
    partitions: PARTITIONS,
    model,
    onUpdate: (update) => gateway?.publish(update),
    onStatus: () => gateway?.statusChanged(),
  });
  const options = { host: '127.0.0.1', port: 0, library: 'auto', webDir: null } as const;
  gateway = await createGateway(engine, options);
  const at = `127.0.0.1:${gateway.port}`;
  await until(() => engine.status().ready);

  const assetClasses = engine.status().scopes.filter(isAssetClass);
  expect(assetClasses.length).toBeGreaterThan(2);
  const ranked = new Map<string, number>();
  for (const assetClass of assetClasses) {
    const answer = await fetch(`http://${at}/rankings/${assetClass}?format=json`);
    for (const { dealerId, tier } of ((await answer.json()) as SnapshotFrame)
      .rows as ScoredDealer[]) {
      if (tier !== null) ranked.set(`${assetClass} ${dealerId}`, tier);
    }
  }
  expect(new Map([...ranked].sort())).toEqual(new Map([...tiers].sort()));

  const client = connectFirstcall({ url: `ws://${at}`, model });
  await client.whenLive();
  const seen = new Set<number | null>();
  for (const { instrumentId } of market.instruments.slice(0, 6)) {
    const order = {
      orderId: 'o',
      instrumentId,
      side: 'buy',
      quantity: 1e6,
      tsEvent: SIM_START + 5 * DAY_MICROS,
      count: 12,
    } as unknown as SelectRequest;
    const selection = engine.select(order);
    const assetClass = selection.scopes.find(isAssetClass)!;
    for (const { dealerId, tier } of selection.dealers) {
      seen.add(tier);
      expect(tier).toBe(tiers.get(`${assetClass} ${dealerId}`) ?? null);
    }
    const watch = client.watchInstrument(instrumentId);
    await watch.whenLive();
    expect(client.selectLocally(order)).toEqual(selection);
    watch.close();
  }
  expect(seen.size).toBeGreaterThan(2);
  client.close();
  await gateway.close();
  await close();
});
