import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readRecords } from '../../engine/cli/record-file.ts';
import { projectRoot } from '../../engine/platform/project-root.ts';
import type { FuzzEntry } from '../entry.ts';
import { filledWith } from '../inputs/bytes.ts';
import { texts, YAML_BOMBS, YAML_TOKENS } from '../inputs/texts.ts';
import { scratchFile } from './scratch-file.ts';

const example = fc.constant(readFileSync(join(projectRoot(), 'examples', 'dealers.yaml')));

const FIELD_TOKENS = [
  ...[
    'dealerId: ',
    'enabled: ',
    'lei: ',
    'desks: ',
    'agreements: ',
    'creditLimit: ',
    'kind: ',
    'ALDER: {}\n',
  ],
  ...[
    'restricted: ""',
    '{name: x}',
    '- {dealerId: A}\n',
    'A: {__proto__: {x: 1}}\n',
    'true',
    'dealer',
  ],
];

/** Dealer records in YAML, as `dealers load` takes them. */
export const recordsFile: FuzzEntry = {
  name: 'records-file',
  about: 'files of dealer records (YAML)',
  inputs: texts(example, [...YAML_TOKENS, ...FIELD_TOKENS]),
  bombs: [
    ...YAML_BOMBS,
    filledWith('- {}\n'),
    filledWith('- {dealerId: A}\n'),
    filledWith('a, ', '- {dealerId: A, assetClasses: [', ']}\n'),
  ],
  open: () => {
    const file = scratchFile('dealers.yaml');
    return {
      feed: async (input) => {
        file.write(input);
        return { taken: await readRecords(file.path, 'dealer') };
      },
      close: () => file.remove(),
    };
  },
};
