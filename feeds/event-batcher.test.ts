import { expect, test } from 'vitest';
import type { EventKind, FirstcallEvent } from '../schemas/events.ts';
import { type PartitionName, partitionOf } from '../schemas/subjects.ts';
import { EventBatcher, MAX_BUFFERED_EVENTS, MAX_EVENTS_PER_MESSAGE } from './event-batcher.ts';

const PARTITIONS = 4;

interface Message {
  readonly partition: PartitionName;
  readonly kind: EventKind;
  readonly events: readonly FirstcallEvent[];
}

function batcherInto(messages: Message[]): EventBatcher {
  return new EventBatcher(async (partition, kind, events) => {
    messages.push({ partition, kind, events });
  }, PARTITIONS);
}

const tick = (instrumentId: string, tsEvent: number) =>
  ({ kind: 'tick', id: `t${tsEvent}`, tsEvent, instrumentId, mid: 100 }) as FirstcallEvent;
const closed = (instrumentId: string, tsEvent: number) =>
  ({
    kind: 'orderClosed',
    id: `e${tsEvent}`,
    tsEvent,
    orderId: 'o',
    instrumentId,
  }) as FirstcallEvent;

test('groups flush in lifecycle order, each in its own order, on its instrument partition', async () => {
  const messages: Message[] = [];
  const batcher = batcherInto(messages);
  batcher.add(closed('AAA', 1));
  batcher.add(tick('AAA', 3));
  batcher.add(tick('AAA', 2));
  expect(batcher.size).toBe(3);
  await batcher.flush();
  const partition = partitionOf('AAA', PARTITIONS);
  expect(messages.map((message) => [message.partition, message.kind])).toEqual([
    [partition, 'tick'],
    [partition, 'orderClosed'],
  ]);
  expect(messages[0]?.events.map((event) => event.tsEvent)).toEqual([3, 2]);
  expect(batcher.size).toBe(0);
});

test('a message carries at most fifty events and nothing is sent twice', async () => {
  const messages: Message[] = [];
  const batcher = batcherInto(messages);
  for (let ts = 0; ts < 120; ts++) batcher.add(tick('AAA', ts));
  await batcher.flush();
  await batcher.flush();
  expect(messages.map((message) => message.events.length)).toEqual([
    MAX_EVENTS_PER_MESSAGE,
    MAX_EVENTS_PER_MESSAGE,
    20,
  ]);
  const sent = messages.flatMap((message) => message.events.map((event) => event.tsEvent));
  expect(sent).toEqual(Array.from({ length: 120 }, (_, ts) => ts));
});

test('dealers and ticks of benchmarks go to all, a clock everywhere', async () => {
  const messages: Message[] = [];
  const batcher = batcherInto(messages);
  batcher.add({
    kind: 'instrument',
    id: 'i',
    tsEvent: 1,
    instrumentId: 'AAA',
    benchmarkId: 'BBB',
  } as FirstcallEvent);
  batcher.add({
    kind: 'dealer',
    id: 'd',
    tsEvent: 1,
    dealerId: 'D',
    enabled: true,
  } as FirstcallEvent);
  batcher.add(tick('BBB', 2));
  batcher.addClock(5);
  await batcher.flush();
  const places = messages.map((message) => `${message.kind} ${message.partition}`);
  expect(places).toEqual([
    `instrument ${partitionOf('AAA', PARTITIONS)}`,
    'dealer all',
    'tick all',
    'clock 0',
    'clock 1',
    'clock 2',
    'clock 3',
    'clock all',
  ]);
});

test('a batcher is full before a clock would not fit', () => {
  const batcher = batcherInto([]);
  let count = 0;
  for (; !batcher.isFull; count++) batcher.add(tick('AAA', count));
  batcher.addClock(count);
  expect(batcher.size).toBeLessThanOrEqual(MAX_BUFFERED_EVENTS);
  for (; batcher.size < MAX_BUFFERED_EVENTS; count++) batcher.add(tick('AAA', count));
  expect(() => batcher.add(tick('AAA', count))).toThrow('batcher is full');
});

test('a failing publisher fails the flush', async () => {
  const batcher = new EventBatcher(() => Promise.reject(new Error('no server')), PARTITIONS);
  batcher.add(tick('AAA', 1));
  await expect(batcher.flush()).rejects.toThrow('no server');
});
