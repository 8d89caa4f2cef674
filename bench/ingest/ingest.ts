import { contentHash } from '../../engine/platform/hash.ts';
import { logNames } from '../../schemas/subjects.ts';
import type { Bench, BenchContext } from '../support/bench.ts';
import { fillLog, type LogServer, natsVersionNote, startLogServer } from '../support/log-server.ts';
import { eventCount, MarketTape, type TapeMessage } from '../support/market-tape.ts';
import { type BenchReport, type Check, speedTable, type Table } from '../support/report.ts';
import { RoleProcess } from '../support/role.ts';
import { interleave } from '../support/rounds.ts';
import { cellOf, targetFigure } from '../support/target-figure.ts';
import type { ReadResult, ReadTask } from './reader-role.ts';

const PARTITIONS = 8;
const MARKET = {
  seed: 3,
  dealers: 40,
  instruments: 200,
  rfqsPerDay: 60_000,
  partitions: PARTITIONS,
};
/** Rounds of each log take a few seconds with these. */
const EVENTS_PER_SECOND_OF_EFFORT = 5_000;
const EVENTS_MAX = 1_000_000;
const READERS = [
  { name: 'one shard', shards: 1 },
  { name: 'two shards', shards: 2 },
  { name: 'a consumer that does nothing', shards: 0 },
] as const;

export const ingest: Bench = {
  name: 'ingest',
  question: 'How many events a second do shards read, score and publish to the scoreboard?',
  load:
    'a log of a simulated market, filled before, read as fast as possible by a fresh process; speed ' +
    'and processor time are of its last three quarters. The baseline is a nats.js ordered consumer ' +
    'that counts messages.',
  run,
};

async function run(context: BenchContext): Promise<BenchReport> {
  const { effort, progress } = context;
  const server = await startLogServer(context);
  const tape = new MarketTape(MARKET);
  const wanted = Math.min(EVENTS_MAX, effort.seconds * EVENTS_PER_SECOND_OF_EFFORT);
  const messages = [...(await tape.take(wanted)), ...(await tape.settle())];
  const results: LogResults[] = [];
  for (const [log, batch] of [
    ['fifty', 50],
    ['one', 1],
  ] as const) {
    progress(`filling a log with ${eventCount(messages)} events, at most ${batch} a message`);
    results.push(await measureLog(context, server, log, messages, batch));
  }
  const [batches, singles] = results.map(({ table }) => table) as [Table, Table];
  return {
    tables: [batches, singles],
    checks: checksOf(
      results.flatMap(({ read }) => read),
      partitionEvents(messages),
    ),
    notes: [
      natsVersionNote(server),
      `${PARTITIONS} partitions, 40 dealers, 200 instruments`,
      ...results.map(({ note }) => note),
    ],
    targets: [
      targetFigure('ingestSingle', cellOf(singles, 'one shard', 'x baseline')),
      targetFigure('ingestBatch', cellOf(batches, 'one shard', 'x baseline')),
    ],
  };
}

interface LogResults {
  readonly table: Table;
  readonly read: readonly ReadResult[];
  readonly note: string;
}

async function measureLog(
  context: BenchContext,
  server: LogServer,
  log: string,
  messages: readonly TapeMessage[],
  batch: number,
): Promise<LogResults> {
  const { effort, progress } = context;
  const events = partitionEvents(messages);
  const count = await fillLog(server, logNames(log), PARTITIONS, messages, batch);
  const task = { natsUrl: server.url, log, partitions: PARTITIONS, events, messages: count };
  const contenders = READERS.map(({ name, shards }) => ({
    name,
    measure: () => readOnce(context, { ...task, shards }),
  }));
  const rounds = await interleave(effort.rounds, contenders, progress);
  const series = rounds.map((results, i) => ({ contender: READERS[i]!.name, rounds: results }));
  const perMessage = (eventCount(messages) / count).toFixed(1);
  const [one, two, bare] = series as [(typeof series)[0], ...typeof series];
  const title = batch === 1 ? 'single events' : `messages of up to ${batch} events`;
  return {
    table: speedTable(title, bare!, [one, two!]),
    read: rounds.flat(),
    note: `${title}: ${perMessage} events a message`,
  };
}

async function readOnce({ defer }: BenchContext, task: ReadTask): Promise<ReadResult> {
  const reader = new RoleProcess('reader');
  defer(() => reader.stop());
  const result = await reader.call<ReadResult>('read', task);
  await reader.stop();
  return result;
}

/** Events that shards apply; those of `all` are read by every shard and counted by none. */
function partitionEvents(messages: readonly TapeMessage[]): number {
  return eventCount(messages.filter(({ partition }) => partition !== 'all'));
}

function checksOf(results: readonly ReadResult[], events: number): Check[] {
  const complete = results.filter((result) => result.events === events && result.deadLetters === 0);
  const hashes = new Set(
    results.flatMap(({ stateHashes }) =>
      stateHashes === null ? [] : [contentHash(stateHashes.join())],
    ),
  );
  return [
    {
      name: 'every event was applied in every round, and none refused',
      passed: complete.length === results.length,
      detail: `${complete.length} of ${results.length} rounds of ${events} events`,
    },
    {
      name: 'the scores are the same to the last bit in every round, with one shard and two, cut either way',
      passed: hashes.size === 1,
      detail: [...hashes].join(', '),
    },
  ];
}
