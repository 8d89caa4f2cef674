import { basename } from 'node:path';
import { FirstcallError } from '../../../schemas/errors.ts';
import { nearestName } from '../../../schemas/nearest-name.ts';
import { requiredFlag, requireFlags, textFlag } from '../arguments.ts';
import { type Flag, type Invocation, UsageError } from '../command.ts';
import { changeRecord } from '../engine-client.ts';
import { engineUrl, URL_FLAG } from '../engine-url.ts';
import { printAnswer } from '../print-answer.ts';
import { fieldOfText, type RecordKind } from '../record-field.ts';
import { readRecords } from '../record-file.ts';

/** Flags of the commands that show and change records. */
export const RECORD_FLAGS: Readonly<Record<string, Flag>> = {
  by: { type: 'string', value: 'NAME', description: 'Who makes the change.' },
  reason: { type: 'string', value: 'TEXT', description: 'Why. Default of load: the file.' },
  url: URL_FLAG,
  json: { type: 'boolean', description: 'Print the whole answer as JSON.' },
};

/** Throws UsageError on a word that is none of `verbs`. */
export function readVerb(command: string, word: string, verbs: readonly string[]): string {
  if (verbs.includes(word)) return word;
  const near = nearestName(word, verbs);
  const hint = near === null ? `there are ${verbs.join(', ')}` : `did you mean ${near}?`;
  throw new UsageError(`${command} ${word}: ${hint}`);
}

/** The words after the verb; throws UsageError unless there are [least, most]. */
export function wordsAfter(
  invocation: Invocation,
  usage: string,
  least: number,
  most = least,
): readonly string[] {
  const words = invocation.positionals.slice(1);
  if (words.length >= least && words.length <= most) return words;
  throw new UsageError(`use: firstcall ${usage}`);
}

/**
 * Loads a file of records: the whole file is checked before the first one is sent, and the engine
 * publishes those that say something new.
 */
export async function loadRecords(invocation: Invocation, kind: RecordKind): Promise<number> {
  const [path = ''] = wordsAfter(invocation, `${kind}s load FILE --by NAME`, 1);
  const by = requiredFlag(invocation, 'by');
  const reason = textFlag(invocation, 'reason') ?? `loaded from ${basename(path)}`.slice(0, 200);
  const records = await readRecords(path, kind);
  const counts = { created: 0, changed: 0, unchanged: 0 };
  const tell = () =>
    `${counts.created} created, ${counts.changed} changed, ${counts.unchanged} unchanged`;
  for (const { id, fields } of records) {
    try {
      const { outcome } = await changeRecord(engineUrl(invocation), kind, 'PUT', id, {
        ...fields,
        by,
        reason,
      });
      counts[outcome]++;
    } catch (error) {
      if (!(error instanceof FirstcallError)) throw error;
      const message = `${kind} ${id}: ${error.message}\nbefore it: ${tell()}; load the file again`;
      throw new FirstcallError(error.code, message, { cause: error });
    }
  }
  process.stdout.write(`${tell()}\n`);
  return 0;
}

/** Changes single fields: `field=value`, and `field=` takes it away. */
export async function setFields(invocation: Invocation, kind: RecordKind): Promise<number> {
  const usage = `${kind}s set ID field=value ... --by NAME --reason TEXT`;
  const [id = '', ...assignments] = wordsAfter(invocation, usage, 2, 64);
  const patch: Record<string, unknown> = {};
  for (const assignment of assignments) {
    const [, field, text] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
    if (field === undefined || text === undefined) {
      throw new UsageError(`"${assignment}" is not field=value`);
    }
    patch[field] = text === '' ? null : fieldOfText(kind, field, text);
  }
  requireFlags(invocation, ['by', 'reason']);
  const by = requiredFlag(invocation, 'by');
  const reason = requiredFlag(invocation, 'reason');
  const change = { ...patch, by, reason };
  const result = await changeRecord(engineUrl(invocation), kind, 'PATCH', id, change);
  printAnswer(
    invocation,
    result,
    ({ outcome, sequence }) => `${id}: ${outcome}, version ${sequence}`,
  );
  return 0;
}
