import { decode } from '../../schemas/codec.ts';
import { FirstcallError } from '../../schemas/errors.ts';

/** What a body says. Throws a FirstcallError of `code`, which tells to send what is `wanted`. */
export function readBody(
  body: Uint8Array,
  bytesMax: number,
  code: string,
  wanted = 'JSON or MessagePack',
): unknown {
  try {
    return decode(body, bytesMax);
  } catch (cause) {
    const message = `body: ${(cause as Error).message}; send ${wanted}`;
    throw new FirstcallError(code, message, { cause });
  }
}

/** The same of a body that has to be one object. */
export function readObject(
  body: Uint8Array,
  bytesMax: number,
  code: string,
): Readonly<Record<string, unknown>> {
  const value = readBody(body, bytesMax, code);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new FirstcallError(code, 'body: must be one object');
}
