import type { Command, Invocation } from '../command.ts';
import { fieldLines } from '../describe-dealer.ts';
import { askInstrument } from '../engine-client.ts';
import { engineUrl } from '../engine-url.ts';
import { printAnswer } from '../print-answer.ts';
import { loadRecords, RECORD_FLAGS, readVerb, setFields, wordsAfter } from './records.ts';

export const instrumentsCommand: Command = {
  name: 'instruments',
  summary: 'The security master: show an instrument, load a file, change a record.',
  usage: 'show ID | load FILE --by NAME | set ID FIELD=VALUE --by NAME [flags]',
  details: ['Files and fields are written as for firstcall dealers.'],
  flags: RECORD_FLAGS,
  settings: ['host', 'port'],
  positionals: [1, 65],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  switch (readVerb('instruments', invocation.positionals[0]!, ['show', 'load', 'set'])) {
    case 'load':
      return await loadRecords(invocation, 'instrument');
    case 'set':
      return await setFields(invocation, 'instrument');
    default:
      return await show(invocation);
  }
}

async function show(invocation: Invocation): Promise<number> {
  const [id = ''] = wordsAfter(invocation, 'instruments show ID', 1);
  const answer = await askInstrument(engineUrl(invocation), id);
  printAnswer(invocation, answer, ({ instrumentId, record, sequence }) =>
    [instrumentId, ...fieldLines(record), `version ${sequence}`].join('\n'),
  );
  return 0;
}
