import fc from 'fast-check';
import type { FuzzEntry } from './entry.ts';
import { Fault, Judge, liveBytes } from './judge.ts';

export interface RunOptions {
  readonly seed: number;
  /** Inputs besides the bombs. */
  readonly runs: number;
  /** Of one case, as a run that failed has printed it; null: all. */
  readonly path: string | null;
  /** Factor on the times of one input, where others use the machine. */
  readonly slack?: number;
  /** Time after which no further input is tried. */
  readonly msMax: number;
}

export interface EntryReport {
  readonly name: string;
  readonly cases: number;
  readonly taken: number;
  /** By code. */
  readonly refused: ReadonlyMap<string, number>;
  readonly longestHold: { readonly ms: number; readonly input: Uint8Array };
  readonly longestMs: number;
  readonly largestGrowthBytes: number;
  /** What is held after the last case and was not after half of them. */
  readonly keptBytes: number;
  readonly failure: Failure | null;
}

interface Failure {
  readonly what: string;
  readonly input: Uint8Array;
  /** Replays the case. */
  readonly command: string;
}

/** One input holds everything up for no longer. */
const MAX_HELD_MS = 50;
/** Nor does it take for ever where other work goes on beside it. */
const MAX_MS = 1_000;
/** More than this is a leak, whatever the number of inputs. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;

/** Feeds an entry its bombs and then inputs made from the seed, and stops at the first fault. */
export async function runEntry(entry: FuzzEntry, options: RunOptions): Promise<EntryReport> {
  const open = await entry.open();
  const slack = options.slack ?? 1;
  const judge = new Judge(open, { heldMsMax: MAX_HELD_MS * slack, msMax: MAX_MS * slack });
  const refused = new Map<string, number>();
  let [cases, taken, longestMs, largestGrowthBytes] = [0, 0, 0, 0];
  let longestHold: EntryReport['longestHold'] = { ms: 0, input: new Uint8Array() };
  let atHalf = (): void => {};
  const property = fc.asyncProperty(entry.inputs, async (input) => {
    const { outcome, heldMs, ms, growthBytes } = await judge.judge(input);
    cases++;
    atHalf();
    if (heldMs > longestHold.ms) longestHold = { ms: heldMs, input };
    longestMs = Math.max(longestMs, ms);
    largestGrowthBytes = Math.max(largestGrowthBytes, growthBytes);
    if ('taken' in outcome) taken++;
    else refused.set(outcome.refused, (refused.get(outcome.refused) ?? 0) + 1);
  });
  try {
    // The first half fills caches and compiles code.
    const half = entry.bombs.length + options.runs / 2;
    let before = Number.POSITIVE_INFINITY;
    atHalf = () => {
      if (cases >= half && before === Number.POSITIVE_INFINITY) before = liveBytes();
    };
    const details = await fc.check(property, {
      seed: options.seed,
      numRuns: options.runs + entry.bombs.length,
      examples: entry.bombs.map((bomb) => [bomb] as [Uint8Array]),
      interruptAfterTimeLimit: options.msMax,
      markInterruptAsFailure: false,
      ...(options.path === null ? {} : { path: options.path }),
    });
    const keptBytes = Math.max(0, liveBytes() - before);
    const failure =
      failureOf(entry.name, options, details) ?? leakOf(entry.name, options, keptBytes);
    return {
      name: entry.name,
      cases,
      taken,
      refused,
      longestHold,
      longestMs,
      largestGrowthBytes,
      keptBytes,
      failure,
    };
  } finally {
    judge.close();
    await open.close();
  }
}

function failureOf(
  name: string,
  { seed }: RunOptions,
  { failed, counterexample, counterexamplePath, errorInstance }: fc.RunDetails<[Uint8Array]>,
): Failure | null {
  if (!failed || counterexample === null) return null;
  const what = errorInstance instanceof Fault ? errorInstance.message : String(errorInstance);
  const command = `npm run fuzz -- ${name} --seed ${seed} --path ${counterexamplePath}`;
  return { what, input: counterexample[0], command };
}

function leakOf(name: string, { seed, runs }: RunOptions, keptBytes: number): Failure | null {
  if (keptBytes <= MAX_KEPT_BYTES) return null;
  const what = `keeps ${keptBytes} bytes after the last input`;
  const command = `npm run fuzz -- ${name} --seed ${seed} --runs ${runs}`;
  return { what, input: new Uint8Array(), command };
}
