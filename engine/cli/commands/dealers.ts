import { FirstcallError } from '../../../schemas/errors.ts';
import { nearestName } from '../../../schemas/nearest-name.ts';
import type { DealerSummary } from '../../../schemas/record-edit.ts';
import type { Command, Invocation } from '../command.ts';
import { describeDealer, stateOfDealer } from '../describe-dealer.ts';
import { askDealer, askDealers } from '../engine-client.ts';
import { engineUrl } from '../engine-url.ts';
import { printAnswer } from '../print-answer.ts';
import { yamlOfDealers } from '../record-file.ts';
import { type Column, formatTable } from '../table.ts';
import { loadRecords, RECORD_FLAGS, readVerb, setFields, wordsAfter } from './records.ts';

export const dealersCommand: Command = {
  name: 'dealers',
  summary: 'The dealer database: list it, show a dealer, load or write a file, change a record.',
  usage: '[show ID | export | load FILE --by NAME | set ID FIELD=VALUE ...] [flags]',
  details: [
    'Without more words, lists the dealers; show prints what is known of one: its record, and how it stands. export prints all records as a YAML file that load takes.',
    'load takes YAML (a list, or a map by id), CSV with a header of field names (lists separated by ;), or newline-delimited JSON. A record of the file is the whole record. The file is checked first, and nothing is loaded when anything is wrong in it.',
    'set changes single fields, and wants a --reason, too: restricted="KYC expired" or creditLimit="5000000 USD"; field= takes a field away.',
  ],
  flags: RECORD_FLAGS,
  settings: ['host', 'port'],
  positionals: [0, 65],
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const [word] = invocation.positionals;
  if (word === undefined) return await list(invocation);
  switch (readVerb('dealers', word, ['show', 'export', 'load', 'set'])) {
    case 'load':
      return await loadRecords(invocation, 'dealer');
    case 'set':
      return await setFields(invocation, 'dealer');
    case 'export':
      return await exportAll(invocation);
    default:
      return await show(invocation);
  }
}

async function list(invocation: Invocation): Promise<number> {
  const answer = await askDealers(engineUrl(invocation));
  printAnswer(invocation, answer, ({ dealers }) => {
    return formatTable(COLUMNS, dealers) || 'no dealer is known: load a file, or publish events';
  });
  return 0;
}

async function exportAll(invocation: Invocation): Promise<number> {
  wordsAfter(invocation, 'dealers export', 0);
  const { dealers } = await askDealers(engineUrl(invocation));
  process.stdout.write(yamlOfDealers(dealers.flatMap(({ record }) => record ?? [])));
  return 0;
}

async function show(invocation: Invocation): Promise<number> {
  const [id = ''] = wordsAfter(invocation, 'dealers show ID', 1);
  const url = engineUrl(invocation);
  const profile = await askDealer(url, id).catch(async (error) => {
    throw await withNearest(error, url, id);
  });
  printAnswer(invocation, profile, describeDealer);
  return 0;
}

/** An error that the engine knows no such dealer, and whom it knows by a name like it. */
async function withNearest(error: unknown, url: string, id: string): Promise<unknown> {
  if (!(error instanceof FirstcallError) || error.code !== 'noRecord') return error;
  const { dealers } = await askDealers(url);
  const near = nearestName(
    id,
    dealers.map(({ dealerId }) => dealerId),
  );
  const hint = near === null ? '`firstcall dealers` lists them' : `did you mean ${near}?`;
  return new FirstcallError(error.code, `${error.message}; ${hint}`, { cause: error });
}

const COLUMNS: readonly Column<DealerSummary>[] = [
  { title: 'dealer', align: 'left', text: ({ dealerId }) => dealerId },
  { title: 'name', align: 'left', text: ({ record }) => record?.name ?? '-' },
  { title: 'tiers', align: 'left', text: tiersOf },
  { title: 'state', align: 'left', text: ({ record }) => stateOfDealer(record) },
  {
    title: 'specialities',
    align: 'left',
    text: ({ record }) => record?.assetClasses?.join(', ') || '-',
  },
];

/** `CORP 1, FX 3`; asset classes without a tier are left out. */
function tiersOf({ tiers }: DealerSummary): string {
  const held = Object.entries(tiers).filter(([, tier]) => tier !== null);
  return held.map(([assetClass, tier]) => `${assetClass} ${tier}`).join(', ') || '-';
}
