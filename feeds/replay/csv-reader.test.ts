import { expect, test } from 'vitest';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { Refusal } from '../../schemas/validate.ts';
import { CsvReader } from './csv-reader.ts';
import { parseMapping } from './mapping.ts';
import type { MappedEvent } from './reading.ts';

const TRADES = `
columns: [time, order, dealer, side, price, size, note]
delimiter: ';'
time: {column: time, format: iso}
reference:
  - {kind: instrument, instrumentId: BOND, assetClass: CORP, tsEvent: 0}
events:
  - kind: order
    when: {note: [new, both]}
    id: 'order-{order}'
    orderId: '{order}'
    instrumentId: BOND
    side: {column: side, map: {B: buy, S: sell}}
    quantity: {number: size, times: 1000}
  - kind: rfq
    when: {note: [both]}
    rfqId: '{order}.rfq'
    instrumentId: BOND
    side: {column: side, map: {B: buy, S: sell}}
    quantity: {number: size, times: 1000}
    asks:
      - {dealerId: '{dealer}', tsSent: {time: row}}
    tsDeadline: {time: row, plusSeconds: 60}
  - kind: quote
    quoteId: 'q{line}'
    dealerId: '{dealer}'
    instrumentId: BOND
    quoteKind: indicative
    bid: {number: price}
    quantity: {number: size, optional: true}
`;

function read(mapping: string, ...texts: string[]) {
  const reader = new CsvReader(parseMapping(mapping, 'test.yaml'));
  const readings = texts.map((text, index) =>
    reader.read({ number: index + 1, bytes: Buffer.from(text), isCut: false }),
  );
  return { reader, readings };
}

const events = (reading: unknown) => (reading as MappedEvent[]).map(({ event }) => event);
const detail = (reading: unknown) => (reading as Refusal).detail;

test('a row becomes the events whose conditions it meets', () => {
  const { readings, reader } = read(
    TRADES,
    '2024-03-04T09:00:00Z;O1;ALDR;B;99.5;250;both',
    '2024-03-04T09:00:01Z;O2;ALDR;S;99.5;;none',
  );
  const ts = Date.UTC(2024, 2, 4, 9) * 1000;
  const [order, rfq, quote] = events(readings[0]);
  expect(order).toEqual({
    kind: 'order',
    id: 'order-O1',
    tsEvent: ts,
    orderId: 'O1',
    instrumentId: 'BOND',
    side: 'buy',
    quantity: 250_000,
  });
  expect(rfq).toMatchObject({
    id: 'rfq-1',
    asks: [{ dealerId: 'ALDR', tsSent: ts }],
    tsDeadline: ts + 60_000_000,
  });
  expect(quote).toMatchObject({ quoteId: 'q1', bid: 99.5, quantity: 250 });
  const [only, ...none] = events(readings[1]) as [FirstcallEvent];
  expect(only).toMatchObject({ kind: 'quote', id: 'quote-2' });
  expect(only).not.toHaveProperty('quantity');
  expect(none).toEqual([]);
  expect(reader.reference).toEqual([
    { kind: 'instrument', id: 'reference-1', tsEvent: 0, instrumentId: 'BOND', assetClass: 'CORP' },
  ]);
});

test('what is wrong with a row is said', () => {
  const { readings } = read(
    TRADES,
    '2024-03-04T09:00:00Z;O1;ALDR;X;99.5;250;new',
    '2024-03-04T09:00:00Z;O1;ALDR;B;;250;none',
    '2024-03-04T09:00:00Z;O1;;B;99;250;none',
    '2024-03-04T09:00:00Z;O1;ALDR;B;1,5;250;none',
    'yesterday;O1;ALDR;B;99;250;none',
    '2024-03-04T09:00:00Z;O1;ALDR;B;99;250',
    '2024-03-04T09:00:00Z;O1;ALDR;B;99;250;none;more',
    '2024-03-04T09:00:00Z;O1;ALDR;B;-5;250;none',
    '2024-03-04T09:00:00Z;O1;AL DR;B;5;250;none',
  );
  expect(readings.map(detail)).toEqual([
    'column side: "X" is not in the map',
    'column price is empty',
    'column dealer is empty',
    'column price: "1,5" is not a number',
    'column time: "yesterday" is not a time (iso)',
    '6 columns instead of 7',
    '8 columns instead of 7',
    expect.stringMatching(/^bid: /),
    expect.stringMatching(/^dealerId: /),
  ]);
  const reasons = readings.map((reading) => (reading as Refusal).reason);
  expect(reasons).toEqual([...Array(7).fill('unmappable'), 'invalid', 'invalid']);
});

test('a delay moves the time, a header names the columns', () => {
  const { readings } = read(
    `
columns: header
time: {column: at, format: epochSeconds, delay: {column: late, unit: minutes, apply: subtract}}
events:
  - {kind: tick, instrumentId: A, mid: {number: mid}}
`,
    'mid, late, at',
    '100, 2, 1700000000',
    '100, , 1700000000',
  );
  expect(readings[0]).toBeNull();
  expect(events(readings[1])[0]?.tsEvent).toBe((1_700_000_000 - 120) * 1_000_000);
  expect(detail(readings[2])).toBe('column late: "" is not a number');
});

test('a mapping that cannot be is refused, saying where', () => {
  const head = 'columns: [a, b]\ntime: {column: a, format: iso}\n';
  const refused = [
    [`${head}events: []`, 'events'],
    [`${head}events: [{kind: tick, mid: {number: c}}]`, 'no column "c"; there are a, b'],
    [`${head}events: [{kind: tick, mid: {number: b, maps: 1}}]`, 'events[0].mid: "number"'],
    [`${head}events: [{kind: tick}]\nreference: [{kind: dealer, dealerId: D}]`, 'reference[0]'],
    [`${head}events: [{kind: tick}]\nevent: 1`, 'test.yaml'],
    ['columns: [a\n', 'test.yaml'],
  ] as const;
  for (const [text, message] of refused) expect(() => read(text, 'x,y')).toThrow(message);
});

test.each([
  [
    'a bomb of aliases',
    'a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n',
    'test.yaml:2:8: YAML aliases',
  ],
  [
    'brackets without end',
    `columns: ${'['.repeat(10_000)}`,
    'test.yaml:1:74: is nested too deeply',
  ],
  [
    'a prototype',
    'events: [{kind: tick, __proto__: {bid: 1}}]\n',
    'key "__proto__" is not allowed',
  ],
  ['more than it may be', `# ${'x'.repeat(70_000)}`, 'more than 65536 characters'],
])('a mapping file with %s is refused', (_, text, message) => {
  expect(() => parseMapping(text, 'test.yaml')).toThrow(message);
});
