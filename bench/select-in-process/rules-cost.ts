import { readRules } from '../../engine/rules/rules-file.ts';
import type { BoardSelector } from '../../engine/scoreboard/board-selector.ts';
import type { SelectRequest } from '../../schemas/selection.ts';
import type { BenchContext } from '../support/bench.ts';
import { Latencies } from '../support/latencies.ts';
import { type Check, latencyTable, type Table } from '../support/report.ts';
import { interleave } from '../support/rounds.ts';
import { manyRules } from './many-rules.ts';
import type { MarketBoard } from './market-board.ts';
import { selectorOn, timeCalls, WARM_UP_MS } from './time-calls.ts';

const RULES = [0, 10, 50, 200];
const RULES_OF_TARGET = 50;

/** What rules cost: the same orders on the same board, with ever more of them. */
export async function measureRules(
  { effort, progress }: BenchContext,
  board: MarketBoard,
  orders: readonly SelectRequest[],
): Promise<{ table: Table; checks: Check[]; p999Micros: number | null }> {
  const selectors = RULES.map((count) => selectorOn(board, readRules(manyRules(count))));
  const seconds = effort.seconds / (2 * RULES.length * effort.rounds);
  const contenders = selectors.map((selector, i) => {
    const call = (order: SelectRequest): unknown => selector.select(order, []);
    timeCalls(call, orders, WARM_UP_MS);
    const measure = async () => timeCalls(call, orders, seconds * 1000);
    return { name: `${RULES[i]} rules`, measure };
  });
  const rounds = await interleave(effort.rounds, contenders, progress);
  const p999 = Latencies.merge(rounds[RULES.indexOf(RULES_OF_TARGET)]!).quantile(0.999);
  const [none, ...some] = rounds.map((series, i) => ({
    contender: contenders[i]!.name,
    rounds: series,
  }));
  return {
    table: latencyTable('500 dealers, by the number of rules', none!, some),
    checks: selectors.map((selector, i) => checkLimits(selector, orders, RULES[i]!)),
    p999Micros: p999 === null ? null : p999 / 1e3,
  };
}

/** Rules must have decided something, and nothing that they forbid may have happened. */
function checkLimits(
  selector: BoardSelector,
  orders: readonly SelectRequest[],
  rules: number,
): Check {
  const selections = orders.map((order) => selector.select(order, []));
  const matched = selections.filter((selection) => selection.rules.matched.length > 0).length;
  const broken = selections.filter(({ dealers, filtered, maxDealers }) => {
    const barred = new Set(filtered.map(({ dealerId }) => dealerId));
    const most = maxDealers?.value ?? Number.POSITIVE_INFINITY;
    return dealers.length > most || dealers.some(({ dealerId }) => barred.has(dealerId));
  }).length;
  return {
    name: `${rules} rules: no limit is passed, nobody is called who was filtered out`,
    passed: broken === 0 && (rules === 0) === (matched === 0),
    detail: `${orders.length} orders, ${matched} with a rule that matches, ${broken} broken`,
  };
}
