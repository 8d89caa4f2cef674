import { join } from 'node:path';
import { verifyChain } from '../../engine/audit/verify-chain.ts';
import { type DeskUnderLoad, type LoadReport, PARTITIONS } from './desk-under-load.ts';
import { readHistoryCensus } from './history-census.ts';
import { type LogCensus, logEnds, readLogCensus } from './log-census.ts';
import { isSameTally, NO_ROWS, type Tally } from './tally.ts';
import type { Check, TrialContext } from './trial.ts';

const CATCH_UP_MS_MAX = 600_000;

/** Ends the load and looks at everything that came of it. */
export async function judge(desk: DeskUnderLoad, { say }: TrialContext): Promise<Check[]> {
  const load = await desk.end();
  say(
    `the load has ended: ${load.feed.acknowledged} events acknowledged, ${load.selections} selections answered`,
  );
  const { loaded, fresh } = await desk.stateHashes();
  await desk.closeEngine();
  say(`the scores are ${loaded.join() === fresh.join() ? 'the same' : 'NOT the same'}`);
  const ends = await logEnds(desk.nc, desk.names, PARTITIONS);
  await desk.history.caughtUp(desk.nc, desk.names, ends, CATCH_UP_MS_MAX);
  const exitCode = await desk.history.end('SIGTERM');
  say('history has the whole log');
  const isInvalid = ({ id }: { id: string }) => id.startsWith('invalid-');
  const census = await readLogCensus(desk.nc, desk.names, PARTITIONS, isInvalid);
  const chain = await verifyChain(desk.nc, desk.names, null);
  const tables = await readHistoryCensus(join(desk.storeDir, 'history'), desk.names.log);
  return [
    ...checkLog(load, census),
    {
      name: 'every selection that was answered is recorded once, and the chain of records is whole',
      passed: census.selections === load.selections && chain.faultCount === 0,
      found: `${load.selections} answered, ${census.selections} recorded, ${chain.records} records in the chain, ${chain.faultCount} faults`,
    },
    {
      name: 'the scores have the bits of an engine that read the log without a fault',
      passed: loaded.length === PARTITIONS && loaded.join() === fresh.join(),
      found: `${loaded.filter((hash, i) => hash === fresh[i]).length} of ${PARTITIONS} partitions equal (engine errors: ${load.engineErrors})`,
    },
    {
      name: 'history never ended by itself, and stopped in order',
      passed: desk.history.crashes === 0 && exitCode === 0,
      found: `${desk.history.crashes} times, exit code ${exitCode}`,
    },
    ...checkTables(census.tables, tables),
  ];
}

function checkLog({ feed }: LoadReport, census: LogCensus): Check[] {
  const partitions = Object.keys(census.idDigests);
  const isOrdered = partitions.every((p) => census.idDigests[p] === feed.idDigests[p]);
  return [
    {
      name: 'every acknowledged event is in the log once, in the order in which it was published',
      passed:
        census.events === feed.acknowledged && census.distinctEvents === census.events && isOrdered,
      found: `${feed.acknowledged} acknowledged, ${census.events} in the log, ${census.distinctEvents} different ones, order ${isOrdered ? 'kept' : 'CHANGED'}`,
    },
    {
      name: 'every event that no validator takes is a dead letter once',
      passed: census.deadLetters === feed.invalid && feed.invalid > 0,
      found: `${feed.invalid} published, ${census.deadLetters} dead letters`,
    },
    {
      name: 'every post-trade analysis is in the log once',
      passed: census.analyses === census.analysedPlaces && census.analyses > 0,
      found: `${census.analyses} analyses of ${census.analysedPlaces} places`,
    },
  ];
}

/** One check for each table, in the order of their names. */
function checkTables(
  expected: Readonly<Record<string, Tally>>,
  stored: Readonly<Record<string, Tally>>,
): Check[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(stored)])].sort();
  return names.map((name) => {
    const log = expected[name] ?? NO_ROWS;
    const table = stored[name] ?? NO_ROWS;
    const where = isSameTally(log, table) ? 'in the same places' : 'NOT the same ones';
    return {
      name: `table ${name} holds the log's rows`,
      passed: isSameTally(log, table),
      found: `${log.rows} rows in the log (${log.ids} ids), ${table.rows} in the table (${table.places} places, ${table.ids} ids), ${where}`,
    };
  });
}
