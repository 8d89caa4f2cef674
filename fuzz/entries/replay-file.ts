import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { projectRoot } from '../../engine/platform/project-root.ts';
import { CsvReader } from '../../feeds/replay/csv-reader.ts';
import { readLines } from '../../feeds/replay/lines.ts';
import { readMapping } from '../../feeds/replay/mapping.ts';
import { ndjsonReader } from '../../feeds/replay/ndjson-reader.ts';
import type { LineReader } from '../../feeds/replay/reading.ts';
import { Replayer } from '../../feeds/replay/replayer.ts';
import { encodeJson } from '../../schemas/codec.ts';
import { arbitraryMessage } from '../../schemas/event-arbitraries.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { FuzzEntry, OpenEntry, Outcome } from '../entry.ts';
import { bytesOf, filledWith } from '../inputs/bytes.ts';
import { MESSAGE_BOMBS, messages } from '../inputs/messages.ts';
import { texts } from '../inputs/texts.ts';
import { type ScratchFile, scratchFile } from './scratch-file.ts';

const example = (...path: string[]) => join(projectRoot(), ...path);
const csvSample = readFileSync(example('feeds', 'replay', 'fixtures', 'dirty-quotes.csv'));

/** Of a file whose every row has a quote, which costs 15 microseconds a row. */
const QUOTED_BYTES = 16 * 1024;

const CSV_TOKENS = [
  ...[
    ',',
    '"',
    '""',
    '","',
    '\n',
    '\r\n',
    '\r',
    '\t',
    ';',
    '\u0000',
    '\ufeff',
    '202403040900.0',
    '0',
    '-1',
  ],
  ...[
    '35.80',
    '1e999',
    'NaN',
    'Infinity',
    '0x10',
    '9'.repeat(400),
    'ALDR',
    '__proto__',
    '=cmd()',
    '*',
    ' ',
  ],
];

/** CSV files, read by the example's mapping and published. */
export const replayCsv: FuzzEntry = {
  name: 'replay-csv',
  about: 'CSV files that are replayed',
  inputs: texts(fc.constant(csvSample), CSV_TOKENS),
  bombs: [
    filledWith('"'),
    filledWith('""', 'date,delay,contributor,bid,ask,flag\n"', '"'),
    filledWith(','),
    filledWith('\n'),
    filledWith(',\n'),
    filledWith('x'),
    filledWith('",\n').subarray(0, QUOTED_BYTES),
    filledWith('202403040900.0,0,A,1,2,0\n', 'date,delay,contributor,bid,ask,flag\n'),
    filledWith('1,,,,,\n', 'date,delay,contributor,bid,ask,flag\n'),
    filledWith('"a","b",\n', 'date,delay,contributor,bid,ask,flag\n').subarray(0, QUOTED_BYTES),
    filledWith('date,delay,contributor,bid,ask,flag\n'),
  ],
  open: () => {
    const mapping = readMapping(example('examples', 'usdthb-mapping.yaml'));
    return openReplay('quotes.csv', () => new CsvReader(mapping));
  },
};

const ndjsonSample = fc
  .array(arbitraryMessage, { maxLength: 5 })
  .map((some) => bytesOf(some.map(encodeJson).join('\n')));

/** Newline-delimited JSON, published as it is. */
export const replayNdjson: FuzzEntry = {
  name: 'replay-ndjson',
  about: 'newline-delimited JSON that is replayed',
  inputs: fc.oneof(
    texts(ndjsonSample, [
      '\n',
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      'null',
      '{}',
      '\u0000',
      '{"kind":"clock"}',
    ]),
    messages(arbitraryMessage),
  ),
  bombs: [...MESSAGE_BOMBS, filledWith('1\n'), filledWith('{}\n'), filledWith('[]\n')],
  open: () => openReplay('events.ndjson', () => ndjsonReader),
};

function openReplay(name: string, reader: () => LineReader): OpenEntry {
  const file = scratchFile(name);
  return {
    feed: (input) => {
      file.write(input);
      return replay(file, reader());
    },
    close: () => file.remove(),
  };
}

async function replay(file: ScratchFile, reader: LineReader): Promise<Outcome> {
  const published: FirstcallEvent[] = [];
  let letter: { reason: string; detail: string } | null = null;
  const replayer = new Replayer(reader, {
    fileName: 'file',
    publisher: {
      publish: async (_partition, _kind, events) => void published.push(...events),
      deadLetter: async (reason, { detail }) => {
        letter ??= { reason, detail };
      },
      flush: async () => {},
    },
    partitions: 8,
    speed: 'max',
    now: () => 1_800_000_000_000_000,
    signal: new AbortController().signal,
  });
  await replayer.run(readLines(file.path));
  const first = letter as { reason: string; detail: string } | null;
  if (first === null) return { taken: published };
  return { refused: first.reason, reason: first.detail };
}
