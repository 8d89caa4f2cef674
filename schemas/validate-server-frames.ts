import { Compile } from 'typebox/compile';
import { firstError } from './first-error.ts';
import { SERVER_FRAME_SCHEMAS } from './server-frames.ts';

const validators = new Map(
  Object.entries(SERVER_FRAME_SCHEMAS).map(([type, schema]) => [type, Compile(schema)] as const),
);

/**
 * Checks one decoded frame from the engine. Returns null if it is a ServerFrame (narrow it with
 * `as ServerFrame`), else what was wrong and where. Fields that the schema does not know pass: a
 * newer engine may send them.
 */
export function refuseServerFrame(value: unknown): string | null {
  const type = (value as { type?: unknown } | null | undefined)?.type;
  const validator = typeof type === 'string' ? validators.get(type) : undefined;
  if (validator === undefined) return 'type: is not that of a server frame';
  return validator.Check(value) ? null : firstError(validator, value, String(type));
}
