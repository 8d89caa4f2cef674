import assert from 'node:assert/strict';
import { BenchmarkBook } from '../../../engine/lifecycle/benchmark-book.ts';
import type { Observation } from '../../../engine/lifecycle/observation.ts';
import { PartitionState } from '../../../engine/lifecycle/partition-state.ts';
import type { OrderAnalysis } from '../../../schemas/order-analysis.ts';
import type { MarketLog } from '../market-log/market-log.ts';

export interface Movement {
  readonly observation: Observation;
  readonly sign: 1 | -1;
}

/** All that the engine said about a log. */
export interface EngineRun {
  /** In the engine's order. */
  readonly movements: readonly Movement[];
  /** What was added and not withdrawn. */
  readonly standing: readonly Observation[];
  /** The highest revision of each order's. */
  readonly analyses: readonly OrderAnalysis[];
}

/**
 * Takes a partition through its log. Benchmarks come only when the engine holds the log for them, so
 * that every log with a benchmark also tests the waiting. Throws where the engine withdraws what it
 * has not added.
 */
export function runEngine({ model, log, shared }: MarketLog): EngineRun {
  const movements: Movement[] = [];
  const standing: Observation[] = [];
  const analyses = new Map<string, OrderAnalysis>();
  const benchmarks = new BenchmarkBook(model);
  const state = new PartitionState({
    model,
    benchmarks,
    sink: {
      observe: (given: Observation, sign: 1 | -1) => {
        const observation = { ...given, scopes: [...given.scopes] };
        movements.push({ observation, sign });
        move(standing, observation, sign);
      },
    },
    onAnalysis: (analysis: OrderAnalysis) => {
      const { orderId, revision } = analysis;
      assert.equal(revision, (analyses.get(orderId)?.revision ?? -1) + 1, 'revisions count up');
      analyses.set(orderId, analysis);
    },
  });
  let next = 0;
  for (const event of log) {
    state.accept(event);
    while (!state.drain()) {
      assert.ok(next < shared.length, 'the engine waits for a benchmark that is final');
      benchmarks.accept(shared[next++]!, 0);
    }
  }
  return { movements, standing, analyses: [...analyses.values()] };
}

function move(standing: Observation[], observation: Observation, sign: 1 | -1): void {
  if (sign === 1) {
    standing.push(observation);
    return;
  }
  const text = JSON.stringify(observation);
  const at = standing.findIndex((other) => JSON.stringify(other) === text);
  assert.notEqual(at, -1, `withdrew what it had not added: ${text}`);
  standing.splice(at, 1);
}
