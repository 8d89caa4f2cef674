import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FirstcallError } from '../schemas/errors.ts';
import type { OpenEntry, Outcome } from './entry.ts';
import { LoopHold } from './loop-hold.ts';

/** What took this share of the longest time is measured again: code is slow when it first runs. */
const AGAIN_SHARE = 0.3;
/** What one input may make the process larger by, garbage included. */
const MAX_GROWTH_BYTES = 16 * 1024 * 1024;
/** A machine with other work is slow now and then; what is slow or large each time is a fault. */
const ATTEMPTS = 5;
/** Before it is called a fault: code that has run some times is faster than code that has not. */
const FAULT_ATTEMPTS = 20;
/** A reason goes into logs, answers and dead letters; fifty problems of a file take most of it. */
const MAX_REASON_LENGTH = 40 * 1024;

/** By the clock; a machine with other work needs some times as long as the process is given. */
const PATIENCE = 30;

/** Longest times for one input. */
export interface TimeBounds {
  /** For which the event loop stands still. */
  readonly heldMsMax: number;
  /** From its beginning to its end, with turns of the event loop between. */
  readonly msMax: number;
}

/** What one input did. */
export interface Verdict {
  readonly outcome: Outcome;
  /** The fewest of the attempts, where there were several; so are the others. */
  readonly heldMs: number;
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
  readonly #bounds: TimeBounds;
  /** What was thrown where nobody could catch it. */
  readonly #uncaught: unknown[] = [];
  readonly #note = (error: unknown) => void this.#uncaught.push(error);

  constructor(entry: OpenEntry, bounds: TimeBounds) {
    this.#entry = entry;
    this.#bounds = bounds;
    process.on('uncaughtException', this.#note);
    process.on('unhandledRejection', this.#note);
  }

  close(): void {
    process.off('uncaughtException', this.#note);
    process.off('unhandledRejection', this.#note);
  }

  async judge(input: Uint8Array): Promise<Verdict> {
    let best = await this.#measure(input);
    for (let i = 0; i < this.#attemptsFor(best); i++) {
      // Code that was compiled for objects which are gone is compiled anew: only growth is worth that.
      if (best.growthBytes > MAX_GROWTH_BYTES) collectGarbage();
      const next = await this.#measure(input);
      best = {
        outcome: next.outcome,
        heldMs: Math.min(best.heldMs, next.heldMs),
        ms: Math.min(best.ms, next.ms),
        growthBytes: Math.min(best.growthBytes, next.growthBytes),
      };
    }
    const fault = this.#faultOf(best);
    if (fault !== null) throw new Fault(fault);
    return best;
  }

  /** How many more there may be. */
  #attemptsFor(verdict: Verdict): number {
    if (this.#faultOf(verdict) !== null) return FAULT_ATTEMPTS;
    return verdict.heldMs > AGAIN_SHARE * this.#bounds.heldMsMax ? ATTEMPTS : 0;
  }

  #faultOf({ heldMs, ms, growthBytes }: Verdict): string | null {
    const { heldMsMax, msMax } = this.#bounds;
    if (heldMs > heldMsMax)
      return `held the process for ${heldMs.toFixed(0)} ms, more than ${heldMsMax}`;
    if (ms > msMax) return `took ${ms.toFixed(0)} ms, more than ${msMax}`;
    if (growthBytes <= MAX_GROWTH_BYTES) return null;
    return `grew by ${mebibytes(growthBytes)} MiB, more than 16`;
  }

  async #measure(input: Uint8Array): Promise<Verdict> {
    const bytesBefore = heapBytes();
    const hold = new LoopHold();
    const outcome = await this.#inTime(this.#feed(input)).finally(() => hold.stop());
    const { heldMs, ms } = hold;
    const growthBytes = heapBytes() - bytesBefore;
    if (this.#uncaught.length > 0) throw crash(this.#uncaught.splice(0)[0]);
    if (sizesOf() !== SIZES || 'polluted' in {}) throw new Fault('changed a prototype');
    checkOutcome(outcome);
    return { outcome, heldMs, ms, growthBytes };
  }

  /** What never ends would end the suite without a word. */
  async #inTime(outcome: Promise<Outcome>): Promise<Outcome> {
    const limit = PATIENCE * this.#bounds.msMax;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Fault(`did not end within ${limit} ms`)), limit);
    });
    try {
      return await Promise.race([outcome, late]);
    } finally {
      clearTimeout(timer);
    }
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
