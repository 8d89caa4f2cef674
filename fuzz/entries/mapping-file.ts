import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { projectRoot } from '../../engine/platform/project-root.ts';
import { CsvReader } from '../../feeds/replay/csv-reader.ts';
import { readMapping } from '../../feeds/replay/mapping.ts';
import type { FuzzEntry, Outcome } from '../entry.ts';
import { bytesOf, filledWith } from '../inputs/bytes.ts';
import { texts, YAML_BOMBS, YAML_TOKENS } from '../inputs/texts.ts';
import { scratchFile } from './scratch-file.ts';

const example = fc.constant(readFileSync(join(projectRoot(), 'examples', 'usdthb-mapping.yaml')));

const MAPPING_TOKENS = [
  ...[
    'columns: ',
    'header',
    '[a, b]',
    'delimiter: ',
    'quote: ',
    'time:\n',
    'format: ',
    'zone: ',
    'events:\n',
  ],
  ...[
    '{number: bid}',
    '{column: flag, map: {a: b}}',
    '{time: row, plusSeconds: 1e300}',
    '{date}',
    '{row}',
  ],
  ...[
    '{number: bid, times: .nan}',
    '{__proto__}',
    'YYYY',
    '(a+)+$',
    '[',
    '\\',
    'once: true\n',
    'when: {flag: [',
  ],
  ...[
    'Asia/Bangkok',
    '+99:99',
    'reference:\n',
    '__proto__: {kind: quote}\n',
    '  - kind: tick\n',
    'epochMicros',
  ],
];

const ROWS = [
  'date,delay,contributor,bid,ask,flag',
  '202403040900.0,0,ALDR,35.80,35.90,0',
  '"x",y,,1e999,',
];

const HEAD = 'columns: header\ntime: {column: date, format: YYYYMMDDHHmm}\n';

/** Files that say how the rows of a CSV file become events, and a few rows read by them. */
export const mappingFile: FuzzEntry = {
  name: 'mapping-file',
  about: 'mapping files of a replay (YAML)',
  inputs: texts(example, [...YAML_TOKENS, ...MAPPING_TOKENS]),
  bombs: [
    ...YAML_BOMBS,
    filledWith('  - {kind: quote}\n', `${HEAD}events:\n`),
    filledWith('{date}', `${HEAD}events:\n  - kind: "`, '"\n'),
    filledWith('{', `${HEAD}events:\n  - kind: "`, '"\n'),
    filledWith('a, ', 'time: {column: a, format: iso}\nevents: [{kind: x}]\ncolumns: [', 'b]\n'),
    filledWith('[a, ', `${HEAD}events:\n  - kind: x\n    note: `, ''),
    bytesOf(`${HEAD}events:\n  - kind: tick\n    __proto__: {polluted: 1}\n`),
    bytesOf(`${HEAD}events:\n  - kind: tick\n    note: {__proto__: {polluted: 1}}\n`),
  ],
  open: () => {
    const file = scratchFile('mapping.yaml');
    return {
      feed: (input) => {
        file.write(input);
        return readByIt(file.path);
      },
      close: () => file.remove(),
    };
  },
};

function readByIt(path: string): Outcome {
  const reader = new CsvReader(readMapping(path));
  const read: unknown[] = [...reader.reference];
  for (const [i, row] of ROWS.entries()) {
    const reading = reader.read({ number: i + 1, bytes: bytesOf(row), isCut: false });
    if (reading !== null && !('reason' in reading)) read.push(...reading.map(({ event }) => event));
  }
  return { taken: read };
}
