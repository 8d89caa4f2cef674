import type { Bench, BenchContext } from '../support/bench.ts';
import { type BenchReport, type Check, type Speed, speedTable } from '../support/report.ts';
import { interleave } from '../support/rounds.ts';
import { INGEST_PEERS, type IngestName } from './peer-list.ts';
import { missingPeers } from './peer-packages.ts';
import { openPeers, versionsNote } from './peer-processes.ts';

const NAMES = Object.keys(INGEST_PEERS) as IngestName[];
const METRICS = 4;
const QUOTES_PER_SECOND_OF_EFFORT = 400;
/** Two minutes of event time, a desk's busy day. */
const MARKET = { seed: 9, metrics: METRICS, spacing: 120e6 };
const SUM_TOLERANCE = 1e-9;

export const peersIngest: Bench = {
  name: 'peers-ingest',
  question: 'What does it take to keep decayed sums of the same quotes elsewhere?',
  load:
    `quotes with ${METRICS} observations each, of which each counts at 4 scopes and in the pool of all dealers: ` +
    '20 cells; given as fast as they are taken, in batches as each documentation has it, a process for each ' +
    'contender. Timed until a question would count them.',
  missing: missingPeers,
  run,
};

async function run(context: BenchContext): Promise<BenchReport> {
  const { effort, progress } = context;
  const quotes = Math.round(effort.seconds * QUOTES_PER_SECOND_OF_EFFORT);
  const peers = await openPeers(context, 'ingest-peer', NAMES, { market: MARKET });
  progress('quotes that open the cells');
  for (const { child } of peers) await child.call('ingest', quotes);
  const contenders = peers.map(({ name, child }) => ({
    name,
    measure: () => child.call<Speed>('ingest', quotes),
  }));
  const rounds = await interleave(effort.rounds, contenders, progress);
  const checks: Check[] = [];
  for (const { name, child } of peers) {
    const difference = await child.call<number | null>('compare');
    if (difference !== null) checks.push(checkOf(name, difference));
    await child.call('close');
  }
  const series = rounds.map((results, i) => ({ contender: NAMES[i]!, rounds: results }));
  const [loop, sums, ...others] = series as [(typeof series)[0], ...typeof series];
  return {
    tables: [
      speedTable('quotes, beside a loop', loop, [sums!, ...others]),
      speedTable('quotes, beside the engine', sums!, others),
    ],
    checks,
    notes: [
      `${quotes} quotes a round, after as many that open the cells; an event of the table is a quote`,
      versionsNote(peers),
      'The engine keeps four sums in three memories and a count; peers keep the two sums of one memory ' +
        'that ranking asks for. A whole shard takes a quote as 4 events, each with an id that makes a repeat ' +
        'harmless.',
    ],
  };
}

function checkOf(name: IngestName, difference: number): Check {
  return {
    name: `${name}: every sum is what it should be, within ${SUM_TOLERANCE}`,
    passed: difference <= SUM_TOLERANCE,
    detail: `largest difference ${difference.toExponential(1)} of the larger of 1 and the sum`,
  };
}
