import { describe, expect, test } from 'vitest';
import { MAX_TOPICS_PER_FRAME } from './protocol.ts';
import { refuseClientFrame, refuseSelectRequest } from './validate-frames.ts';

const order = { orderId: 'O1', instrumentId: 'I1', side: 'buy', quantity: 1e6, tsEvent: 5 };

describe('refuseClientFrame', () => {
  test.each([
    { type: 'subscribe', topics: ['ALL'] },
    { type: 'subscribe', topics: ['CORP-FIN-BBB-5_10', 'CORP/fillRate', 'sums:ALL'] },
    { type: 'unsubscribe', topics: ['instrument:US0378331005/responseSeconds'] },
    { type: 'resync', topics: ['issuer:ACME'] },
    { type: 'select', requestId: 0, order: { ...order, count: 7 } },
    { type: 'ping', requestId: 9 },
  ])('takes %o', (frame) => {
    expect(refuseClientFrame(frame)).toBeNull();
  });

  test.each<[unknown, string]>([
    [
      null,
      'type: must be one of subscribe, unsubscribe, resync, select, desk, ping, got undefined',
    ],
    [
      'ping',
      'type: must be one of subscribe, unsubscribe, resync, select, desk, ping, got undefined',
    ],
    [
      { type: 'toString' },
      'type: must be one of subscribe, unsubscribe, resync, select, desk, ping, got "toString"',
    ],
    [{ type: 'subscribe' }, 'subscribe: needs topics'],
    [{ type: 'subscribe', topics: [] }, 'topics: must not have fewer than 1 items'],
    [{ type: 'subscribe', topics: 'ALL' }, 'topics: must be array, got "ALL"'],
    [{ type: 'select', requestId: 1 }, 'select: needs order'],
    [{ type: 'select', requestId: -1, order }, 'requestId: must be >= 0, got -1'],
    [
      { type: 'select', requestId: 1, order: { ...order, side: 'two_sided' } },
      'order.side: must be one of buy, sell, got "two_sided"',
    ],
    [{ type: 'ping', requestId: 1.5 }, 'requestId: must be integer, got 1.5'],
    [{ type: 'ping', requestId: 1, extra: 1 }, 'extra: is not a field that the schema knows'],
  ])('refuses %o', (frame, why) => {
    expect(refuseClientFrame(frame)).toBe(why);
  });

  test.each([
    '',
    'corp',
    'A B',
    'ALL/',
    'sums:',
    'instrument:',
    'ALL/a/b',
    `${'A'.repeat(97)}`,
    'ALL\n',
  ])('refuses the topic %o', (topic) => {
    expect(refuseClientFrame({ type: 'subscribe', topics: ['ALL', topic] })).toContain(
      'topics.1: ',
    );
  });

  test('refuses more topics than a frame may carry', () => {
    const topics = Array.from({ length: MAX_TOPICS_PER_FRAME + 1 }, (_, i) => `S${i}`);
    expect(refuseClientFrame({ type: 'subscribe', topics })).toContain('topics: ');
    expect(refuseClientFrame({ type: 'subscribe', topics: topics.slice(1) })).toBeNull();
  });
});

describe('refuseSelectRequest', () => {
  test('takes an order', () => {
    expect(refuseSelectRequest(order)).toBeNull();
    expect(refuseSelectRequest({ ...order, count: 1000 })).toBeNull();
  });

  test.each<[unknown, string]>([
    [null, 'order: must be object, got null'],
    [{ ...order, count: 0 }, 'count: must be >= 1, got 0'],
    [{ ...order, count: 1001 }, 'count: must be <= 1000, got 1001'],
    [{ ...order, quantity: 0 }, 'quantity: must be > 0, got 0'],
    [{ ...order, tsEvent: 1.5 }, 'tsEvent: must be integer, got 1.5'],
    [{ orderId: 'O1' }, 'order: needs instrumentId, side, quantity, tsEvent'],
  ])('refuses %o', (value, why) => {
    expect(refuseSelectRequest(value)).toBe(why);
  });
});
