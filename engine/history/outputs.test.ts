import { setTimeout as delay } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { decode, encode } from '../../schemas/codec.ts';
import { historyQuerySubject, type QueryReply } from '../../schemas/history-query.ts';
import type { DealerId, OrderId } from '../../schemas/ids.ts';
import type { SnapshotFrame } from '../../schemas/protocol.ts';
import type { ScoredDealer } from '../../schemas/selection.ts';
import { bareSelection } from '../../schemas/testing/bare-selection.ts';
import { HistoryHarness, HOMES, logger, NOW_US, orderOf } from '../../test/support/history.ts';
import { QueryService } from './query-service.ts';
import { ScoreSampler } from './score-sampler.ts';

const harness = new HistoryHarness();

async function ask(query: string, parameters = {}): Promise<QueryReply> {
  const question = encode({ query, parameters });
  const reply = await harness.nc.request(historyQuerySubject(harness.names), question);
  return decode(reply.data) as QueryReply;
}

async function rowsOf(query: string, parameters = {}): Promise<readonly object[]> {
  const reply = await ask(query, parameters);
  if ('error' in reply) throw new Error(reply.error.message);
  return reply.rows;
}

test('decisions, other records and dead letters are kept', async () => {
  const history = await harness.startHistory();
  const { nc, names } = harness;
  const js = jetstream(nc);
  const scored = { rank: 1, compositeStandardError: null, displayScore: 3, insufficient: false };
  const standing = { tier: null, appetite: { state: 'unknown', z: null } } as const;
  const rest = {
    value: 1,
    callOrder: 1,
    axe: null,
    chance: 1,
    reason: 'because',
    metrics: [],
  };
  const dealer = { ...scored, ...standing, ...rest };
  const selection = bareSelection({
    orderId: 'o1' as OrderId,
    asOf: NOW_US,
    dealers: [
      { ...dealer, dealerId: 'D1' as DealerId, composite: 0.1 + 0.2 },
      { ...dealer, dealerId: 'D2' as DealerId, composite: 0.25 },
    ],
  });
  await js.publish(names.decisions, encode(selection));
  await js.publish(names.audit('tiers'), encode({ override: 'D2', bytes: new Uint8Array([1, 2]) }));
  const bytes = new Uint8Array([0, 255, 10, 34]);
  const letter = {
    reason: 'invalid',
    detail: 'a "b"',
    subject: 's',
    partition: 'all',
    sequence: 9,
  };
  await js.publish(names.deadLetter('invalid', 0), encode({ ...letter, index: 2, bytes }));
  await harness.caughtUp(history);
  const where = 'WHERE log = {log:String}';
  const [kept] = await harness.rows(`SELECT * FROM selections ${where}`);
  expect(kept).toMatchObject({
    order_id: 'o1',
    as_of_us: NOW_US,
    ranked_scope: 'ALL',
    dealer_ids: ['D1', 'D2'],
    composites: [0.1 + 0.2, 0.25],
  });
  expect(JSON.parse(kept!.selection as string)).toEqual(selection);
  const [entry] = await harness.rows(`SELECT subject, entry FROM audit ${where}`);
  expect(entry).toEqual({
    subject: names.audit('tiers'),
    entry: '{"override":"D2","bytes":{"base64":"AQI="}}',
  });
  const [dead] = await harness.rows(
    `SELECT reason, detail, source_subject, source_partition, source_sequence, source_index,
      hex(bytes) AS bytes FROM dead_letters ${where}`,
  );
  expect(dead).toEqual({
    reason: 'invalid',
    detail: 'a "b"',
    source_subject: 's',
    source_partition: -1,
    source_sequence: 9,
    source_index: 2,
    bytes: '00FF0A22',
  });
});

test('named questions are answered, others refused with the reason', async () => {
  const [zero] = HOMES;
  const history = await harness.startHistory();
  const { nc, names, connection } = harness;
  const service = new QueryService({ nc, names, database: connection.reader, history });
  harness.onEnd(() => service.stop());
  await harness.publish(0, 'order', [orderOf('a', zero), orderOf('b', zero)]);
  await harness.caughtUp(history);
  expect(await rowsOf('counts')).toContainEqual({ table: 'orders', rows: 2, places: 2 });
  expect(await ask('positions')).toEqual({
    rows: expect.arrayContaining([{ stream: names.stream(0), sequence: 1 }]),
  });
  expect(await ask('selectionsOfOrder', { orderId: 'none' })).toEqual({ rows: [] });
  expect(await ask('DROP TABLE orders')).toMatchObject({ error: { code: 'unknownQuery' } });
  expect(await ask('selectionsOfOrder', { orderId: 'a', limit: 3 })).toMatchObject({
    error: { code: 'badParameters', message: expect.stringContaining('limit') },
  });
  const inJson = await nc.request(historyQuerySubject(names), '{"query":"deadLetterCounts"}');
  expect(inJson.json()).toEqual({ rows: [] });
});

test('the oracle is asked over the same service, step by step', async () => {
  const history = await harness.startHistory();
  const { nc, names, connection } = harness;
  const service = new QueryService({ nc, names, database: connection.reader, history });
  harness.onEnd(() => service.stop());
  expect(await ask('oracleMetrics', { run: 'r' })).toMatchObject({
    error: { code: 'oracleOrder' },
  });
  const model = { latenessUs: 1, staleUs: 1, orderTimeoutUs: 1, tcaNames: [], splitBySide: true };
  const position = { partitions: [0, 0], all: 0 };
  for (let step = 1, steps = 1; step <= steps; step++) {
    const parameters = { run: 'r', step, position, sizeBounds: [], ...model };
    const [done] = await rowsOf('oracleDerive', parameters);
    expect(done).toMatchObject({ step, name: expect.any(String) });
    steps = (done as { steps: number }).steps;
  }
  expect(await ask('oracleMetrics', { run: 'r' })).toEqual({ rows: [] });
  expect(await ask('oracleDrop', { run: 'r' })).toEqual({ rows: [] });
});

test('of each published ranking one state in a while is kept, dealer by dealer', async () => {
  const history = await harness.startHistory();
  const { nc, names, connection } = harness;
  const database = connection.writer;
  const sampler = new ScoreSampler({ nc, names, database, logger, scoreSnapshotSeconds: 3600 });
  sampler.start();
  const service = new QueryService({ nc, names, database: connection.reader, history });
  harness.onEnd(() => sampler.stop());
  harness.onEnd(() => service.stop());
  await nc.flush();
  const metric = { metric: 'fillRate', estimate: 0.3, standardError: null, normalised: 0.3 };
  const metrics = [{ ...metric, weight: 0.3, contribution: 0.09, mass: 5, effectiveSample: 4.5 }];
  const scored = { rank: 1, value: 0.3, composite: 0.7, displayScore: 3.3 };
  const standing = { tier: null, appetite: { state: 'unknown', z: null } } as const;
  const dealer = { ...scored, ...standing, compositeStandardError: null };
  const rows: ScoredDealer[] = [
    { ...dealer, dealerId: 'D1' as DealerId, insufficient: false, metrics },
    { ...dealer, dealerId: 'D2' as DealerId, insufficient: true, rank: null, metrics: [] },
  ];
  const position = { partitions: [1, 1], all: 1, tiers: 0 };
  const common = { type: 'snapshot', topic: 'ALL', asOf: 77, position, modelHash: 'm' } as const;
  const frame: SnapshotFrame = { ...common, seq: 0, rows };
  nc.publish(names.rankings('ALL'), encode({ ...frame, type: 'delta', seq: 1, removed: [] }));
  nc.publish(names.rankings('ALL'), encode({ ...frame, seq: 'not a number' }));
  nc.publish(names.rankings('ALL'), encode({ ...frame, seq: 2 }));
  nc.publish(names.rankings('ALL'), encode({ ...frame, seq: 3, asOf: 78 }));
  nc.publish(names.rankings('ALL/fillRate'), encode({ ...frame, topic: 'ALL/fillRate', seq: 1 }));
  const question = { topic: 'ALL', dealerId: 'D1' };
  while ((await rowsOf('scoreHistory', question)).length === 0) await delay(50);
  expect(await rowsOf('scoreHistory', question)).toEqual([
    expect.objectContaining({
      as_of_us: 77,
      topic_seq: 2,
      rank: 1,
      value: 0.3,
      composite: 0.7,
      metrics: ['fillRate'],
      estimates: [0.3],
      standard_errors: [null],
    }),
  ]);
  expect(await rowsOf('counts')).toContainEqual({ table: 'score_snapshots', rows: 4, places: 4 });
});
