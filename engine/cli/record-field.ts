import { FirstcallError } from '../../schemas/errors.ts';
import { DealerEventSchema, InstrumentEventSchema } from '../../schemas/reference.ts';
import { plainNumberOf } from '../rules/units.ts';

export type RecordKind = 'dealer' | 'instrument';

/** The field that names the subject of a record. */
export const ID_FIELD = { dealer: 'dealerId', instrument: 'instrumentId' } as const;

interface FieldSchema {
  readonly type?: string;
  readonly items?: FieldSchema;
}

const FIELDS = {
  dealer: DealerEventSchema.properties,
  instrument: InstrumentEventSchema.properties,
} as unknown as Readonly<Record<RecordKind, Readonly<Record<string, FieldSchema>>>>;
const MONEY = /^([\d.,_e+]+) *([A-Z]{3})$/;

/**
 * The value that a text means in a field of a record: lists are separated by `;`, desks and agreements
 * are their names, a credit limit is `5000000 USD`; JSON is taken for lists and objects, too. A text that
 * means nothing stays a text, so that the validator says what is wrong. Throws FirstcallError
 * `badRecord` on an unknown field, on an amount that is none, and on a number such as `5m`.
 */
export function fieldOfText(kind: RecordKind, field: string, text: string): unknown {
  const schema = Object.hasOwn(FIELDS[kind], field) ? FIELDS[kind][field] : undefined;
  if (schema === undefined) {
    throw new FirstcallError('badRecord', `${field}: is not a field that the schema knows`);
  }
  switch (schema.type) {
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'number':
      return numberOf(field, text);
    case 'array':
      return text.startsWith('[') ? parseJson(text) : listOf(schema.items?.type, text);
    case 'object':
      return text.startsWith('{') ? parseJson(text) : moneyOf(field, text);
    default:
      return text;
  }
}

function numberOf(field: string, text: string): unknown {
  if (text.trim() !== '' && !Number.isNaN(Number(text))) return Number(text);
  const plain = plainNumberOf(text);
  if (plain === null) return text;
  throw new FirstcallError(
    'badRecord',
    `${field}: must be a number, got "${text}"; write ${plain}`,
  );
}

function listOf(itemType: string | undefined, text: string): unknown[] {
  const names = text
    .split(';')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return itemType === 'object' ? names.map((name) => ({ name })) : names;
}

function moneyOf(field: string, text: string): object {
  const [, digits = '', currency] = MONEY.exec(text.trim()) ?? [];
  const quantity = Number(digits.replace(/[,_]/g, ''));
  if (digits !== '' && !Number.isNaN(quantity)) return { quantity, currency };
  const wanted = 'must be an amount and its currency, such as 5000000 USD';
  throw new FirstcallError('badRecord', `${field}: ${wanted}, got "${text.slice(0, 40)}"`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
