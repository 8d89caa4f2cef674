import { jetstream } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { decode, encode } from '../../schemas/codec.ts';
import { historyQuerySubject, type QueryReply } from '../../schemas/history-query.ts';
import type { OrderId } from '../../schemas/ids.ts';
import { bareSelection } from '../../schemas/testing/bare-selection.ts';
import { HistoryHarness, HOMES, NOW_US } from '../../test/support/history.ts';
import { QueryService } from './query-service.ts';

const harness = new HistoryHarness();
const ORDER = 'O-bench' as OrderId;

test('quotes are judged by what the selection before them expected', async () => {
  const history = await harness.startHistory();
  const { nc, names, connection } = harness;
  const service = new QueryService({ nc, names, database: connection.reader, history });
  harness.onEnd(() => service.stop());
  const { preTrade, order } = bareSelection();
  const expecting = (decisionId: string, price: number) =>
    bareSelection({
      decisionId,
      orderId: ORDER,
      order: { ...order, side: 'sell', orderId: ORDER },
      preTrade: { ...preTrade, benchmark: { price, improvementBps: 2, toleranceBps: 3 } },
    });
  const js = jetstream(nc);
  await js.publish(names.decisions, JSON.stringify(expecting('00000000000000aa', 101)));
  await js.publish(names.decisions, JSON.stringify(expecting('00000000000000bb', 100)));
  const ask = (dealerId: string) => ({ dealerId, tsSent: NOW_US });
  await harness.publish(0, 'rfq', {
    kind: 'rfq',
    id: 'r1',
    tsEvent: NOW_US,
    rfqId: 'R1',
    orderId: ORDER,
    instrumentId: HOMES[0],
    side: 'sell',
    quantity: 1e6,
    asks: [ask('A'), ask('B'), ask('C')],
    tsDeadline: NOW_US + 6e7,
  });
  const quote = (dealerId: string, bid: number) => ({
    kind: 'quote',
    id: `q-${dealerId}`,
    tsEvent: NOW_US + 1,
    quoteId: `Q-${dealerId}`,
    rfqId: 'R1',
    dealerId,
    instrumentId: HOMES[0],
    quoteKind: 'firm',
    bid,
  });
  for (const each of [quote('A', 99.98), quote('B', 100.01), quote('C', 99.9)]) {
    await harness.publish(0, 'quote', each);
  }
  // Made after the quotes: not what they are judged by.
  await js.publish(names.decisions, JSON.stringify(expecting('00000000000000cc', 90)));
  await harness.caughtUp(history);
  const question = encode({ query: 'quotesAgainstBenchmark', parameters: { orderId: ORDER } });
  const reply = await nc.request(historyQuerySubject(names), question);
  const { rows } = decode(reply.data) as Extract<QueryReply, { rows: unknown }>;
  expect(rows).toMatchObject([
    { dealer_id: 'B', decision_id: '00000000000000bb', is_competitive: 1 },
    { dealer_id: 'A', better_bps: expect.closeTo(-2, 6), is_competitive: 1 },
    { dealer_id: 'C', better_bps: expect.closeTo(-10, 6), is_competitive: 0 },
  ]);
});
