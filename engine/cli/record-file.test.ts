import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { fieldOfText } from './record-field.ts';
import { readRecords } from './record-file.ts';

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
      'A:\n  name: Alpha\n  lei: short\nB: 5\n',
      [':3: lei: must match', ':4: is not a rec'],
    ],
    ['y.yaml', 'A: {\n', [':2: Flow map']],
    ['l.yaml', 'just text', [':1: holds no list and no map of dealers']],
    [
      'x.csv',
      'dealerId,enabled,creditLimit\nA,yes,\nB,true\nA,true,five\nC,true,1 USD\nC,true,\n',
      [
        ':2: enabled: must be boolean, got "yes"',
        ':3: has 2 columns, not 3',
        ':4: creditLimit: must be object, got "five"',
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
    expect(records.map(({ id }) => id)).toEqual(['ALDER-S', 'BIRCH-CM', 'CEDAR-B', 'DOGWOOD-M']);
  });
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
