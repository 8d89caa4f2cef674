import { logNames } from '../../schemas/subjects.ts';
import type { Bench, BenchContext } from '../support/bench.ts';
import { startEngineProcess } from '../support/engine-process.ts';
import { Latencies } from '../support/latencies.ts';
import { fillLog, type LogServer, natsVersionNote, startLogServer } from '../support/log-server.ts';
import { MarketTape } from '../support/market-tape.ts';
import { type OverRounds, ratioOverRounds } from '../support/over-rounds.ts';
import { type BenchReport, type Check, latencyTable, type Table } from '../support/report.ts';
import { RoleProcess } from '../support/role.ts';
import { interleave } from '../support/rounds.ts';
import { targetFigure } from '../support/target-figure.ts';
import type { PublisherTargets, PublishResult, PublishRound } from './publisher-role.ts';

const PARTITIONS = 8;
const MARKET = {
  seed: 9,
  dealers: 40,
  instruments: 200,
  rfqsPerDay: 20_000,
  partitions: PARTITIONS,
};
const HISTORY_EVENTS = 20_000;
const TOPIC = 'ALL';
/** The default, and the shortest that can be set. */
const RANK_TICKS_MS = [100, 10] as const;
const PROBES_PER_SECOND = 100;
const BACKGROUND_PER_SECOND = 5_000;
const WARM_UP_SECONDS = 1;

export const publishToSubscriber: Bench = {
  name: 'publish-to-subscriber',
  question:
    'How long after an event is published does a subscriber hold a ranking that contains it?',
  load:
    `${PROBES_PER_SECOND} quotes a second at random moments, counted from when each was due, alone and ` +
    `beside ${BACKGROUND_PER_SECOND} other events a second; the baseline is a bare nats.js consumer ` +
    'that sees the same publishes. Rankings are made once a tick, so half a tick of waiting is ' +
    'expected: it is a setting, and no queue.',
  run,
};

async function run(context: BenchContext): Promise<BenchReport> {
  const server = await startLogServer(context);
  const tape = new MarketTape(MARKET);
  const messages = await tape.take(HISTORY_EVENTS);
  await fillLog(server, logNames(), PARTITIONS, messages);
  const publisher = new RoleProcess('publisher');
  context.defer(() => publisher.stop());
  const targets: PublisherTargets = {
    natsUrl: server.url,
    tape: MARKET,
    historyEvents: HISTORY_EVENTS,
  };
  await publisher.call('connect', targets);
  const parts: TickResults[] = [];
  for (const rankTickMs of RANK_TICKS_MS) {
    parts.push(await measureTick(context, server, publisher, rankTickMs));
  }
  return {
    tables: parts.flatMap(({ tables }) => tables),
    checks: parts.flatMap(({ checks }) => checks),
    notes: [natsVersionNote(server), `topic ${TOPIC}, 40 dealers`],
    targets: [targetFigure('eventToSubscriber', parts[0]!.toHalfTick)],
  };
}

interface TickResults {
  readonly tables: readonly Table[];
  readonly checks: readonly Check[];
  /** Until an event alone is seen, p50, to half a tick. */
  readonly toHalfTick: OverRounds | null;
}

async function measureTick(
  { effort, progress }: BenchContext,
  server: LogServer,
  publisher: RoleProcess,
  rankTickMs: number,
): Promise<TickResults> {
  const settings = { natsUrl: server.url, log: '', partitions: PARTITIONS, rankTickMs };
  const engine = await startEngineProcess(settings);
  try {
    progress(`engine is up, rank tick ${rankTickMs} ms; warming up`);
    await publisher.call('watch', { wsUrl: engine.wsUrl, topic: TOPIC });
    const seconds = effort.seconds / (2 * RANK_TICKS_MS.length * effort.rounds);
    const measure = (round: number, backgroundPerSecond: number, forSeconds = seconds) => {
      const probes = { seed: round, probesPerSecond: PROBES_PER_SECOND, seconds: forSeconds };
      const options: PublishRound = { ...probes, backgroundPerSecond };
      return publisher.call<PublishResult>('measure', options);
    };
    await measure(-1, BACKGROUND_PER_SECOND, WARM_UP_SECONDS);
    const contenders = [0, BACKGROUND_PER_SECOND].map((background) => ({
      name: `${background}`,
      measure: (round: number) => measure(round, background),
    }));
    const [alone, loaded] = await interleave(effort.rounds, contenders, progress);
    await publisher.call('unwatch');
    return {
      tables: [
        tableOf(`tick ${rankTickMs} ms, alone`, alone!),
        tableOf(`tick ${rankTickMs} ms, ${BACKGROUND_PER_SECOND} events/s beside`, loaded!),
      ],
      checks: [checkOf(rankTickMs, [...alone!, ...loaded!])],
      toHalfTick: toHalfTick(rankTickMs, alone!),
    };
  } finally {
    await engine.stop();
  }
}

function toHalfTick(rankTickMs: number, results: readonly PublishResult[]): OverRounds | null {
  const p50s = results.map(({ ranking }) => Latencies.decode(ranking).quantile(0.5));
  const halfTickNanos = (rankTickMs / 2) * 1e6;
  return ratioOverRounds(
    p50s.map((nanos) => (nanos === null ? null : nanos / halfTickNanos)),
    'less',
  );
}

function tableOf(title: string, results: readonly PublishResult[]): Table {
  const series = (contender: string, key: 'ranking' | 'bareConsumer') => ({
    contender,
    rounds: results.map((result) => Latencies.decode(result[key])),
  });
  const baseline = series('seen by a bare nats.js consumer', 'bareConsumer');
  return latencyTable(title, baseline, [series('seen in the ranking', 'ranking')]);
}

function checkOf(rankTickMs: number, results: readonly PublishResult[]): Check {
  const total = (key: Exclude<keyof PublishResult, 'ranking' | 'bareConsumer'>) =>
    results.reduce((sum, result) => sum + result[key], 0);
  return {
    name: `tick ${rankTickMs} ms: every event is in a delta with its dealer's row, and no delta is missing`,
    passed: total('good') === total('probes') && total('gaps') === 0,
    detail:
      `${total('good')} of ${total('probes')} events, ${total('gaps')} gaps; ` +
      `${total('seenByConsumer')} seen by the consumer, ${total('seenInRanking')} in the ranking`,
  };
}
