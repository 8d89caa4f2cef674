import { FirstcallError } from '../schemas/errors.ts';
import type { Micros } from '../schemas/ids.ts';
import type { RecordEdit } from '../schemas/record-edit.ts';
import type { DealerEvent, InstrumentEvent } from '../schemas/reference.ts';
import { refuseEvent } from '../schemas/validate.ts';

/** What a kind of record has besides the fields that an edit says. */
export interface RecordShape<R extends DealerEvent | InstrumentEvent> {
  readonly kind: R['kind'];
  compose(fields: Record<string, unknown>): Record<string, unknown>;
}

/**
 * The record that an edit makes of the one before; `stamp` is what is new in each version. Throws
 * FirstcallError `badRecord` or `noRecord`.
 */
export function composeRecord<R extends DealerEvent | InstrumentEvent>(
  { kind, compose }: RecordShape<R>,
  { id, mode, fields }: RecordEdit,
  before: R | undefined,
  stamp: { readonly id: string; readonly tsEvent: Micros },
): R {
  if (mode === 'merge' && before === undefined) {
    throw new FirstcallError('noRecord', `${kind} ${id}: there is no record to change`);
  }
  const whole = mode === 'merge' ? mergePatch(before, fields) : fields;
  const record = { ...compose(whole as Record<string, unknown>), ...stamp };
  const refusal = refuseEvent(record);
  if (refusal !== null) throw new FirstcallError('badRecord', refusal.detail);
  return record as unknown as R;
}

/** RFC 7396. */
function mergePatch(before: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(before) ? { ...before } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
