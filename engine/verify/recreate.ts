import type { NatsConnection } from '@nats-io/transport-node';
import { FirstcallError } from '../../schemas/errors.ts';
import type { LogPosition, Selection } from '../../schemas/selection.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import type { Rules } from '../rules/rules.ts';
import type { Model } from '../scoring/model.ts';
import type { DealerHistory } from './dealer-history.ts';
import { findDifferences } from './differences.ts';
import { LogStepper } from './log-stepper.ts';
import { PastSelector } from './past-selector.ts';

/** What decisions are taken again from. */
export interface RecreateContext {
  readonly nc: NatsConnection;
  readonly names: LogNames;
  readonly partitions: number;
  readonly model: Model;
  readonly modelHash: string;
  readonly dealers: DealerHistory;
  /** By hash. Throws FirstcallError for rules that nobody knows. */
  readonly rules: { get(hash: string): Rules };
}

/** A decision that was taken again. */
export interface Recreated {
  readonly decision: Selection;
  /** What it comes to now. */
  readonly selection: Selection;
  /** JSON paths, 20 at most; none: the same to the last bit. */
  readonly differences: readonly string[];
}

/**
 * Takes decisions of a log again, each from the state of the log that it names, in the order in which the
 * log comes by them. Those that are behind others in some partition (replicas, restarts) wait for
 * another reading of the log. Throws FirstcallError `otherModel`, `unknownRules`, and what LogStepper does.
 */
export async function* recreate(
  decisions: readonly Selection[],
  context: RecreateContext,
): AsyncGenerator<Recreated> {
  for (const { decisionId, modelHash } of decisions) {
    if (modelHash === context.modelHash) continue;
    const message =
      `decision ${decisionId} was taken with model ${modelHash}, but the settings here give model ` +
      `${context.modelHash}: name the file that the engine was started with (--config)`;
    throw new FirstcallError('otherModel', message);
  }
  let left = [...decisions].sort((a, b) => messagesOf(a.position) - messagesOf(b.position));
  while (left.length > 0) {
    const behind: Selection[] = [];
    yield* readOnce(left, context, behind);
    left = behind;
  }
}

/** The first decision can always be reached, so that every reading settles one at least. */
async function* readOnce(
  decisions: readonly Selection[],
  context: RecreateContext,
  behind: Selection[],
): AsyncGenerator<Recreated> {
  const stepper = await LogStepper.open(context);
  const selector = new PastSelector({ ...context, board: stepper.board });
  try {
    for (const decision of decisions) {
      const { position, rulesHash, directory, degradedPartitions, order } = decision;
      if (!stepper.canReach(position)) {
        behind.push(decision);
        continue;
      }
      await stepper.advance(position);
      const rules = { rules: context.rules.get(rulesHash), hash: rulesHash };
      const selection = selector.select(order, { ...rules, directory, degradedPartitions });
      yield { decision, selection, differences: findDifferences(decision, selection) };
    }
  } finally {
    await stepper.close();
  }
}

function messagesOf({ partitions, tiers }: LogPosition): number {
  // Of the same messages, what knew fewer midnights came first; a midnight weighs less than a message.
  return partitions.reduce((sum, sequence) => sum + sequence, tiers / Number.MAX_SAFE_INTEGER);
}
