import assert from 'node:assert/strict';
import { contentHash } from '../../engine/platform/hash.ts';
import { canonicalRules, type Rules } from '../../engine/rules/rules.ts';
import { BoardSelector } from '../../engine/scoreboard/board-selector.ts';
import { canonicalModel, DEFAULT_MODEL } from '../../engine/scoring/model.ts';
import type { SelectRequest } from '../../schemas/selection.ts';
import { Latencies } from '../support/latencies.ts';
import type { MarketBoard } from './market-board.ts';

/** Before anything is measured. */
export const WARM_UP_MS = 400;

export function selectorOn({ merged, partitions, records }: MarketBoard, rules: Rules) {
  return new BoardSelector({
    merged,
    partitions,
    model: DEFAULT_MODEL,
    modelHash: contentHash(canonicalModel(DEFAULT_MODEL)),
    rules,
    rulesHash: contentHash(canonicalRules(rules)),
    records,
  });
}

/** What is returned is kept, so that the compiler cannot leave the call out. */
let kept: unknown;

/** Calls for the time given, order after order. */
export function timeCalls(
  call: (order: SelectRequest) => unknown,
  orders: readonly SelectRequest[],
  forMs: number,
): Latencies {
  const latencies = new Latencies();
  const end = process.hrtime.bigint() + BigInt(Math.round(forMs * 1e6));
  for (let i = 0, done = 0n; done < end; i++) {
    const order = orders[i % orders.length]!;
    const start = process.hrtime.bigint();
    kept = call(order);
    done = process.hrtime.bigint();
    latencies.record(Number(done - start));
  }
  assert(kept !== undefined, 'a call returned nothing');
  return latencies;
}
