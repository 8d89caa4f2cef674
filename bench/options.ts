import { parseArgs } from 'node:util';
import { FirstcallError } from '../schemas/errors.ts';
import type { Effort } from './support/bench.ts';

export interface BenchOptions {
  /** Names of benchmarks; all when empty. */
  readonly names: readonly string[];
  readonly effort: Effort;
  /** Where the figures go; null for the default place. */
  readonly jsonFile: string | null;
  /** Figures to compare with; null: those of the run before. */
  readonly compareFile: string | null;
  /** Figures to show again instead of measuring. */
  readonly fromFile: string | null;
  /** Where a picture of the targets goes, if anywhere. */
  readonly pictureFile: string | null;
  readonly help: boolean;
}

const DEFAULT_SECONDS = 45;
const QUICK_SECONDS = 4;
const ROUNDS = 5;
const QUICK_ROUNDS = 2;
const SECONDS_MAX = 3600;
const EVENTS_MAX = 100_000_000;
const RATE_MAX = 1_000_000;

/** Throws FirstcallError `badOptions`. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parse(args);
  const quick = values.quick ?? false;
  const seconds = values.seconds === undefined ? defaultSeconds(quick) : Number(values.seconds);
  if (!(seconds >= 1 && seconds <= SECONDS_MAX)) {
    throw new FirstcallError('badOptions', `--seconds ${values.seconds}: use 1 to ${SECONDS_MAX}`);
  }
  const { seconds: asked, events: many, rate: fast, json } = values;
  const measures = positionals.length > 0 || quick || (asked ?? many ?? fast ?? json) !== undefined;
  if (values.from !== undefined && measures) {
    throw new FirstcallError(
      'badOptions',
      '--from measures nothing: it goes with --compare and --picture',
    );
  }
  const events = values.events === undefined ? null : Number(values.events);
  if (events !== null && !(Number.isInteger(events) && events >= 1000 && events <= EVENTS_MAX)) {
    throw new FirstcallError('badOptions', `--events ${values.events}: use 1000 to ${EVENTS_MAX}`);
  }
  const rate = values.rate === undefined ? null : Number(values.rate);
  if (rate !== null && !(rate >= 1 && rate <= RATE_MAX)) {
    throw new FirstcallError('badOptions', `--rate ${values.rate}: use 1 to ${RATE_MAX}`);
  }
  return {
    names: positionals,
    effort: {
      quick,
      seconds,
      rounds: quick ? QUICK_ROUNDS : ROUNDS,
      events,
      eventsPerSecond: rate,
    },
    jsonFile: values.json ?? null,
    compareFile: values.compare ?? null,
    fromFile: values.from ?? null,
    pictureFile: values.picture ?? null,
    help: values.help ?? false,
  };
}

const defaultSeconds = (quick: boolean): number => (quick ? QUICK_SECONDS : DEFAULT_SECONDS);

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        quick: { type: 'boolean' },
        json: { type: 'string' },
        compare: { type: 'string' },
        from: { type: 'string' },
        picture: { type: 'string' },
        seconds: { type: 'string' },
        events: { type: 'string' },
        rate: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    throw new FirstcallError('badOptions', (cause as Error).message, { cause });
  }
}
