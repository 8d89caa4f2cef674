import { contentHash } from '../../engine/platform/hash.ts';
import { logNames } from '../../schemas/subjects.ts';
import type { ReadResult } from '../ingest/reader-role.ts';
import type { Bench, BenchContext } from '../support/bench.ts';
import { type LogServer, natsVersionNote, startLogServer } from '../support/log-server.ts';
import { MarketTape } from '../support/market-tape.ts';
import { type BenchReport, type Check, speedTable } from '../support/report.ts';
import { interleave } from '../support/rounds.ts';
import { eventsOf, fillLogFromTape, type LogContent } from '../support/tape-log.ts';
import { cellOf, targetFigure } from '../support/target-figure.ts';
import { mebibytes, memoryOver, memoryTable } from './memory-table.ts';
import { historyReaders, logReaders, storeHistory } from './readers.ts';

const PARTITIONS = 8;
const ALL = [...Array(PARTITIONS).keys()];
/** A day of it is some 170,000 events, so that ten million are two months. */
const MARKET = {
  seed: 7,
  dealers: 40,
  instruments: 200,
  rfqsPerDay: 20_000,
  partitions: PARTITIONS,
};
const LOG = 'catchup';
const EVENTS_PER_SECOND_OF_EFFORT = 6_000;
const ROUNDS_MAX = 3;
/** From so many on, one round says as much. */
const LONG_EVENTS = 2_000_000;
/** Of a reader, boards included: a day of RFQs and orders, and what is known of every pair. */
const PEAK_BYTES_MAX = 3 * 2 ** 30;

export const catchUp: Bench = {
  name: 'catch-up',
  question:
    'How fast does an engine that has no snapshot catch up with a log, or with what ClickHouse kept of it?',
  load:
    'two months of a simulated market with --events 10000000, else the beginning of it; read from the first ' +
    'event by a fresh process, as fast as possible, speed and processor time of the last three quarters. ' +
    "From the log (JetStream in files): the engine's shards, beside a nats.js consumer that counts " +
    'messages. From ClickHouse (embedded, as history keeps it): no command of ours restores an engine ' +
    'from it, so what is asked is how fast rows come back in the order of the log and go through the ' +
    "shards' code, beside a reader that counts the rows.",
  run,
};

async function run(context: BenchContext): Promise<BenchReport> {
  const { effort, progress } = context;
  const server = await startLogServer(context);
  const wanted = effort.events ?? effort.seconds * EVENTS_PER_SECOND_OF_EFFORT;
  const log = await fill(context, server, wanted);
  const source = { log: LOG, partitions: PARTITIONS, content: log, natsUrl: server.url };
  const history = await storeHistory(context, source);
  const contenders = [...logReaders(context, source), ...historyReaders(context, source, history)];
  const rounds = wanted >= LONG_EVENTS ? 1 : Math.min(ROUNDS_MAX, effort.rounds);
  const results = await interleave(rounds, contenders, progress);
  const series = contenders.map(({ name }, i) => ({ contender: name, rounds: results[i]! }));
  const [one, two, bare, scored, counted] = series;
  const title = `${(eventsOf(log, ALL) / 1e6).toFixed(2)} million events`;
  const ofLog = speedTable(`${title} of the log`, bare!, [one!, two!]);
  return {
    targets: [targetFigure('catchUp', cellOf(ofLog, one!.contender, 'x baseline'))],
    tables: [
      ofLog,
      ...(counted === undefined ? [] : [speedTable(`${title} of ClickHouse`, counted, [scored!])]),
      memoryTable(series),
    ],
    checks: [allRead(series, log), sameScores(series), memoryCheck(series)],
    notes: [
      natsVersionNote(server),
      `messages of ${(wanted / log.messages).toFixed(0)} events; ${log.days.toFixed(1)} days of the market`,
      history.note,
      'ClickHouse runs in the process of its reader, and its processor time counts; that of nats-server does not',
    ],
  };
}

interface Series {
  readonly contender: string;
  readonly rounds: readonly ReadResult[];
}

async function fill({ progress }: BenchContext, server: LogServer, events: number) {
  const tape = new MarketTape(MARKET);
  let toldAt = 0;
  return await fillLogFromTape(server, logNames(LOG), tape, events, PARTITIONS, (done) => {
    if (done < toldAt) return;
    progress(`filling a log: ${done} of ${events} events`);
    toldAt = done + Math.max(events / 10, 100_000);
  });
}

function allRead(series: readonly Series[], log: LogContent): Check {
  const results = series.flatMap(({ rounds }) => rounds);
  const events = eventsOf(log, ALL);
  const complete = results.filter((read) => read.events === events && read.deadLetters === 0);
  return {
    name: 'every event was read in every round, applied where it is scored, and none refused',
    passed: complete.length === results.length,
    detail: `${complete.length} of ${results.length} reads of ${events} events`,
  };
}

function sameScores(series: readonly Series[]): Check {
  const hashes = series.flatMap(({ rounds }) =>
    rounds.flatMap(({ stateHashes }) =>
      stateHashes === null ? [] : [contentHash(stateHashes.join())],
    ),
  );
  const different = new Set(hashes);
  return {
    name: 'the scores are the same to the last bit from the log and from ClickHouse, with one shard and two',
    passed: different.size === 1,
    detail: `${hashes.length} reads: ${[...different].join(', ')}`,
  };
}

function memoryCheck(series: readonly Series[]): Check {
  const memory = series.map(({ contender, rounds }) => ({ contender, ...memoryOver(rounds) }));
  const unbounded = memory.filter((use) => use.peakBytes > PEAK_BYTES_MAX);
  return {
    name: `no reader takes more than ${PEAK_BYTES_MAX / 2 ** 30} GiB, however long the log`,
    passed: unbounded.length === 0,
    detail: memory.map((use) => `${use.contender} ${mebibytes(use.peakBytes)}`).join(', '),
  };
}
