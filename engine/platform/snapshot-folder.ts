import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FirstcallError } from '../../schemas/errors.ts';
import { SNAPSHOT_FORMAT, type SnapshotMeta, snapshotPieces } from './snapshot-file.ts';

/** Snapshots kept of each thing, so that a bad one is not the end. */
const KEPT = 3;
const SUFFIX = '.snapshot';
const UNFINISHED = '.unfinished';
/** A file that has been unfinished for so long belongs to a process that was killed. */
const UNFINISHED_MS_MAX = 600_000;
/** Written at once; between two pieces others have the thread. */
const PIECE_BYTES = 1 << 20;
const DIGITS = 16;

/** Where snapshots are: a folder, or what stands in for one. */
export interface SnapshotFiles {
  /** Files of a thing (`p3`, `tiers`), newest first. */
  list(of: string): Promise<string[]>;
  read(file: string): Promise<Buffer>;
  remove(file: string): Promise<void>;
  /** Replaces a snapshot of the same number, and forgets all but the newest few. */
  write(of: string, number: number, meta: SnapshotMeta, state: Uint8Array): Promise<void>;
}

/**
 * The folder of one log's and one model's snapshots. A file is whole or not there: it is written
 * beside its place and renamed into it. Several engines may share a folder, since their snapshots at
 * one sequence are the same.
 */
export class SnapshotFolder implements SnapshotFiles {
  readonly path: string;

  /** `modelHash`: state of one model means nothing to another. Makes the folder, and clears away what killed processes left in it. */
  constructor(storeDir: string, log: string, modelHash: string) {
    const name = `${log === '' ? 'default' : log}-${modelHash}-v${SNAPSHOT_FORMAT}`;
    this.path = join(storeDir, 'snapshots', name);
    mkdirSync(this.path, { recursive: true });
    for (const name of readdirSync(this.path)) {
      if (name.endsWith(UNFINISHED) && this.#isOld(name))
        rmSync(join(this.path, name), { force: true });
    }
  }

  async list(of: string): Promise<string[]> {
    const names = (await readdir(this.path)).filter((name) => isOf(name, of));
    return names
      .sort()
      .reverse()
      .map((name) => join(this.path, name));
  }

  read(file: string): Promise<Buffer> {
    return readFile(file);
  }

  async remove(file: string): Promise<void> {
    await rm(file, { force: true });
  }

  /** Replaces a snapshot of the same number, and forgets all but the newest few. */
  async write(of: string, number: number, meta: SnapshotMeta, state: Uint8Array): Promise<void> {
    const path = join(this.path, `${of}-${String(number).padStart(DIGITS, '0')}${SUFFIX}`);
    const unfinished = `${path}.${randomUUID()}${UNFINISHED}`;
    try {
      await writeWhole(unfinished, snapshotPieces(meta, state));
      await rename(unfinished, path);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
    for (const old of (await this.list(of)).slice(KEPT)) await rm(old, { force: true });
  }

  #isOld(name: string): boolean {
    const { mtimeMs } = statSync(join(this.path, name), { throwIfNoEntry: false }) ?? {
      mtimeMs: Number.POSITIVE_INFINITY,
    };
    return Date.now() - mtimeMs > UNFINISHED_MS_MAX;
  }
}

const isOf = (name: string, of: string) => name.startsWith(`${of}-`) && name.endsWith(SUFFIX);

async function writeWhole(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; at += PIECE_BYTES) {
        await file.writeFile(piece.subarray(at, at + PIECE_BYTES));
      }
    }
    await file.datasync();
  } finally {
    await file.close();
  }
}

/**
 * What `use` makes of the newest snapshot of a thing that it takes; null: of none. One that it refuses
 * with a FirstcallError is told and removed: it would push out those to come.
 */
export async function findNewest<T>(
  files: SnapshotFiles,
  of: string,
  use: (bytes: Buffer) => T | Promise<T>,
  onRefused: (file: string, reason: string) => void,
): Promise<T | null> {
  for (const file of await files.list(of)) {
    try {
      return await use(await files.read(file));
    } catch (error) {
      // Another engine on this folder keeps its newest few, and forgets the rest.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      if (!(error instanceof FirstcallError)) throw error;
      onRefused(basename(file), error.message);
      await files.remove(file);
    }
  }
  return null;
}
