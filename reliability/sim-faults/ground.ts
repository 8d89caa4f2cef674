import { type SnapshotMeta, snapshotPieces } from '../../engine/platform/snapshot-file.ts';
import type { SnapshotFiles } from '../../engine/platform/snapshot-folder.ts';
import type { Random } from '../../feeds/sim/random.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import { isAfter, type Place } from '../../workers/log-place.ts';

const KEPT = 3;
const DIGITS = 8;

/** The engine's process is gone in the middle of what it was doing. */
export class SimCrash extends Error {}

/** What one message of a partition's log has led to elsewhere. */
export interface Output extends Place {
  readonly what: 'letter' | 'analysis';
  readonly partition: number | 'all';
  readonly content: string;
}

/** A disk: what stands on it outlives a crash, and may rot. */
export class SimDisk implements SnapshotFiles {
  readonly #files = new Map<string, Buffer>();
  /** Whether the next write ends in a crash, and how much of the file is there then. */
  tornAfter: number | null = null;

  get names(): string[] {
    return [...this.#files.keys()];
  }

  async list(of: string): Promise<string[]> {
    const names = this.names.filter((name) => name.startsWith(`${of}-`));
    return names.sort().reverse();
  }

  async read(file: string): Promise<Buffer> {
    const bytes = this.#files.get(file);
    if (bytes === undefined) throw new FirstcallError('badSnapshot', `${file} is not there`);
    return bytes;
  }

  async remove(file: string): Promise<void> {
    this.#files.delete(file);
  }

  async write(of: string, number: number, meta: SnapshotMeta, state: Uint8Array): Promise<void> {
    const name = `${of}-${String(number).padStart(DIGITS, '0')}`;
    const bytes = Buffer.concat(snapshotPieces(meta, state));
    if (this.tornAfter !== null) {
      this.#files.set(name, bytes.subarray(0, Math.floor(this.tornAfter * bytes.length)));
      this.tornAfter = null;
      throw new SimCrash('while a snapshot was written');
    }
    this.#files.set(name, bytes);
    for (const old of (await this.list(of)).slice(KEPT)) this.#files.delete(old);
  }

  /** Flips a bit of some file. Returns which, null where there is none. */
  rot(random: Random): string | null {
    const { names } = this;
    const name = names[Math.floor(random.next() * names.length)];
    if (name === undefined) return null;
    const bytes = Buffer.from(this.#files.get(name)!);
    const at = Math.floor(random.next() * bytes.length);
    bytes[at]! ^= 1 << Math.floor(random.next() * 8);
    this.#files.set(name, bytes);
    return name;
  }
}

/** The streams that an engine writes: a put is stored when it is acked, or, unseen, before a crash. */
export class SimOutputs {
  readonly stored: Output[] = [];
  #pending: Output[] = [];
  #last = new Map<string, Place>();

  /** What a new engine finds; it puts only what comes after. */
  reopen(): void {
    this.#pending = [];
    this.#last = new Map(this.stored.map((output) => [keyOf(output), output]));
  }

  put(output: Output): void {
    const last = this.#last.get(keyOf(output));
    if (last === undefined || isAfter(output, last)) this.#pending.push(output);
  }

  /** Stores the oldest of what is on its way; all of it by default. */
  store(count = this.#pending.length): number {
    const stored = this.#pending.splice(0, count);
    this.stored.push(...stored);
    return stored.length;
  }
}

const keyOf = ({ what, partition }: Output) => `${what} ${partition}`;
