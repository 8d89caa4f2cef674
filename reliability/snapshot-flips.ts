import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { MarketTape } from '../bench/support/market-tape.ts';
import { ensureLog } from '../engine/platform/log.ts';
import { Random } from '../feeds/sim/random.ts';
import { logNames } from '../schemas/subjects.ts';
import { damage, isRefused } from './support/damage.ts';
import { fillFromTape } from './support/fill-log.ts';
import { startLogServer } from './support/log-server.ts';
import { type EngineRead, type ReadEngineOptions, readWithEngine } from './support/read-engine.ts';
import type { Check, Trial, TrialContext } from './support/trial.ts';

const DAMAGES = 10_000;
const QUICK_DAMAGES = 400;
const RECOVERIES = 20;
const QUICK_RECOVERIES = 3;
const PARTITIONS = 4;
const MARKET = { dealers: 25, instruments: 60, rfqsPerDay: 150, partitions: PARTITIONS };
/** So many times a part of the log is read and kept: the folder holds as many snapshots of each thing. */
const PARTS = 3;
const PART_EVENTS = 4_000;
const LOG = 'flips';

export const snapshotFlips: Trial = {
  name: 'snapshot-flips',
  question: 'bits of snapshots are flipped, and files cut off: is each noticed, and made good?',
  run,
};

async function run(context: TrialContext): Promise<readonly Check[]> {
  const { seed, isQuick, defer, say } = context;
  const { url: natsUrl, nc } = await startLogServer(context);
  const storeDir = await mkdtemp(join(tmpdir(), 'firstcall-reliability-store-'));
  defer(() => rm(storeDir, { recursive: true, force: true }));
  const names = logNames(LOG);
  await ensureLog(nc, names, PARTITIONS);
  const tape = new MarketTape({ seed, ...MARKET });
  const options = { natsUrl, log: LOG, partitions: PARTITIONS, storeDir };
  for (let part = 0; part < PARTS; part++) {
    await fillFromTape(nc, names, tape, PART_EVENTS);
    await readWithEngine(options);
  }
  const files = await snapshotsIn(storeDir);
  say(`${files.length} snapshots of a log of ${PARTS * PART_EVENTS} events and more`);
  const random = new Random(seed, 4);
  const flips = await damageMany(files, isQuick ? QUICK_DAMAGES : DAMAGES, random);
  say('all damage is done; engines start on some of it');
  const whole = await readWithEngine({ ...options, storeDir: null });
  const recoveries = isQuick ? QUICK_RECOVERIES : RECOVERIES;
  const results: Recovery[] = [];
  for (let n = 1; n <= recoveries; n++) {
    const result = await recover(options, whole, random, n % 4 === 0);
    results.push(result);
    say(`engine ${n} of ${recoveries}: ${result.what}: ${result.isSame ? 'same' : 'OTHER'} bits`);
  }
  return [...checkFlips(flips), ...checkRecoveries(results)];
}

async function snapshotsIn(storeDir: string): Promise<string[]> {
  const names = await readdir(storeDir, { recursive: true });
  return names
    .filter((name) => name.endsWith('.snapshot'))
    .sort()
    .map((name) => join(storeDir, name));
}

interface Flips {
  readonly bits: number;
  readonly cuts: number;
  readonly missed: readonly string[];
}

/** Each file gets an equal share; the files themselves stay as they are. */
async function damageMany(files: readonly string[], count: number, random: Random): Promise<Flips> {
  let [bits, cuts] = [0, 0];
  const missed: string[] = [];
  for (const [i, file] of files.entries()) {
    const bytes = await readFile(file);
    for (let n = i; n < count; n += files.length) {
      const damaged = damage(bytes, random);
      if (damaged.isCut) cuts += 1;
      else bits += 1;
      if (!isRefused(damaged.bytes)) missed.push(`${basename(file)}: ${damaged.what}`);
      damaged.undo();
    }
  }
  return { bits, cuts, missed };
}

interface Recovery {
  readonly what: string;
  readonly isSame: boolean;
  /** Files that were damaged, and those of them that the engine said it refused. */
  readonly damaged: number;
  readonly refused: number;
  /** Damaged files that are still there, and still damaged. */
  readonly left: number;
}

/** Starts an engine on a copy of the folder in which the newest snapshot of a thing, or every one of it, is damaged. */
async function recover(
  options: ReadEngineOptions,
  whole: EngineRead,
  random: Random,
  isEvery: boolean,
): Promise<Recovery> {
  const storeDir = await mkdtemp(join(tmpdir(), 'firstcall-reliability-store-'));
  try {
    await cp(options.storeDir!, storeDir, { recursive: true });
    const thing = ['tiers', 'p0', 'p1', 'p2', 'p3'][random.integer(0, PARTITIONS)]!;
    const ofThing = (await snapshotsIn(storeDir)).filter((f) =>
      basename(f).startsWith(`${thing}-`),
    );
    const chosen = isEvery ? ofThing : ofThing.slice(-1);
    const whats: string[] = [];
    for (const file of chosen) {
      const damaged = damage(await readFile(file), random);
      await writeFile(file, damaged.bytes);
      whats.push(damaged.what);
    }
    const read = await readWithEngine({ ...options, storeDir });
    const isTold = (file: string) => read.warnings.some((line) => line.includes(basename(file)));
    const still = await Promise.all(chosen.map(isStillDamaged));
    return {
      what: `${isEvery ? 'every' : 'the newest'} snapshot of ${thing}, ${whats.join(', ')}`,
      isSame: isSameRead(read, whole),
      damaged: chosen.length,
      refused: chosen.filter(isTold).length,
      left: still.filter((each) => each).length,
    };
  } finally {
    await rm(storeDir, { recursive: true, force: true });
  }
}

/** An engine that has read on keeps what it comes to, perhaps under the same name. */
async function isStillDamaged(file: string): Promise<boolean> {
  try {
    return isRefused(await readFile(file));
  } catch {
    return false;
  }
}

function isSameRead(read: EngineRead, whole: EngineRead): boolean {
  const isSameState = read.stateHashes.join() === whole.stateHashes.join();
  return isSameState && JSON.stringify(read.merged) === JSON.stringify(whole.merged);
}

function checkFlips({ bits, cuts, missed }: Flips): Check[] {
  return [
    {
      name: 'every flipped bit and every cut is refused as a bad snapshot',
      passed: missed.length === 0 && bits > 0 && cuts > 0,
      found: `${bits} bits flipped, ${cuts} files cut off, ${missed.length} not noticed${missed.length > 0 ? `: ${missed[0]}` : ''}`,
    },
  ];
}

function checkRecoveries(results: readonly Recovery[]): Check[] {
  const sum = (of: (result: Recovery) => number) => results.reduce((n, each) => n + of(each), 0);
  const same = results.filter(({ isSame }) => isSame).length;
  const [damaged, refused, left] = [
    sum((r) => r.damaged),
    sum((r) => r.refused),
    sum((r) => r.left),
  ];
  return [
    {
      name: 'an engine that finds damage goes on from an older snapshot or the log, to the same bits',
      passed: same === results.length && results.length > 0,
      found: `${same} of ${results.length} engines: partitions, merged sums and tiers`,
    },
    {
      name: 'it says what it refuses, and removes it',
      passed: refused === damaged && left === 0,
      found: `${damaged} damaged files, ${refused} told, ${left} left`,
    },
  ];
}
