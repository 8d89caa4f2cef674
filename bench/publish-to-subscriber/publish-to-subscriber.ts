import { logNames } from '../../schemas/subjects.ts';
import type { Background } from '../support/background.ts';
import type { Bench, BenchContext } from '../support/bench.ts';
import { startEngineProcess } from '../support/engine-process.ts';
import { Latencies } from '../support/latencies.ts';
import { fillLog, type LogServer, natsVersionNote, startLogServer } from '../support/log-server.ts';
import { MarketTape } from '../support/market-tape.ts';
import { amountOverRounds, type OverRounds } from '../support/over-rounds.ts';
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
const ALONE = { of: 'market', perSecond: 0, name: 'alone' } as const;
const MARKET_BESIDE = {
  of: 'market',
  perSecond: 5_000,
  name: 'beside 5,000 events/s of RFQs',
} as const;
const PRICES_BESIDE = {
  of: 'prices',
  perSecond: 50_000,
  name: 'beside 50,000 ticks and streamed quotes/s',
} as const;
/** The default, and what asks for rankings as soon as something has changed. */
const TICKS = [
  { rankTickMs: 100, beside: [ALONE, MARKET_BESIDE] },
  { rankTickMs: 1, beside: [ALONE, MARKET_BESIDE, PRICES_BESIDE] },
] as const;
const CASES = TICKS.reduce((sum, { beside }) => sum + beside.length, 0);
const PROBES_PER_SECOND = 100;
const WARM_UP_SECONDS = 1;

export const publishToSubscriber: Bench = {
  name: 'publish-to-subscriber',
  question:
    'How long after an event is published does a subscriber hold a ranking that contains it?',
  load:
    `${PROBES_PER_SECOND} quotes a second at random moments, counted from when each was due, alone and ` +
    'beside a market in messages of up to 50 events; the baseline is a bare nats.js consumer that sees the ' +
    'same publishes. Rankings are made at once after a quiet moment and else once a tick: what waits for a ' +
    'tick is a setting, and no queue.',
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
  for (const tick of TICKS) parts.push(await measureTick(context, server, publisher, tick));
  return {
    tables: parts.flatMap(({ tables }) => tables),
    checks: parts.flatMap(({ checks }) => checks),
    notes: [natsVersionNote(server), `topic ${TOPIC}, 40 dealers`],
    targets: [targetFigure('eventToSubscriber', parts.at(-1)!.p99Ms.at(-1)!)],
  };
}

interface TickResults {
  readonly tables: readonly Table[];
  readonly checks: readonly Check[];
  /** Beside each load, until an event is seen, p99. */
  readonly p99Ms: readonly (OverRounds | null)[];
}

async function measureTick(
  { effort, progress }: BenchContext,
  server: LogServer,
  publisher: RoleProcess,
  { rankTickMs, beside }: (typeof TICKS)[number],
): Promise<TickResults> {
  const settings = { natsUrl: server.url, log: '', partitions: PARTITIONS, rankTickMs };
  const engine = await startEngineProcess(settings);
  try {
    progress(`engine is up, rank tick ${rankTickMs} ms; warming up`);
    await publisher.call('watch', { wsUrl: engine.wsUrl, topic: TOPIC });
    const seconds = effort.seconds / (CASES * effort.rounds);
    const measure = (round: number, background: Background, forSeconds = seconds) => {
      const probes = { seed: round, probesPerSecond: PROBES_PER_SECOND, seconds: forSeconds };
      const options: PublishRound = { ...probes, background };
      return publisher.call<PublishResult>('measure', options);
    };
    for (const background of beside) await measure(-1, background, WARM_UP_SECONDS);
    const contenders = beside.map(({ name, ...background }) => ({
      name,
      measure: (round: number) => measure(round, background),
    }));
    const results = await interleave(effort.rounds, contenders, progress);
    await publisher.call('unwatch');
    return {
      tables: results.map((rounds, i) =>
        tableOf(`tick ${rankTickMs} ms, ${beside[i]!.name}`, rounds),
      ),
      checks: [checkOf(rankTickMs, results.flat())],
      p99Ms: results.map(p99Ms),
    };
  } finally {
    await engine.stop();
  }
}

function p99Ms(results: readonly PublishResult[]): OverRounds | null {
  const nanos = results.map(({ ranking }) => Latencies.decode(ranking).quantile(0.99));
  return amountOverRounds(
    nanos.map((p99) => (p99 === null ? null : p99 / 1e6)),
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
