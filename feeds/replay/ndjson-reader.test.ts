import { expect, test } from 'vitest';
import { ndjsonReader } from './ndjson-reader.ts';

const read = (text: string | Uint8Array, isCut = false) =>
  ndjsonReader.read({ number: 1, bytes: Buffer.from(text as string), isCut });

test('a line is an event, or some', () => {
  const tick = { kind: 'tick', id: 't', tsEvent: 1_700_000_000_000_000, instrumentId: 'A', mid: 5 };
  expect(read(JSON.stringify(tick))).toEqual([{ event: tick, isOnce: false }]);
  expect(read(JSON.stringify([tick, tick]))).toHaveLength(2);
  const table = { kind: 'tick', fields: ['id'], rows: [['t']] };
  expect(read(JSON.stringify(table))).toMatchObject({ reason: 'invalid' });
  table.fields = Object.keys(tick).slice(1);
  table.rows = [Object.values(tick).slice(1) as string[]];
  expect(read(JSON.stringify(table))).toEqual([{ event: tick, isOnce: false }]);
  expect(read('  ')).toBeNull();
});

test('what is no event is refused with its reason', () => {
  expect(read('{"kind":')).toMatchObject({ reason: 'undecodable' });
  expect(read(Buffer.from([0x7b, 0xff, 0x7d]))).toMatchObject({ reason: 'undecodable' });
  expect(read('{}', true)).toMatchObject({ reason: 'undecodable' });
  expect(read('{"kind":"tock"}')).toMatchObject({ reason: 'invalid' });
  const crossed =
    '{"kind":"tick","id":"t","tsEvent":1700000000000000,"instrumentId":"A","bid":2,"ask":1}';
  expect(read(crossed)).toMatchObject({ reason: 'crossed' });
});
