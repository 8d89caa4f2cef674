import { Compile } from 'typebox/compile';
import { firstError } from './first-error.ts';
import { CLIENT_FRAME_SCHEMAS } from './protocol.ts';
import { SelectRequestSchema } from './selection.ts';

const frameValidators = new Map(
  Object.entries(CLIENT_FRAME_SCHEMAS).map(([type, schema]) => [type, Compile(schema)] as const),
);
const selectRequestValidator = Compile(SelectRequestSchema);

/**
 * Checks one decoded frame from a subscriber. Returns null if it is a ClientFrame (narrow it with
 * `as ClientFrame`), else what was wrong and where.
 */
export function refuseClientFrame(value: unknown): string | null {
  const type = frameTypeOf(value);
  const validator = type === undefined ? undefined : frameValidators.get(type);
  if (type === undefined || validator === undefined) {
    const known = [...frameValidators.keys()].join(', ');
    return `type: must be one of ${known}, got ${JSON.stringify(type?.slice(0, 40))}`;
  }
  return validator.Check(value) ? null : firstError(validator, value, type);
}

function frameTypeOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const type = (value as { type?: unknown }).type;
  return typeof type === 'string' ? type : undefined;
}

/** Returns null if the value is a SelectRequest, else what was wrong and where. */
export function refuseSelectRequest(value: unknown): string | null {
  return selectRequestValidator.Check(value)
    ? null
    : firstError(selectRequestValidator, value, 'order');
}
