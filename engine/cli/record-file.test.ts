import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import type { DealerEvent } from '../../schemas/reference.ts';
import { fieldOfText } from './record-field.ts';
import { readRecords, yamlOfDealers } from './record-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'firstcall-records-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const RECORDS = [
  {
    id: 'A',
    fields: {
      dealerId: 'A',
      enabled: true,
      name: 'Alpha, Ltd',
      desks: [{ name: 'CORP' }, { name: 'EM' }],
      assetClasses: ['CORP', 'EM'],
      creditLimit: { quantity: 5_000_000, currency: 'USD' },
    },
  },
  { id: 'B', fields: { dealerId: 'B', enabled: false } },
];

describe('records of a file', () => {
  it.each([
    [
      'map.yaml',
      `A:\n  name: Alpha, Ltd\n  desks: [{ name: CORP }, { name: EM }]\n  assetClasses: [CORP, EM]
  creditLimit: { quantity: 5e6, currency: USD }\nB: { enabled: false }\n`,
    ],
    [
      'list.yml',
      `- dealerId: A\n  name: Alpha, Ltd\n  desks: [{ name: CORP }, { name: EM }]
  assetClasses: [CORP, EM]\n  creditLimit: { quantity: 5e6, currency: USD }
- { dealerId: B, enabled: false }\n`,
    ],
    [
      'd.csv',
      `dealerId,enabled,name,desks,assetClasses,creditLimit
A,,"Alpha, Ltd",CORP; EM,CORP;EM,5_000_000 USD\n\nB,false,,,,\n`,
    ],
    [
      // As the log has them.
      'd.ndjson',
      `${JSON.stringify({ ...RECORDS[0]!.fields, kind: 'dealer', id: 'd1', tsEvent: 5, changedBy: 'x' })}\n{"dealerId":"B","enabled":false}\n`,
    ],
  ])('%s', async (name, text) => {
    expect(await readRecords(file(name, text), 'dealer')).toEqual(RECORDS);
  });

  it.each([
    [
      'x.yaml',
      'A:\n  name: Alpha\n  lei: short\nB: 5\nC:\n  creditLimit: 5000000\n',
      [
        ':3: lei: must match',
        ':4: is not a rec',
        ':6: creditLimit: must be object with quantity and currency, got 5000000',
      ],
    ],
    ['y.yaml', 'A: {\n', [':2: Flow map']],
    ['l.yaml', 'just text', [':1: holds no list and no map of dealers']],
    [
      'x.csv',
      'dealerId,enabled,creditLimit\nA,yes,\nB,true\nA,true,five\nC,true,1 USD\nC,true,\n',
      [
        ':2: enabled: must be boolean, got "yes"',
        ':3: has 2 columns, not 3',
        ':4: creditLimit: must be an amount and its currency, such as 5000000 USD, got "five"',
        ':6: C came before',
      ],
    ],
    ['z.csv', 'dealerId,colour\nA,red\n', [':2: colour: is not a field that the schema knows']],
    [
      'x.ndjson',
      '{"dealerId":"A"}\n{"dealerId":\n[]\n{"kind":"instrument","dealerId":"B"}\n',
      [':2: ', ':3: is not a record', ':4: kind: is instrument, not dealer'],
    ],
    ['x.txt', '', ['is not .yaml']],
  ])('%s is refused with every problem and its line', async (name, text, problems) => {
    const error = await readRecords(file(name, text), 'dealer').catch((e: Error) => e);
    const lines = (error as Error).message
      .split('\n')
      .filter((line) => !line.startsWith('nothing'));
    expect(lines).toHaveLength(problems.length);
    for (const [i, problem] of problems.entries()) expect(lines[i]).toContain(problem);
  });

  it('takes the example', async () => {
    const records = await readRecords('examples/dealers.yaml', 'dealer');
    expect(records.map(({ id }) => id)).toEqual(['ACACIA-S', 'BEECH-CM', 'CHESTNUT-B', 'DAMSON-M']);
  });
});

test.each(['5000000', '5m USD', '1.2.3 USD', 'USD', ''])('%j is no credit limit', (text) => {
  expect(() => fieldOfText('dealer', 'creditLimit', text)).toThrow(
    `creditLimit: must be an amount and its currency, such as 5000000 USD, got "${text}"`,
  );
});

test('a number that is written as people do is answered with how to write it', () => {
  expect(() => fieldOfText('instrument', 'averageDailyVolume', '5m')).toThrow(
    'averageDailyVolume: must be a number, got "5m"; write 5000000',
  );
});

test('records that are written out are read back the same', async () => {
  const events = [
    { kind: 'dealer', id: 'd1', tsEvent: 5, changedBy: 'x', ...RECORDS[0]!.fields },
    { kind: 'dealer', id: 'd2', tsEvent: 6, dealerId: '007', enabled: false, name: 'yes: # no' },
  ] as unknown as DealerEvent[];
  const path = file('written.yaml', yamlOfDealers(events));
  expect(await readRecords(path, 'dealer')).toEqual([
    RECORDS[0],
    { id: '007', fields: { dealerId: '007', enabled: false, name: 'yes: # no' } },
  ]);
});

test.each([
  ['dealer', 'enabled', 'false', false],
  ['dealer', 'restricted', 'KYC expired', 'KYC expired'],
  [
    'dealer',
    'agreements',
    '[{"name":"ISDA","validUntil":"2027-01-01"}]',
    [{ name: 'ISDA', validUntil: '2027-01-01' }],
  ],
  ['dealer', 'creditLimit', '2.5e6 EUR', { quantity: 2_500_000, currency: 'EUR' }],
  ['instrument', 'beta', '-0.5', -0.5],
  ['instrument', 'beta', 'high', 'high'],
] as const)('%s: %s=%s', (kind, field, text, value) => {
  expect(fieldOfText(kind, field, text)).toEqual(value);
});
