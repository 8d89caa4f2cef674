import type { Command, Invocation } from '../command.ts';
import { fieldLines } from '../describe-dealer.ts';
import { askInstrument } from '../engine-client.ts';
import { loadRecords, RECORD_FLAGS, readVerb, setFields, urlOf, wordsAfter } from './records.ts';

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
  const answer = await askInstrument(urlOf(invocation), id);
  const text = invocation.flags.has('json')
    ? JSON.stringify(answer, null, 2)
    : [answer.instrumentId, ...fieldLines(answer.record), `version ${answer.sequence}`].join('\n');
  process.stdout.write(`${text}\n`);
  return 0;
}
