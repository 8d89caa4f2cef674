import { FirstcallError } from '../../schemas/errors.ts';
import type { RecordEdit } from '../../schemas/record-edit.ts';
import type { DealerEvent, InstrumentEvent } from '../../schemas/reference.ts';
import { MAX_BODY_BYTES } from './limits.ts';
import { readObject } from './read-body.ts';
import type { HttpRequest } from './transport.ts';

/** What every version has and nobody sets: they come from the edit. */
const GIVEN_FIELDS = ['kind', 'id', 'tsEvent', 'changedBy', 'changeReason'] as const;
const TEXT_CHARACTERS_MAX = 200;

/**
 * What a PUT or PATCH asks for. What nobody sets may be there as GET gives it, so that a record can be
 * sent back; `recordOf` gives the record that holds, and is asked only then. Rejects with FirstcallError
 * `badRecord`, and as `recordOf` does.
 */
export async function readEdit(
  kind: 'dealer' | 'instrument',
  id: string,
  { method, body }: HttpRequest,
  recordOf: () => Promise<DealerEvent | InstrumentEvent | undefined>,
): Promise<RecordEdit> {
  const said = readObject(body, MAX_BODY_BYTES, 'badRecord');
  const { by, reason, expectedSequence, ...fields } = said;
  if ('record' in fields) {
    const message = 'record: send its fields themselves, beside by and reason';
    throw new FirstcallError('badRecord', message);
  }
  const given = GIVEN_FIELDS.filter((name) => name in fields);
  const present = given.length === 0 ? undefined : await recordOf();
  for (const name of given) refuseGiven(name, fields[name], { kind, ...present });
  const idField = `${kind}Id`;
  if (fields[idField] !== undefined && fields[idField] !== id) {
    throw new FirstcallError('badRecord', `${idField}: is not the one of the path, ${id}`);
  }
  const own = Object.entries(fields).filter(([name]) => !given.some((each) => each === name));
  return {
    id,
    mode: method === 'PUT' ? 'replace' : 'merge',
    fields: Object.fromEntries(own),
    by: readText('by', by),
    reason: readText('reason', reason),
    ...(expectedSequence === undefined ? {} : { expectedSequence: readSequence(expectedSequence) }),
  };
}

/** Throws FirstcallError `badRecord` unless the value is that of the record that holds. */
function refuseGiven(name: string, value: unknown, present: object): void {
  if (value === (present as Readonly<Record<string, unknown>>)[name]) return;
  const message = `${name}: is set by the engine; leave it out, or send it as GET gives it now`;
  throw new FirstcallError('badRecord', message);
}

function readText(field: string, value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= TEXT_CHARACTERS_MAX) {
    return value;
  }
  const message = `${field}: must be a text of 1 to ${TEXT_CHARACTERS_MAX} characters`;
  throw new FirstcallError('badRecord', message);
}

function readSequence(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new FirstcallError(
    'badRecord',
    'expectedSequence: must be the sequence of a version, or 0',
  );
}
