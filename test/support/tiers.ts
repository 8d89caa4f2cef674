import { BenchmarkBook } from '../../engine/lifecycle/benchmark-book.ts';
import { createBoard, PARTITION_SHAPE } from '../../engine/scoreboard/board.ts';
import type { Model } from '../../engine/scoring/model.ts';
import { PartitionHost } from '../../workers/partition-host.ts';
import { type FrozenSums, TierKeeper, type TierVerdict } from '../../workers/tier-keeper.ts';
import type { PartitionedLog } from './simulated-log.ts';

/** What a log's midnights come to, on one thread and without a server. */
export function tierVerdicts(log: PartitionedLog, model: Model): TierVerdict[] {
  const frozen: FrozenSums[] = [];
  const benchmarks = new BenchmarkBook(model);
  for (const event of log.get('all')!) benchmarks.accept(event, 0);
  for (const [partition, events] of log) {
    if (partition === 'all') continue;
    const board = createBoard({ ...PARTITION_SHAPE, rows: 16_384 });
    const listener = { frozen: (sums: FrozenSums) => void frozen.push(sums) };
    new PartitionHost(partition, board, benchmarks, model, listener).take(1, events, 0);
  }
  const keeper = new TierKeeper(model, log.size - 1);
  for (const sums of frozen) keeper.take(sums);
  return keeper.judge();
}

type Change = Pick<TierVerdict['changes'][number], 'dealerId' | 'to'>;

/** Who is in which tier after some changes: `<asset class> <dealer>` to tier. */
export function tiersAfter(
  verdicts: readonly { readonly assetClass: string; readonly changes: readonly Change[] }[],
): Map<string, number> {
  const tiers = new Map<string, number>();
  for (const { assetClass, changes } of verdicts) {
    for (const { dealerId, to } of changes) {
      if (to === null) tiers.delete(`${assetClass} ${dealerId}`);
      else tiers.set(`${assetClass} ${dealerId}`, to);
    }
  }
  return tiers;
}
