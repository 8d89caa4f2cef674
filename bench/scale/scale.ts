import type { Bench, BenchContext } from '../support/bench.ts';
import type { BenchReport, Check } from '../support/report.ts';
import { RoleProcess } from '../support/role.ts';
import { interleave } from '../support/rounds.ts';
import { cellOf, largestIn, targetFigure } from '../support/target-figure.ts';
import { type CrowdOptions, RFQS_PER_DAY } from './crowd.ts';
import type { RunResult, SliceResult } from './scale-role.ts';
import { costTable, memoryTable, nameOf, type SizedResults } from './scale-tables.ts';

const SEED = 5;
/** The first is what the others are compared with. */
const SIZES = [
  { dealers: 50, instruments: 1_000 },
  { dealers: 1_000, instruments: 1_000 },
  { dealers: 50, instruments: 100_000 },
  { dealers: 1_000, instruments: 100_000 },
] as const;

/** More than a day of RFQs, which is how long the books keep them: then as many go as come. */
const WARM_UP_RFQS = 1.25 * RFQS_PER_DAY;
const QUICK_WARM_UP_RFQS = RFQS_PER_DAY / 8;
/** Two, to see that they come to the same. */
const RUNS = 2;
/** Many short rounds, a fraction of a second a turn: what else the machine does meets all alike. */
const ROUNDS_OF_EFFORT = 4;
/** RFQs of a turn; one costs a quarter of a millisecond. */
const RFQS_PER_SECOND_OF_EFFORT = 20;
const QUICK_NOTE =
  'A quick run has neither a day of RFQs nor code that is compiled: its ratios say nothing.';

export const scale: Bench = {
  name: 'scale',
  question:
    'Does an event cost more with more dealers or instruments, and what memory does a live pair take?',
  load:
    'RFQs with the same events at every size: about each an order, a request to 5 dealers, 3 firm ' +
    'quotes, a cancel, a pass and the closes, two times of three an acceptance and a fill, 5 ticks, ' +
    'an axe, 8 streamed quotes in the instrument, a tick of a benchmark, and clocks. Dealers and ' +
    `instruments are drawn by Zipf's law, ${RFQS_PER_DAY} RFQs a day round the clock. The shards' code on ` +
    'decoded events of 8 partitions in one thread, without NATS. Each size has a process, and they take ' +
    'turns of a fraction of a second after reference data and more than a day of RFQs.',
  run,
};

async function run(context: BenchContext): Promise<BenchReport> {
  const { effort, progress } = context;
  const sized = SIZES.map((size) => ({
    ...size,
    slices: [] as SliceResult[],
    runs: [] as RunResult[],
  }));
  for (let i = 1; i <= RUNS; i++) {
    progress(`run ${i} of ${RUNS}: reference data and a day of RFQs`);
    const results = await runOnce(context);
    for (const [at, { slices, result }] of results.entries()) {
      sized[at]!.slices.push(...slices);
      sized[at]!.runs.push(result);
    }
  }
  const [cost, memory] = [costTable(sized), memoryTable(sized)];
  const [, manyDealers, manyInstruments] = SIZES.map(nameOf) as [string, string, string];
  return {
    tables: [cost, memory],
    checks: [allApplied(sized.flatMap(({ runs }) => runs)), sameState(sized)],
    notes: [
      'A tick of every instrument precedes the RFQs, so that all of them have a place in the books.',
      'Board: blocks of the shared scoreboards, in use or free again, and what stands beside them by ' +
        'row. Heap: objects after a collection (books of RFQs, orders and mids, indices, reference ' +
        'data). RSS: of the whole process, so both, and what belongs to no pair.',
      ...(effort.quick ? [QUICK_NOTE] : []),
    ],
    targets: [
      targetFigure('costByDealers', cellOf(cost, manyDealers, 'CPU x first')),
      targetFigure('costByInstruments', cellOf(cost, manyInstruments, 'CPU x first')),
      targetFigure('pairBytes', largestIn(memory, 'board bytes')),
    ],
  };
}

/** A process for each size, all filled first; then they take turns. */
async function runOnce(context: BenchContext) {
  const { effort, progress, defer } = context;
  const children = SIZES.map(() => new RoleProcess('scale'));
  for (const child of children) defer(() => child.stop());
  for (const [i, { dealers, instruments }] of SIZES.entries()) {
    await children[i]!.call('open', { seed: SEED, dealers, instruments } satisfies CrowdOptions);
    await children[i]!.call('play', effort.quick ? QUICK_WARM_UP_RFQS : WARM_UP_RFQS);
  }
  const rfqs = Math.ceil(effort.seconds * RFQS_PER_SECOND_OF_EFFORT);
  const turns = children.map((child, i) => ({
    name: `${SIZES[i]!.dealers} dealers, ${SIZES[i]!.instruments} instruments`,
    measure: () => child.call<SliceResult>('play', rfqs),
  }));
  const slices = await interleave(effort.rounds * ROUNDS_OF_EFFORT, turns, progress);
  const results: { slices: SliceResult[]; result: RunResult }[] = [];
  for (const [i, child] of children.entries()) {
    results.push({ slices: slices[i]!, result: await child.call<RunResult>('end') });
    await child.stop();
  }
  return results;
}

function allApplied(results: readonly RunResult[]): Check {
  const complete = results.filter(
    ({ events, given, refused, mishaps }) => events === given && refused === 0 && mishaps === 0,
  );
  return {
    name: 'every event was applied, none was late or belonged to nothing, and the boards had room',
    passed: complete.length === results.length,
    detail: `${complete.length} of ${results.length} runs`,
  };
}

function sameState(sized: readonly SizedResults[]): Check {
  const hashes = sized.map(({ runs }) => new Set(runs.map(({ stateHash }) => stateHash)));
  return {
    name: 'the scores of a size are the same to the last bit in every run',
    passed: hashes.every((hash) => hash.size === 1),
    detail: hashes.map((hash) => [...hash].join(' and ')).join(', '),
  };
}
