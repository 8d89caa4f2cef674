import { contentHash } from '../../engine/platform/hash.ts';
import { logNames } from '../../schemas/subjects.ts';
import type { ReadResult, ReadTask } from '../ingest/reader-role.ts';
import type { Bench, BenchContext } from '../support/bench.ts';
import { natsVersionNote, startLogServer } from '../support/log-server.ts';
import { MarketTape } from '../support/market-tape.ts';
import type { BenchReport, Check } from '../support/report.ts';
import { RoleProcess } from '../support/role.ts';
import { interleave } from '../support/rounds.ts';
import { eventsOf, fillLogFromTape, type LogContent } from '../support/tape-log.ts';
import { cellOf, targetFigure } from '../support/target-figure.ts';
import { type SpreadRounds, scaleOutTable } from './scale-out-table.ts';

const PARTITIONS = 8;
const ALL = [...Array(PARTITIONS).keys()];
const MARKET = {
  seed: 3,
  dealers: 40,
  instruments: 200,
  rfqsPerDay: 60_000,
  partitions: PARTITIONS,
};
const LOG = 'scaleout';
const EVENTS_PER_SECOND_OF_EFFORT = 12_000;
const ROUNDS_MAX = 3;
/** Each thread compiles the code for itself, and goes on compiling for some 200,000 of its events. */
const WARM_UP_SHARE = 0.75;
const WARM_EVENTS = 200_000;

/** By process: the partitions that its shards host. */
interface Spread {
  readonly name: string;
  readonly processes: readonly (readonly number[])[];
  readonly shards: number;
}

/** The first is what the others are compared with. */
const SPREADS: readonly Spread[] = [
  { name: 'one shard', processes: [ALL], shards: 1 },
  { name: 'two shards', processes: [ALL], shards: 2 },
  { name: 'four shards', processes: [ALL], shards: 4 },
  {
    name: 'two engines of one shard',
    processes: [ALL.filter((p) => p % 2 === 0), ALL.filter((p) => p % 2 === 1)],
    shards: 1,
  },
];

export const scaleOut: Bench = {
  name: 'scale-out',
  question:
    'Does an event cost more when the partitions of a log are spread over more shards or engines?',
  load:
    `a log of a simulated market in ${PARTITIONS} partitions, filled before, read as fast as possible by ` +
    'fresh processes; the two engines read at the same time, each its half of the partitions. Speed and ' +
    'processor time, of all threads, are of the last quarter of what each reads: before that, every ' +
    'thread compiles for itself. The baseline is one shard that hosts all.',
  run,
};

async function run(context: BenchContext): Promise<BenchReport> {
  const { effort, progress } = context;
  const server = await startLogServer(context);
  const wanted = effort.events ?? effort.seconds * EVENTS_PER_SECOND_OF_EFFORT;
  progress(`filling a log with ${wanted} events`);
  const tape = new MarketTape(MARKET);
  const log = await fillLogFromTape(server, logNames(LOG), tape, wanted, PARTITIONS);
  const contenders = SPREADS.map((spread) => ({
    name: spread.name,
    measure: () => readSpread(context, spread, log, server.url),
  }));
  const rounds = Math.min(ROUNDS_MAX, effort.rounds);
  const results = await interleave(rounds, contenders, progress);
  const spreads = SPREADS.map((spread, i) => ({ ...spread, rounds: results[i]! }));
  const table = scaleOutTable(spreads);
  return {
    tables: [table],
    checks: [allApplied(spreads, log), sameScores(spreads)],
    notes: [natsVersionNote(server), sharedNote(log), ...warmUpNotes(log)],
    targets: [
      targetFigure('scaleOutShards', cellOf(table, 'four shards', 'x first')),
      targetFigure('scaleOutEngines', cellOf(table, 'two engines of one shard', 'x first')),
    ],
  };
}

/** All processes of a spread at once; of each what its own partitions came to. */
async function readSpread(
  { defer }: BenchContext,
  { processes, shards }: Spread,
  log: LogContent,
  natsUrl: string,
): Promise<ReadResult[]> {
  const readers = processes.map(() => new RoleProcess('reader'));
  for (const reader of readers) defer(() => reader.stop());
  const results = processes.map((hosted, i) => {
    const events = eventsOf(log, hosted);
    const { messages } = log;
    const task = { natsUrl, log: LOG, partitions: PARTITIONS, shards, hosted, events, messages };
    const how = { isReadOnly: true, warmUpShare: WARM_UP_SHARE };
    return readers[i]!.call<ReadResult>('read', { ...task, ...how } satisfies ReadTask);
  });
  const read = await Promise.all(results);
  for (const reader of readers) await reader.stop();
  return read;
}

function allApplied(spreads: readonly SpreadRounds[], log: LogContent): Check {
  const reads = spreads.flatMap(({ rounds, processes }) =>
    rounds.flatMap((results) => results.map((result, i) => ({ result, hosted: processes[i]! }))),
  );
  const complete = reads.filter(
    ({ result, hosted }) => result.events === eventsOf(log, hosted) && result.deadLetters === 0,
  );
  return {
    name: 'every event of the partitions that a process hosts was applied there, and none refused',
    passed: complete.length === reads.length,
    detail: `${complete.length} of ${reads.length} reads, ${eventsOf(log, ALL)} events in all`,
  };
}

function sameScores(spreads: readonly SpreadRounds[]): Check {
  const hashes = new Set(
    spreads.flatMap((spread) => spread.rounds.map((read) => stateHash(spread, read))),
  );
  return {
    name: 'the scores are the same to the last bit, however the partitions were spread',
    passed: hashes.size === 1,
    detail: [...hashes].join(', '),
  };
}

/** Of the sums of all partitions, in their order. */
function stateHash({ processes }: Spread, read: readonly ReadResult[]): string {
  const byPartition: string[] = [];
  for (const [i, { stateHashes }] of read.entries()) {
    for (const [at, hash] of (stateHashes ?? []).entries()) byPartition[processes[i]![at]!] = hash;
  }
  return contentHash(byPartition.join());
}

function sharedNote(log: LogContent): string {
  const [shared, own] = [eventsOf(log, ['all']), eventsOf(log, ALL)];
  const percent = ((100 * shared) / own).toFixed(1);
  return `every shard also reads the ${shared} events that partitions share, ${percent}% of the ${own} others`;
}

function warmUpNotes(log: LogContent): string[] {
  const shardsMax = Math.max(...SPREADS.map(({ processes, shards }) => processes.length * shards));
  const warm = Math.floor((eventsOf(log, ALL) * WARM_UP_SHARE) / shardsMax);
  if (warm >= WARM_EVENTS) return [];
  return [
    `each of ${shardsMax} shards has read ${warm} events when it is measured, and compiles until some ` +
      `${WARM_EVENTS}: its cost is that much too high. --events ${Math.ceil((WARM_EVENTS * shardsMax) / WARM_UP_SHARE)} has enough`,
  ];
}
