import type { InstrumentEvent } from '../../schemas/reference.ts';
import type { LogPosition, Selection, SelectRequest } from '../../schemas/selection.ts';
import type { Rules } from '../rules/rules.ts';
import type { Model } from '../scoring/model.ts';
import { rankedScope } from '../scoring/scopes.ts';
import type { ScoreRows } from '../scoring/score-rows.ts';
import { wasAxeTested } from './axe-part.ts';
import { describePlace } from './describe.ts';
import { finestWithEvidence, type Ranking, type RankOptions, rank } from './rank.ts';
import { explainDealer } from './reason.ts';

/** Where the scores come from: what an answer must name so that it can be re-created. */
export interface ScoreSource {
  readonly model: Model;
  readonly modelHash: string;
  readonly rulesHash: string;
  readonly position: LogPosition;
  readonly degradedPartitions: readonly number[];
  readonly instrument: InstrumentEvent | undefined;
}

/**
 * Whom to call for an order, in what order, and why. Pure: the engine calls it on its scoreboard and
 * an OMS on its replica, and the same rows give the same answer.
 * `rows` holds the scopes of the order's chain (scopes.ts), finest first. Dealers are ranked at the
 * order's segment, or at the next wider scope where anybody has evidence enough. Where there are too
 * few sufficient dealers, the best insufficient ones fill the list, marked as such. A dealer with a
 * live axe for the order is raised by it (axe-part.ts).
 */
export function select(
  order: SelectRequest,
  rules: Rules,
  rows: ScoreRows,
  source: ScoreSource,
): Selection {
  const scopes = rows.scopes.map((s) => s.scope);
  const finest = scopes.indexOf(rankedScope(scopes));
  const rankedAt = finestWithEvidence(rows, finest, order.tsEvent, source.model);
  const options: RankOptions = {
    asOf: order.tsEvent,
    model: source.model,
    weights: rules.weights,
    rankedScope: rankedAt,
    axes: {
      side: order.side,
      quantity: order.quantity,
      weight: rules.axeWeight,
      asOf: order.tsEvent,
    },
  };
  const ranking = rank(rows, options);
  const evidence = {
    metrics: ranking.metrics,
    sufficientCount: ranking.sufficientCount,
    rankedScope: scopes[rankedAt]!,
  };
  const honesty = ranking.metrics.find(({ metric }) => metric.name === 'axeHonesty')!;
  const called = Math.min(order.count ?? rules.count, ranking.order.length);
  return {
    orderId: order.orderId,
    instrumentId: order.instrumentId,
    asOf: order.tsEvent,
    modelHash: source.modelHash,
    rulesHash: source.rulesHash,
    position: source.position,
    degraded: source.degradedPartitions.length > 0,
    degradedPartitions: source.degradedPartitions,
    instrumentKnown: source.instrument !== undefined,
    rankedScope: scopes[rankedAt]!,
    scopes,
    dealers: Array.from({ length: called }, (_, place) => {
      const scored = describePlace(rows, ranking, place, options);
      const index = ranking.order[place]!;
      const dealer = { ...scored, axe: ranking.axes.get(index) ?? null };
      const isAxeTested = wasAxeTested(rows, index, honesty);
      const reason = explainDealer({ ...dealer, isAxeTested }, evidence);
      return { ...dealer, callOrder: place + 1, reason };
    }),
    others: ranking.order.slice(called).map((dealer, i) => ({
      dealerId: rows.dealers[dealer]!,
      rank: rankAt(ranking, called + i),
      composite: ranking.composites[dealer]!,
      insufficient: called + i >= ranking.sufficientCount,
    })),
  };
}

function rankAt(ranking: Ranking, place: number): number | null {
  return place < ranking.sufficientCount ? place + 1 : null;
}
