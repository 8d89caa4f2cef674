import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FirstcallError } from '../schemas/errors.ts';
import type { OpenEntry, Outcome } from './entry.ts';

/** What took this share of the longest time is measured again: code is slow when it first runs. */
const AGAIN_SHARE = 0.3;
/** What one input may make the process larger by, garbage included. */
const MAX_GROWTH_BYTES = 16 * 1024 * 1024;
/** A machine with other work is slow now and then; what is slow or large each time is a fault. */
const ATTEMPTS = 5;
/** A reason goes into logs, answers and dead letters; fifty problems of a file take most of it. */
const MAX_REASON_LENGTH = 40 * 1024;

/** What one input did. */
export interface Verdict {
  readonly outcome: Outcome;
  /** The fewest of the attempts, where there were several. */
  readonly ms: number;
  readonly growthBytes: number;
}

/** Why an input must not have had the effect that it had. */
export class Fault extends Error {}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const PROTOTYPES = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  String.prototype,
  Map.prototype,
];
const sizesOf = () => PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).length).join();
const SIZES = sizesOf();

/** Feeds inputs and throws a Fault at the first that crashes, hangs, swells or pollutes. */
export class Judge {
  readonly #entry: OpenEntry;
  readonly #msMax: number;
  /** What was thrown where nobody could catch it. */
  readonly #uncaught: unknown[] = [];
  readonly #note = (error: unknown) => void this.#uncaught.push(error);

  constructor(entry: OpenEntry, msMax: number) {
    this.#entry = entry;
    this.#msMax = msMax;
    process.on('uncaughtException', this.#note);
    process.on('unhandledRejection', this.#note);
  }

  close(): void {
    process.off('uncaughtException', this.#note);
    process.off('unhandledRejection', this.#note);
  }

  async judge(input: Uint8Array): Promise<Verdict> {
    let best = await this.#measure(input);
    for (let i = 0; i < ATTEMPTS && this.#isSuspect(best); i++) {
      collectGarbage();
      const next = await this.#measure(input);
      best = {
        outcome: next.outcome,
        ms: Math.min(best.ms, next.ms),
        growthBytes: Math.min(best.growthBytes, next.growthBytes),
      };
    }
    if (best.ms > this.#msMax)
      throw new Fault(`took ${best.ms.toFixed(0)} ms, more than ${this.#msMax}`);
    if (best.growthBytes > MAX_GROWTH_BYTES) {
      throw new Fault(`grew by ${mebibytes(best.growthBytes)} MiB, more than 16`);
    }
    return best;
  }

  #isSuspect({ ms, growthBytes }: Verdict): boolean {
    return ms > AGAIN_SHARE * this.#msMax || growthBytes > MAX_GROWTH_BYTES;
  }

  async #measure(input: Uint8Array): Promise<Verdict> {
    const bytesBefore = heapBytes();
    const began = performance.now();
    const cpuBegan = process.cpuUsage();
    const outcome = await this.#feed(input);
    const { user, system } = process.cpuUsage(cpuBegan);
    // Whatever else the machine does takes time, but no time of this process.
    const ms = Math.min(performance.now() - began, (user + system) / 1000);
    const growthBytes = heapBytes() - bytesBefore;
    if (this.#uncaught.length > 0) throw crash(this.#uncaught.splice(0)[0]);
    if (sizesOf() !== SIZES || 'polluted' in {}) throw new Fault('changed a prototype');
    checkOutcome(outcome);
    return { outcome, ms, growthBytes };
  }

  async #feed(input: Uint8Array): Promise<Outcome> {
    try {
      return await this.#entry.feed(input);
    } catch (error) {
      if (!(error instanceof FirstcallError)) throw crash(error);
      return { refused: error.code, reason: error.message };
    }
  }
}

function crash(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Fault(`threw what is no FirstcallError: ${text}`, { cause: error });
}

function checkOutcome(outcome: Outcome): void {
  if ('taken' in outcome) {
    checkPrototypes(outcome.taken, 0);
    return;
  }
  const { refused, reason } = outcome;
  if (refused === '' || reason === '') throw new Fault(`refused without a reason (${refused})`);
  if (reason.length > MAX_REASON_LENGTH) {
    throw new Fault(`gave a reason of ${reason.length} characters (${refused})`);
  }
}

/** What came from outside are plain objects: none has another prototype than ours gives it. */
function checkPrototypes(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > 20) return;
  if (ArrayBuffer.isView(value)) return;
  const prototype = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null;
  if (!isPlain && !Array.isArray(value))
    throw new Fault('gave a value with a prototype of its own');
  for (const item of Object.values(value)) checkPrototypes(item, depth + 1);
}

function heapBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

/** Bytes that stay when all garbage is gone. */
export function liveBytes(): number {
  collectGarbage();
  return heapBytes();
}

export const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
