import { decode } from '../../schemas/codec.ts';
import type { DealerMatrix, MatrixRow } from '../../schemas/matrix.ts';
import type { SnapshotFrame } from '../../schemas/protocol.ts';
import type { ScoredDealer } from '../../schemas/selection.ts';
import { isAssetClass } from '../scoring/scopes.ts';
import { MAX_CONVERTED_BYTES } from './limits.ts';
import type { RankingsRoute } from './rankings-route.ts';
import type { EngineServices } from './services.ts';
import { type HttpAnswer, jsonAnswer } from './transport.ts';

/** Answers `GET /matrix`: every dealer by asset class, from the rankings that are made anyway. */
export async function answerMatrix(
  rankings: RankingsRoute,
  services: EngineServices,
): Promise<HttpAnswer> {
  const assetClasses = services.status().scopes.filter(isAssetClass);
  const rows: MatrixRow[] = [];
  let head: Pick<SnapshotFrame, 'asOf' | 'modelHash' | 'position'> | null = null;
  for (const assetClass of assetClasses) {
    const state = await rankings.stateOf(assetClass);
    if ('status' in state) return state;
    const frame = decode(state.snapshot.in('msgpack'), MAX_CONVERTED_BYTES) as SnapshotFrame;
    if (head === null || frame.asOf < head.asOf) head = frame;
    for (const dealer of frame.rows as readonly ScoredDealer[]) {
      rows.push(rowOf(assetClass, dealer));
    }
  }
  if (head === null) {
    const message = 'no asset class has been observed yet';
    return jsonAnswer(503, { code: 'notReady', message });
  }
  const { asOf, modelHash, position } = head;
  return jsonAnswer(200, { asOf, modelHash, position, rows } satisfies DealerMatrix);
}

function rowOf(assetClass: string, dealer: ScoredDealer): MatrixRow {
  const estimate = (metric: string): number =>
    dealer.metrics.find((m) => m.metric === metric)!.estimate;
  return {
    assetClass,
    dealerId: dealer.dealerId,
    rank: dealer.rank,
    tier: dealer.tier,
    hitRate: estimate('fillRate'),
    priceImprovementBps: estimate('priceImprovementBps'),
    responseSeconds: estimate('responseSeconds'),
    reversion30mBps: estimate('reversion30mBps'),
    composite: dealer.composite,
    displayScore: dealer.displayScore,
    insufficient: dealer.insufficient,
  };
}
