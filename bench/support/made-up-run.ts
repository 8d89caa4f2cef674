import type { Bench } from './bench.ts';
import { Latencies } from './latencies.ts';
import { seededRandom } from './open-loop.ts';
import { type BenchReport, latencyTable, type Speed, speedTable } from './report.ts';
import { parseResults, resultsOf, writtenForm } from './results.ts';
import type { Results } from './results-schema.ts';
import { cellOf, notMeasured, targetFigure } from './target-figure.ts';

/** How a made-up run differs from another. */
export interface MadeUp {
  /** Speed of the one shard, times what it is in other made-up runs. */
  readonly speedup?: number;
  /** How far rounds lie apart, as a share of the figure. */
  readonly spread?: number;
  readonly rounds?: number;
  readonly quick?: boolean;
  readonly checksPass?: boolean;
  readonly node?: string;
  readonly seed?: number;
}

const SAMPLES = 2_000;

/** The results of a run that never was, as they come out of their file: for tests. */
export function madeUpRun(madeUp: MadeUp = {}): Results {
  const { rounds = 5, quick = false, node = 'v20.20.2' } = madeUp;
  const results = resultsOf({
    startedAt: '2026-11-27T22:31:56.560Z',
    machine: {
      cpu: 'Some <processor> & "more"',
      cores: 2,
      memoryGiB: 24,
      system: 'Linux 6',
      node,
      loadAverage: 0.9,
      libraries: { ws: '8.23.0' },
    },
    effort: { quick, seconds: 45, rounds, events: null, eventsPerSecond: null },
    leftOut: new Map([['decode', 'a <decoder> is not installed']]),
    reports: [
      [benchNamed('ingest'), ingestReport(madeUp)],
      [benchNamed('select-in-process'), selectionReport(madeUp)],
      [benchNamed('peers-select'), emptyReport(madeUp)],
    ],
  });
  return parseResults(writtenForm(results), 'a made-up run');
}

const benchNamed = (name: string): Bench => ({
  name,
  question: `How fast is ${name}?`,
  load: 'made up, so <none>',
  run: () => Promise.reject(new Error('made up')),
});

const checksOf = ({ checksPass = true }: MadeUp) => [
  { name: 'all "agree" & none <differs>', passed: checksPass, detail: '30 of 30' },
];

function ingestReport(madeUp: MadeUp): BenchReport {
  const { speedup = 1, spread = 0.02, rounds = 5, seed = 1 } = madeUp;
  const random = seededRandom(seed);
  const series = (contender: string, eventsPerSecond: number) => ({
    contender,
    rounds: Array.from({ length: rounds }, (): Speed => {
      const speed = eventsPerSecond * (1 + spread * (random() - 0.5));
      return { eventsPerSecond: speed, cpuSecondsPerMillion: 1e6 / speed };
    }),
  });
  const baseline = series('a consumer that does nothing', 200_000);
  const others = [series('one shard', 26_000 * speedup), series('did not end', Number.NaN)];
  const table = speedTable('single events', baseline, others);
  return {
    tables: [table],
    checks: checksOf(madeUp),
    notes: ['nats-server 2.9.10'],
    targets: [targetFigure('ingestSingle', cellOf(table, 'one shard', 'x baseline'))],
  };
}

/** The baseline answered nothing, as one that is broken would: its figures are not there. */
function selectionReport(madeUp: MadeUp): BenchReport {
  const { rounds = 5, seed = 1 } = madeUp;
  const random = seededRandom(seed);
  const series = (contender: string, meanNanos: number, samples = SAMPLES) => ({
    contender,
    rounds: Array.from({ length: rounds }, () => {
      const latencies = new Latencies();
      for (let i = 0; i < samples; i++) latencies.record(-Math.log(1 - random()) * meanNanos);
      return latencies;
    }),
  });
  const [engine, naive] = [
    series('engine', 100_000),
    series('objects, maps and a sort', 1_000_000),
  ];
  const [silent, few] = [series('silent', 1, 0), series('asked <5 times', 5_000, 4)];
  const tables = [latencyTable('500 dealers', naive, [engine]), latencyTable('few', silent, [few])];
  return {
    tables,
    checks: checksOf(madeUp),
    notes: [],
    targets: [targetFigure('selectionHot', cellOf(tables[0]!, 'engine', 'x p50'))],
  };
}

const emptyReport = (madeUp: MadeUp): BenchReport => ({
  tables: [],
  checks: checksOf(madeUp),
  notes: [],
  targets: [notMeasured('selectionRedisPacked', 'redis-server is not <installed>')],
});
