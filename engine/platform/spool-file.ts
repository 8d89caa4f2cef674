import {
  closeSync,
  constants,
  copyFileSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { FirstcallError } from '../../schemas/errors.ts';
import { FileLock } from './lock.ts';
import {
  encodeSpoolRecord,
  type ReadBytes,
  readSpoolEntry,
  SPOOL_MAGIC,
  type SpooledMessage,
  type SpoolScan,
  scanSpool,
} from './spool-record.ts';

/** What an earlier process has left in a spool. */
export interface SpoolFindings {
  /** Whole messages; they are read before any that is appended. */
  readonly messages: number;
  /** Bytes of a last record that was cut off, and thus never confirmed: dropped. */
  readonly tornBytes: number;
  /** Records that are not what was written, everything behind one without a length counted as one. */
  readonly damaged: number;
  /** Where the file as it was found is kept; null unless something is damaged. */
  readonly keptAs: string | null;
}

const syncData = promisify(fdatasync);

/**
 * A file of messages, appended at its end and read from its beginning, by one process. An appended
 * message outlives the process at once, and a power cut after sync().
 */
export class SpoolFile {
  readonly path: string;
  readonly found: SpoolFindings;
  readonly #lock: FileLock;
  readonly #fd: number;
  /** Bytes of the whole records and the head. */
  #size: number;
  #readOffset = SPOOL_MAGIC.length;

  /**
   * Opens or makes the file, and its folder. Throws FirstcallError `storeInUse` when another process
   * has it, and `spoolUnusable` where it cannot be made or written.
   */
  constructor(path: string) {
    this.path = path;
    this.#lock = lockFile(path);
    try {
      this.found = mend(path);
      this.#fd = openSync(path, constants.O_RDWR);
      this.#size = fstatSync(this.#fd).size;
    } catch (cause) {
      this.#lock.release();
      throw unusable(path, cause);
    }
  }

  /** Bytes that the file holds. */
  get bytes(): number {
    return this.#size;
  }

  /** Whether every message has been read. */
  get isRead(): boolean {
    return this.#readOffset === this.#size;
  }

  /** Throws FirstcallError `spoolFailed`; the message is then not in the file. */
  append(message: SpooledMessage): void {
    const record = encodeSpoolRecord(message);
    try {
      writeWhole(this.#fd, record, this.#size);
    } catch (cause) {
      ftruncateSync(this.#fd, this.#size);
      throw failed(this.path, `a message cannot be written: ${(cause as Error).message}`, cause);
    }
    this.#size += record.length;
  }

  /** The next message; null once all are read. Throws FirstcallError `spoolFailed` on a damaged one. */
  next(): SpooledMessage | null {
    if (this.isRead) return null;
    const entry = readSpoolEntry(readerOf(this.#fd), this.#readOffset);
    if (entry.kind !== 'record') {
      throw failed(this.path, `the record at byte ${this.#readOffset} is ${entry.kind}`);
    }
    this.#readOffset = entry.next;
    return entry.spooled;
  }

  /** What is in the file needs no reading: somebody has it. */
  skip(): void {
    this.#readOffset = this.#size;
  }

  /** Forgets every message. */
  clear(): void {
    ftruncateSync(this.#fd, SPOOL_MAGIC.length);
    this.#size = SPOOL_MAGIC.length;
    this.#readOffset = this.#size;
  }

  /** Resolves once what has been appended is on the disk. */
  async sync(): Promise<void> {
    try {
      await syncData(this.#fd);
    } catch (cause) {
      throw failed(this.path, `it cannot be synced: ${(cause as Error).message}`, cause);
    }
  }

  /** Leaves no file behind that holds nothing. */
  close(): void {
    closeSync(this.#fd);
    if (this.#size === SPOOL_MAGIC.length) rmSync(this.path);
    this.#lock.release();
  }
}

function lockFile(path: string): FileLock {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return FileLock.acquire(`${path}.lock`);
  } catch (cause) {
    throw unusable(path, cause);
  }
}

function unusable(path: string, cause: unknown): Error {
  if (cause instanceof FirstcallError) return cause;
  const reason = (cause as Error).message;
  const message = `spoolDir: the spool ${path} cannot be opened: ${reason}; name a folder that can be written`;
  return new FirstcallError('spoolUnusable', message, { cause });
}

function failed(path: string, what: string, cause?: unknown): FirstcallError {
  return new FirstcallError('spoolFailed', `spool ${path}: ${what}`, { cause });
}

/** Makes a file end with a whole record, and only hold whole ones. What is damaged is kept beside it. */
function mend(path: string): SpoolFindings {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    const { whole, tornBytes, damaged } = scanSpool(readerOf(fd), fstatSync(fd).size);
    const messages = whole.length;
    if (damaged > 0) {
      const keptAs = `${path}.damaged-${new Date().toISOString().replaceAll(':', '')}`;
      copyFileSync(path, keptAs);
      rewrite(path, fd, whole);
      return { messages, tornBytes, damaged, keptAs };
    }
    const end = whole.at(-1)?.[1] ?? SPOOL_MAGIC.length;
    writeWhole(fd, SPOOL_MAGIC, 0);
    ftruncateSync(fd, end);
    return { messages, tornBytes, damaged, keptAs: null };
  } finally {
    closeSync(fd);
  }
}

/** Replaces the file by one of these records, at once. */
function rewrite(path: string, from: number, whole: SpoolScan['whole']): void {
  const draft = `${path}.draft`;
  const fd = openSync(draft, 'w', 0o600);
  try {
    writeWhole(fd, SPOOL_MAGIC, 0);
    let offset = SPOOL_MAGIC.length;
    for (const [begin, end] of whole) {
      writeWhole(fd, readerOf(from)(begin, end - begin), offset);
      offset += end - begin;
    }
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(draft, path);
}

function readerOf(fd: number): ReadBytes {
  return (offset, length) => {
    const buffer = Buffer.allocUnsafeSlow(length);
    let read = 0;
    while (read < length) {
      const more = readSync(fd, buffer, read, length - read, offset + read);
      if (more === 0) break;
      read += more;
    }
    return buffer.subarray(0, read);
  };
}

function writeWhole(fd: number, bytes: Uint8Array, offset: number): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(fd, bytes, written, bytes.length - written, offset + written);
  }
}
