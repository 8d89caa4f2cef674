import type { InstrumentPage } from '../../../schemas/record-edit.ts';
import { numberFlag, textFlag } from '../arguments.ts';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { fieldLines } from '../describe-dealer.ts';
import { askInstrument, askInstruments } from '../engine-client.ts';
import { engineUrl } from '../engine-url.ts';
import { printAnswer } from '../print-answer.ts';
import { type Column, formatNumber, formatTable } from '../table.ts';
import { loadRecords, RECORD_FLAGS, readVerb, setFields, wordsAfter } from './records.ts';

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 1_000;

export const instrumentsCommand: Command = {
  name: 'instruments',
  summary: 'The security master: list it, show an instrument, load a file, change a record.',
  usage: '[show ID | load FILE --by NAME | set ID FIELD=VALUE --by NAME] [flags]',
  details: [
    `Without more words, lists instruments by id, ${LIMIT_DEFAULT} at a time.`,
    'Files and fields are written as for firstcall dealers.',
  ],
  flags: {
    ...RECORD_FLAGS,
    id: { type: 'string', value: 'TEXT', description: 'List: those whose ids begin with it.' },
    after: { type: 'string', value: 'ID', description: 'List: those after this id.' },
    limit: {
      type: 'string',
      value: 'N',
      description: `List: at most so many; default ${LIMIT_DEFAULT}, at most ${LIMIT_MAX}.`,
    },
  },
  settings: ['host', 'port'],
  positionals: [0, 65],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const [word] = invocation.positionals;
  if (word === undefined) return await list(invocation);
  const verb = readVerb('instruments', word, ['show', 'load', 'set']);
  const idle = ['id', 'after', 'limit'].find((name) => invocation.flags.has(name));
  if (idle !== undefined) throw new UsageError(`--${idle}: is of the list, not of ${verb}`);
  switch (verb) {
    case 'load':
      return await loadRecords(invocation, 'instrument');
    case 'set':
      return await setFields(invocation, 'instrument');
    default:
      return await show(invocation);
  }
}

async function list(invocation: Invocation): Promise<number> {
  const limit = numberFlag(invocation, 'limit', 1, LIMIT_MAX) ?? LIMIT_DEFAULT;
  const prefix = textFlag(invocation, 'id') ?? '';
  const after = textFlag(invocation, 'after') ?? '';
  const page = await askInstruments(engineUrl(invocation), { prefix, after, limit });
  printAnswer(invocation, page, ({ instruments, next }) => {
    if (instruments.length === 0) return 'no such instrument is in the security master';
    const more = next === null ? '' : `there are more: --after ${next}\n`;
    return `${formatTable(COLUMNS, instruments)}${more}`;
  });
  return 0;
}

async function show(invocation: Invocation): Promise<number> {
  const [id = ''] = wordsAfter(invocation, 'instruments show ID', 1);
  const answer = await askInstrument(engineUrl(invocation), id);
  printAnswer(invocation, answer, ({ instrumentId, record, sequence }) =>
    [instrumentId, ...fieldLines(record), `version ${sequence}`].join('\n'),
  );
  return 0;
}

type Row = InstrumentPage['instruments'][number];

const field = (title: string, name: keyof Row['record']): Column<Row> => ({
  title,
  align: 'left',
  text: ({ record }) => String(record[name] ?? '-'),
});

const COLUMNS: readonly Column<Row>[] = [
  field('instrument', 'instrumentId'),
  field('asset class', 'assetClass'),
  field('issuer', 'issuerId'),
  field('sector', 'sector'),
  field('rating', 'rating'),
  field('maturity', 'maturityDate'),
  field('currency', 'currency'),
  {
    title: 'daily volume',
    align: 'right',
    text: ({ record }) => formatNumber(record.averageDailyVolume, 0),
  },
];
