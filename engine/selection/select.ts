import type { InstrumentEvent } from '../../schemas/reference.ts';
import type {
  LogPosition,
  SelectedDealer,
  Selection,
  SelectRequest,
} from '../../schemas/selection.ts';
import type { Decided, Rules } from '../rules/decided.ts';

import type { Model } from '../scoring/model.ts';
import { rankedIndex } from '../scoring/scopes.ts';
import { marketOf, type ScoreRows } from '../scoring/score-rows.ts';
import { wasAxeTested } from './axe-part.ts';
import { callListOf } from './call-list.ts';
import { findCandidates } from './candidates.ts';
import type { DealerRecords } from './dealer-records.ts';
import { DealerView } from './dealer-view.ts';
import { decisionIdOf } from './decision-id.ts';
import { PlaceDescriber } from './describe.ts';
import { describeOthers } from './describe-others.ts';
import { type Drawn, drawLastPlace } from './draw.ts';
import { expectedQuotes, staleAfterOf } from './expected-quotes.ts';
import { orderFactsOf } from './order-facts.ts';
import { planOf } from './plan.ts';
import { curveOf, preTradeOf, recommendedOf } from './pre-trade.ts';
import { finestWithEvidence, type Ranking, type RankOptions, rank } from './rank.ts';
import { type Evidence, explainDealer } from './reason.ts';

/** Where the scores come from: what an answer must name so that it can be re-created. */
export interface ScoreSource {
  readonly model: Model;
  readonly modelHash: string;
  readonly rulesHash: string;
  readonly position: LogPosition;
  readonly degradedPartitions: readonly number[];
  readonly instrument: InstrumentEvent | undefined;
  readonly records: DealerRecords;
}

/**
 * Whom to call for an order, in what order, when, and why. Pure: the engine calls it on its scoreboard
 * and an OMS on its replica, and the same rows give the same answer.
 * `rows` holds the scopes of the order's chain (scopes.ts), finest first. Dealers are ranked at the
 * order's segment, or at the next wider scope where anybody has evidence enough. Where there are too
 * few sufficient dealers, the best insufficient ones fill the list, marked as such. A dealer with a
 * live axe for the order is raised by it (axe-part.ts). The rules say who may be asked, how dealers are
 * weighed, how many are called and how (docs/rules.md).
 */
export function select(
  order: SelectRequest,
  rules: Rules,
  rows: ScoreRows,
  source: ScoreSource,
): Selection {
  const { model, instrument, records } = source;
  const market = marketOf(rows);
  const facts = orderFactsOf(order, instrument, market);
  const decided = rules.decide(facts, order.count);
  const asOf = order.tsEvent;
  const view = new DealerView({ rows, records, instrument, model, memory: decided.memory, asOf });
  const { refused, filtered } = findCandidates(view, decided, {
    quantity: order.quantity,
    currency: instrument?.currency,
    usdPer: rules.usdPer,
  });
  const options = rankOptionsOf(order, decided, rows, model, refused);
  const ranking = rank(rows, options);
  const quotes = expectedQuotes(rows, ranking.order, ranking.metrics);
  const curve = curveOf(quotes, rules.usuallyAsked);
  const list = callListOf(view, ranking.order, decided, recommendedOf(curve));
  const drawn = drawLastPlace(order.orderId, decided.exploration, list, view, rows, ranking);
  const dealers = describeCalled(rows, ranking, drawn, options);
  const staleAfter = staleAfterOf(instrument?.staleAfterSeconds, model);
  const expected = { curve, called: dealers.length, deviationBps: quotes[0]?.deviationBps ?? 0 };
  return {
    decisionId: idOf(order, source),
    order,
    orderId: order.orderId,
    instrumentId: order.instrumentId,
    asOf,
    modelHash: source.modelHash,
    rulesHash: source.rulesHash,
    position: source.position,
    degraded: source.degradedPartitions.length > 0,
    degradedPartitions: source.degradedPartitions,
    instrumentKnown: instrument !== undefined,
    rankedScope: rows.scopes[options.rankedScope]!.scope,
    scopes: rows.scopes.map(({ scope }) => scope),
    directory: records.sequence,
    rules: decided.trace,
    maxDealers: decided.maxDealers,
    dealers,
    others: describeOthers(rows, ranking, drawn),
    filtered,
    plan: planOf(
      dealers.map(({ dealerId }) => dealerId),
      decided.protocol,
    ),
    preTrade: preTradeOf(order, facts, market, staleAfter, rules, expected),
    exploration: drawn.exploration,
  };
}

function idOf(
  order: SelectRequest,
  { modelHash, rulesHash, position, degradedPartitions, records }: ScoreSource,
): string {
  const directory = records.sequence;
  return decisionIdOf(order, { modelHash, rulesHash, position, degradedPartitions, directory });
}

function rankOptionsOf(
  order: SelectRequest,
  decided: Decided,
  rows: ScoreRows,
  model: Model,
  refused: Uint8Array,
): RankOptions {
  const { side, quantity, tsEvent: asOf } = order;
  const finest = rankedIndex(rows.scopes);
  return {
    asOf,
    model,
    weights: decided.weights,
    ...(decided.memory === undefined ? {} : { memory: decided.memory }),
    rankedScope: finestWithEvidence(rows, finest, asOf, model, decided.memory),
    axes: { side, quantity, weight: decided.axeWeight, asOf },
    refused,
  };
}

function describeCalled(
  rows: ScoreRows,
  ranking: Ranking,
  { dealers, chances, exploration }: Drawn,
  options: RankOptions,
): SelectedDealer[] {
  const { metrics, sufficientCount, order, axes } = ranking;
  const rankedScope = rows.scopes[options.rankedScope]!.scope;
  const evidence: Evidence = { metrics, sufficientCount, rankedScope };
  const honesty = metrics.find(({ metric }) => metric.name === 'axeHonesty')!;
  const describer = new PlaceDescriber(rows, ranking, options);
  return dealers.map((index, i) => {
    const scored = describer.describe(order.indexOf(index));
    const axe = axes.get(index) ?? null;
    const reason = explainDealer(scored, evidence, {
      axe,
      isAxeTested: axe !== null && wasAxeTested(rows, index, honesty),
      isDrawn: exploration?.isDrawn === true && i === dealers.length - 1,
    });
    const chance = chances.get(index) ?? 1;
    return Object.assign(scored, { axe, callOrder: i + 1, chance, reason });
  });
}
