import type { InstrumentId, OrderId } from '../ids.ts';
import type { Selection } from '../selection.ts';

/** A selection that calls nobody, for tests to put into it what they are about. */
export function bareSelection(over: Partial<Selection> = {}): Selection {
  const orderId = over.orderId ?? ('O-1' as OrderId);
  const instrumentId = over.instrumentId ?? ('I-1' as InstrumentId);
  const asOf = over.asOf ?? 5;
  return {
    decisionId: '0123456789abcdef',
    order: { orderId, instrumentId, side: 'buy', quantity: 1e6, tsEvent: asOf },
    orderId,
    instrumentId,
    asOf,
    modelHash: 'model',
    rulesHash: 'rules',
    position: { partitions: [7, 0], all: 3, tiers: 0 },
    degraded: false,
    degradedPartitions: [],
    instrumentKnown: true,
    rankedScope: 'ALL',
    scopes: ['ALL'],
    directory: 0,
    rules: { matched: [], nearly: [], undecided: [] },
    maxDealers: null,
    dealers: [],
    others: { dealerIds: [], ranks: [], composites: [], chances: null },
    filtered: [],
    plan: {
      kind: 'parallel',
      delaySeconds: 0,
      timeoutSeconds: 60,
      isTwoSided: false,
      steps: [],
    },
    preTrade: {
      mid: null,
      tsMid: null,
      spreadBps: null,
      volatilityBps: null,
      advShare: null,
      daysSinceTrade: null,
      spreadCostBps: null,
      impactBps: null,
      uncertaintyBps: null,
      curve: [],
      recommended: 0,
      benchmark: null,
    },
    exploration: null,
    ...over,
  };
}
