import { createReadStream } from 'node:fs';
import { Turns } from '../../engine/platform/turns.ts';
import { whyUnreadable } from '../../engine/platform/why-unreadable.ts';
import { FirstcallError } from '../../schemas/errors.ts';

/** One line of a file, without its end. */
export interface Line {
  /** 1-based. */
  readonly number: number;
  readonly bytes: Uint8Array;
  /** The line was longer than MAX_LINE_BYTES: `bytes` are its beginning. */
  readonly isCut: boolean;
}

/** Longer lines are no rows; what is past it is skipped, so that no file can fill the memory. */
export const MAX_LINE_BYTES = 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
/** Lines that are handed out together: a row costs up to 50 microseconds. */
const LINES_MAX = 100;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * The lines of a file, some at a time, in constant memory: LF or CR LF, a last one without an end
 * included, a byte order mark left out. However long they are used for, the event loop turns between.
 * Throws FirstcallError `unreadable` when the file is.
 */
export async function* readLines(path: string): AsyncGenerator<Line[]> {
  const splitter = new LineSplitter();
  const turns = new Turns();
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
      for (const lines of splitter.split(chunk as Uint8Array)) {
        yield lines;
        if (turns.isDue) await turns.next();
      }
    }
  } catch (cause) {
    const message = `${path}: ${whyUnreadable(cause)}`;
    throw new FirstcallError('unreadable', message, { cause });
  }
  const last = splitter.finish();
  if (last !== null) yield [last];
}

/** Cuts chunks into lines. */
class LineSplitter {
  #number = 1;
  /** The beginning of a line whose end has not come yet. */
  #parts: Uint8Array[] = [];
  #length = 0;
  #isCut = false;

  *split(chunk: Uint8Array): Generator<Line[]> {
    let lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#hold(chunk.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
      if (lines.length < LINES_MAX) continue;
      yield lines;
      lines = [];
    }
    this.#hold(chunk.subarray(start));
    if (lines.length > 0) yield lines;
  }

  finish(): Line | null {
    return this.#length > 0 ? this.#take() : null;
  }

  #hold(part: Uint8Array): void {
    const room = MAX_LINE_BYTES - this.#length;
    if (part.length > room) this.#isCut = true;
    const kept = part.subarray(0, room);
    if (kept.length > 0) this.#parts.push(kept);
    this.#length += kept.length;
  }

  #take(): Line {
    let bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    if (bytes.at(-1) === RETURN) bytes = bytes.subarray(0, -1);
    const isMarked = this.#number === 1 && BYTE_ORDER_MARK.every((byte, i) => bytes[i] === byte);
    if (isMarked) bytes = bytes.subarray(BYTE_ORDER_MARK.length);
    const line = { number: this.#number++, bytes, isCut: this.#isCut };
    this.#parts = [];
    this.#length = 0;
    this.#isCut = false;
    return line;
  }
}
