import { jetstream } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { decode, encode } from '../../schemas/codec.ts';
import { historyQuerySubject, type QueryReply } from '../../schemas/history-query.ts';
import type { InstrumentId } from '../../schemas/ids.ts';
import type { OrderAnalysis } from '../../schemas/order-analysis.ts';
import { analysisOf, fillOf } from '../../test/support/analyses.ts';
import { HistoryHarness } from '../../test/support/history.ts';
import { createPublisher, type EventPublisher } from '../platform/publisher.ts';
import type { History } from './history.ts';
import { QueryService } from './query-service.ts';

const harness = new HistoryHarness();

function serve(history: History): void {
  const { nc, names, connection } = harness;
  const service = new QueryService({ nc, names, database: connection.reader, history });
  harness.onEnd(() => service.stop());
}

async function ask(query: string, parameters = {}): Promise<readonly Record<string, unknown>[]> {
  const question = encode({ query, parameters });
  const reply = await harness.nc.request(historyQuerySubject(harness.names), question);
  const answer = decode(reply.data) as QueryReply;
  if ('error' in answer) throw new Error(answer.error.message);
  return answer.rows;
}

/** Publishes analyses as if one message of the log had led to each. */
async function publish(
  publisher: EventPublisher,
  firstSequence: number,
  analyses: readonly OrderAnalysis[],
  modelHash = 'm',
): Promise<void> {
  for (const [i, analysis] of analyses.entries()) {
    const place = { partition: 1, sequence: firstSequence + i, index: 0 };
    await publisher.analysis({ ...place, modelHash, analysis });
  }
  await publisher.flush();
}

test('a record is kept digit for digit, with what is null and why', async () => {
  const history = await harness.startHistory();
  serve(history);
  const { nc, names } = harness;
  const analysis = analysisOf('o1');
  const message = { partition: 1, sequence: 42, index: 3, modelHash: 'm', analysis };
  await jetstream(nc).publish(names.tca(1), encode({ ...message, fillsOmitted: 7 }));
  await harness.caughtUp(history);
  const { figures, fills } = analysis;
  expect(await ask('analysisOfOrder', { orderId: 'o1' })).toEqual([
    {
      order_id: 'o1',
      instrument_id: 'XS0000000001',
      revision: 0,
      model_hash: 'm',
      side: 'buy',
      quantity: 3_000_000,
      filled_quantity: 2_000_000,
      ts_arrived_us: analysis.tsArrived,
      ts_closed_us: analysis.tsClosed,
      mid_arrived: 100,
      delay_bps: figures.delayBps,
      execution_bps: figures.executionBps,
      opportunity_bps: 0,
      shortfall_bps: figures.shortfallBps,
      impact_bps: 2,
      reversion_1m_bps: -0.5,
      reversion_5m_bps: 0.25,
      reversion_30m_bps: null,
      nulls: { reversion_30m_bps: 'noNewTick' },
      source_partition: 1,
      source_sequence: 42,
      source_index: 3,
      fills_omitted: 7,
      'fills.fill_id': ['f0', 'f1'],
      'fills.rfq_id': ['r1', ''],
      'fills.dealer_id': ['D0', 'D1'],
      'fills.ts_event_us': fills.map((fill) => fill.tsEvent),
      'fills.price': [100.01, 100.01],
      'fills.quantity': [1_000_000, 1_000_000],
      'fills.mid_sent': [100, null],
      'fills.mid_fill': [100.005, null],
      'fills.effective_spread_bps': [0.5, null],
      'fills.realized_spread_1m_bps': [0.75, null],
      'fills.realized_spread_5m_bps': [-0.125, null],
      'fills.realized_spread_30m_bps': [null, null],
    },
  ]);
});

test('the highest revision by the model that came last is what a question finds', async () => {
  const history = await harness.startHistory();
  serve(history);
  const publisher = createPublisher(harness.nc, harness.names);
  const busted = { revision: 1, filledQuantity: 1_000_000, fills: [fillOf(0)] };
  await publish(publisher, 1, [analysisOf('o1'), analysisOf('o2'), analysisOf('o1', busted)]);
  await harness.caughtUp(history);
  expect(await ask('analysisOfOrder', { orderId: 'o1' })).toMatchObject([
    { revision: 1, filled_quantity: 1_000_000, 'fills.fill_id': ['f0'] },
  ]);
  expect(await ask('orderAnalyses')).toMatchObject([
    { order_id: 'o1', revision: 1, fill_count: 1 },
    { order_id: 'o2', revision: 0, fill_count: 2 },
  ]);
  await publish(publisher, 1, [analysisOf('o1', { midArrived: 99 })], 'changed');
  await harness.caughtUp(history);
  const anew = { revision: 0, model_hash: 'changed', mid_arrived: 99 };
  expect(await ask('analysisOfOrder', { orderId: 'o1' })).toMatchObject([anew]);
  expect(await ask('orderAnalyses')).toMatchObject([anew, { order_id: 'o2', model_hash: 'm' }]);
  expect(await ask('analysisOfOrder', { orderId: 'none' })).toEqual([]);
});

test('orders are found by instrument and time of arrival, the newest first', async () => {
  const history = await harness.startHistory();
  serve(history);
  const publisher = createPublisher(harness.nc, harness.names);
  const orders = [1, 2, 3, 4].map((n) =>
    analysisOf(`o${n}`, { tsArrived: n * 1000, instrumentId: `I${n % 2}` as InstrumentId }),
  );
  await publish(publisher, 1, orders);
  await harness.caughtUp(history);
  const found = async (parameters: object) =>
    (await ask('orderAnalyses', parameters)).map((row) => row.order_id);
  expect(await found({})).toEqual(['o4', 'o3', 'o2', 'o1']);
  expect(await found({ limit: 2 })).toEqual(['o4', 'o3']);
  expect(await found({ fromUs: 2000, throughUs: 3000 })).toEqual(['o3', 'o2']);
  expect(await found({ instrumentId: 'I1', limit: 1 })).toEqual(['o3']);
  await expect(found({ limit: 1001 })).rejects.toThrow('limit');
});

test('a history that starts again keeps each record once, and passes over what is none', async () => {
  const publisher = createPublisher(harness.nc, harness.names);
  for (let round = 0; round < 3; round++) {
    const history = await harness.startHistory();
    const orders = Array.from({ length: 20 }, (_, i) => analysisOf(`o${round}-${i}`));
    await publish(publisher, 1 + 20 * round, orders);
    await jetstream(harness.nc).publish(harness.names.tca(1), 'not a record');
    if (round !== 1) await harness.caughtUp(history);
    await history.stop();
  }
  const [stored] = await harness.rows(
    `SELECT count() AS rows, uniqExact(sequence) AS places, uniqExact(order_id) AS orders
    FROM order_analyses WHERE log = {log:String}`,
  );
  expect(stored).toEqual({ rows: 60, places: 60, orders: 60 });
});
