import fc from 'fast-check';
import { resolveConfig } from '../../engine/platform/config.ts';
import { CONFIG_FIELDS } from '../../engine/platform/config-fields.ts';
import type { FuzzEntry } from '../entry.ts';
import { bytesOf, filledWith } from '../inputs/bytes.ts';
import { texts, YAML_BOMBS, YAML_TOKENS } from '../inputs/texts.ts';
import { scratchFile } from './scratch-file.ts';

const SAMPLE = `port: 7700
host: 127.0.0.1
partitions: 8
shards: 2
allowOrigins: ["https://desk.example"]
sim: {days: 3, speed: max}
model:
  splitBySide: true
`;

const FIELD_TOKENS = [
  ...CONFIG_FIELDS.map(({ path }) => `${path.split('.').at(-1)}: `),
  ...[
    'sim:\n',
    'model:\n',
    '1e999',
    '-1',
    '4294967296',
    'nats://u:secret@h:4222',
    '[1, x]',
    '{a: 1}',
  ],
];

/** The settings file. */
export const configFile: FuzzEntry = {
  name: 'config-file',
  about: 'the settings file (YAML)',
  inputs: texts(fc.constant(bytesOf(SAMPLE)), [...YAML_TOKENS, ...FIELD_TOKENS]),
  bombs: [
    ...YAML_BOMBS,
    filledWith('natsUrll: 1\n'),
    filledWith('x: 1, ', 'sim: {', '}\n'),
    filledWith('tcaNames: [a]\n  ', 'model:\n  '),
    filledWith('a, ', 'model: {tcaMetrics: [', ']}\n'),
  ],
  open: () => {
    const file = scratchFile('firstcall.yaml');
    return {
      feed: (input) => {
        file.write(input);
        return { taken: resolveConfig({ file: file.path, cwd: file.folder, env: {} }) };
      },
      close: () => file.remove(),
    };
  },
};
