import { createHash } from 'node:crypto';

/** Short name of a text's content: 16 hexadecimal digits of its SHA-256. */
export function contentHash(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
