import { readFile } from 'node:fs/promises';
import { FirstcallError } from '../../schemas/errors.ts';
import { whyUnreadable } from './why-unreadable.ts';

/** The text of a file. Throws FirstcallError `noFile`. */
export async function readTextFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const message = `${file} cannot be read: ${whyUnreadable(cause)}`;
    throw new FirstcallError('noFile', message, { cause });
  }
}
