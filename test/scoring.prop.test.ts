import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MarketLog, marketLogs } from './support/market-log/market-log.ts';
import { naiveAnalyses } from './support/naive-oracle/analyses.ts';
import {
  analysisDifferences,
  isNear,
  observationDifferences,
} from './support/naive-oracle/differences.ts';
import { type EngineCell, engineCells, figuresAt } from './support/naive-oracle/engine-cells.ts';
import { naiveObservations } from './support/naive-oracle/observations.ts';
import type { NaiveObservation } from './support/naive-oracle/results.ts';
import { runEngine } from './support/naive-oracle/run-engine.ts';
import { naiveSums } from './support/naive-oracle/sums.ts';

/**
 * The engine against a scan that knows docs/scoring.md and nothing of the engine, over whole random
 * markets. That the markets reach every rule is what market-log.test.ts checks.
 */
const RUNS = { numRuns: 300 };
const SUM_TOLERANCE = 1e-9;

describe('the engine at the end of any log', () => {
  it('stands by the observations that a scan of the log makes', () => {
    fc.assert(
      fc.property(marketLogs, (market) => {
        const { standing } = runEngine(market);
        expect(observationDifferences(standing, naiveObservationsOf(market))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('has the sums that these observations add up to', () => {
    fc.assert(
      fc.property(marketLogs, (market) => {
        const { movements } = runEngine(market);
        const observations = naiveObservationsOf(market);
        const cells = engineCells(movements, market.model);
        const asOf = Math.max(0, ...movements.map(({ observation }) => observation.tsMeasured));
        expect(cells.flatMap((cell) => sumDifferences(cell, observations, asOf))).toEqual([]);
      }),
      RUNS,
    );
  });

  it('has analysed the orders that are due, with the same figures', () => {
    fc.assert(
      fc.property(marketLogs, (market) => {
        const { analyses } = runEngine(market);
        const { log, shared, model } = market;
        const due = naiveAnalyses(log, shared, model);
        // One that was due before a fill came late is there, and will be made anew.
        const ours = analyses.filter((a) => due.some(({ orderId }) => orderId === a.orderId));
        expect(analysisDifferences(ours, due)).toEqual([]);
      }),
      RUNS,
    );
  });
});

function naiveObservationsOf({ log, shared, model }: MarketLog): NaiveObservation[] {
  return naiveObservations(log, shared, model);
}

function sumDifferences(
  engine: EngineCell,
  observations: readonly NaiveObservation[],
  asOf: number,
): string[] {
  const { scope, dealer, metric, halfLives, largest } = engine;
  return halfLives.flatMap((halfLife, memory) => {
    // Two ways to a variance cancel differently where nothing varies; the sums say all there is.
    const { variance: _, ...naive } = naiveSums(
      ...([observations, asOf, halfLife, scope, dealer, metric] as const),
    );
    return Object.entries(figuresAt(engine, memory, asOf))
      .map(([name, value]) => ({ name, value, other: naive[name as keyof typeof naive] }))
      .filter(({ value, other }) => !isNear(value, other, SUM_TOLERANCE, Math.max(1, largest)))
      .map(({ name, value, other }) =>
        [scope, dealer, metric, halfLife, name, value, other].join(' '),
      );
  });
}
