import { parseArgs } from 'node:util';
import { FirstcallError } from '../schemas/errors.ts';

export interface FuzzOptions {
  /** Names of entries; all when empty. */
  readonly names: readonly string[];
  readonly seed: number;
  readonly runs: number;
  readonly path: string | null;
  readonly help: boolean;
}

const DEFAULT_RUNS = 2_000;
const RUNS_MAX = 10_000_000;
const SEED_MAX = 0x7fff_ffff;

/** Throws FirstcallError `badOptions`. */
export function parseOptions(args: readonly string[], randomSeed: number): FuzzOptions {
  const { values, positionals } = parse(args);
  const path = values.path ?? null;
  if (path !== null && !/^\d+(:\d+)*$/.test(path)) {
    throw new FirstcallError('badOptions', `--path ${path}: use one that a run has printed`);
  }
  if (path !== null && (positionals.length !== 1 || values.seed === undefined)) {
    throw new FirstcallError('badOptions', '--path needs one entry and its --seed');
  }
  return {
    names: positionals,
    seed: wholeNumber('--seed', values.seed ?? String(randomSeed % SEED_MAX), SEED_MAX),
    runs: wholeNumber('--runs', values.runs ?? String(DEFAULT_RUNS), RUNS_MAX),
    path,
    help: values.help ?? false,
  };
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= most) return value;
  throw new FirstcallError('badOptions', `${name} ${text}: use a whole number up to ${most}`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        seed: { type: 'string' },
        runs: { type: 'string' },
        path: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    throw new FirstcallError('badOptions', (cause as Error).message, { cause });
  }
}
