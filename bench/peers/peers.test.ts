import { expect, test } from 'vitest';
import { ALL_SCOPE, POOL_DEALER } from '../../engine/scoring/scopes.ts';
import { EngineRanking } from './engine-ranking.ts';
import { EngineSelection } from './engine-selection.ts';
import { EngineShard } from './engine-shard.ts';
import { EngineSums } from './engine-sums.ts';
import { HALF_LIFE, PEER_METRICS, PRIOR_STRENGTH, signedWeight } from './metrics.ts';
import type { IngestPeer, OpenPeer, SelectPeer } from './peer.ts';
import { DEALERS, forwardWeight, INSTRUMENTS, PeerMarket } from './peer-market.ts';
import { addQuotes, bestOf, largestDifference, rowOf, type Sums } from './sums.ts';

const OPTIONS = { seed: 3, metrics: PEER_METRICS.length, spacing: 60e6 };

function marketWith(count: number) {
  const market = new PeerMarket(OPTIONS);
  const quotes = market.take(count);
  const sums: Sums = new Map();
  addQuotes(sums, market, quotes);
  return { market, quotes, sums };
}

test('a market first has one quote of each dealer in each instrument, and one seed makes one market', () => {
  const quotes = new PeerMarket(OPTIONS).take(DEALERS * INSTRUMENTS);
  const pairs = new Set(quotes.map(({ dealer, instrument }) => `${dealer} ${instrument}`));
  expect(pairs.size).toBe(DEALERS * INSTRUMENTS);
  expect(new PeerMarket(OPTIONS).take(100)).toEqual(quotes.slice(0, 100));
  for (const { values } of quotes) for (const value of values) expect(value).toBeLessThan(1);
});

test('forward weights double with each half-life', () => {
  const t = 1_767_571_200_000_000;
  expect(forwardWeight(t + HALF_LIFE) / forwardWeight(t)).toBeCloseTo(2, 12);
});

test('an estimate shrinks to its parents: one dealer, one observation, by hand', () => {
  const { market } = marketWith(0);
  const question = market.question(0, 0, market.ts);
  const { factor, chain } = question;
  const sums: Sums = new Map();
  const v = 1 / factor;
  for (const scope of chain) rowOf(sums, scope, 'D1', PEER_METRICS.length).set([v, 0.9 * v]);
  rowOf(sums, ALL_SCOPE, POOL_DEALER, PEER_METRICS.length).set([v, 0.9 * v]);
  const k = PRIOR_STRENGTH;
  const [first, ...rest] = PEER_METRICS;
  let estimate = first!.prior;
  for (let scope = 0; scope < 5; scope++) estimate = (0.9 + k * estimate) / (1 + k);
  const others = rest.reduce((sum, metric) => sum + signedWeight(metric) * metric.prior, 0);
  expect(bestOf(sums, question)).toEqual([
    { dealerId: 'D1', composite: expect.closeTo(signedWeight(first!) * estimate + others, 12) },
  ]);
});

const selectors: [string, OpenPeer<SelectPeer>][] = [
  ['selection', EngineSelection.open],
  ['ranking', EngineRanking.open],
];
test.each(selectors)("the engine's %s answers what the plain computation does", async (_, open) => {
  const { market, quotes, sums } = marketWith(1500);
  const peer = await open(market);
  await peer.load(quotes, sums);
  for (const question of market.questions(INSTRUMENTS)) {
    const answer = await peer.ask(question);
    const right = bestOf(sums, question);
    expect(answer.map(({ dealerId }) => dealerId)).toEqual(right.map(({ dealerId }) => dealerId));
    for (const [i, { composite }] of right.entries()) {
      expect(answer[i]!.composite).toBeCloseTo(composite, 12);
    }
  }
});

const keepers: [string, OpenPeer<IngestPeer>][] = [
  ['sums', (market) => new EngineSums(market)],
  ['shard', EngineShard.open],
];
test.each(keepers)("the engine's %s adds up what the plain computation does", async (_, open) => {
  const { market, quotes, sums } = marketWith(1500);
  const peer = await open(market);
  for (const piece of [quotes.slice(0, 700), quotes.slice(700)]) {
    await peer.prepare?.(piece);
    await peer.ingest(piece);
  }
  expect(largestDifference((await peer.sums())!, sums)).toBeLessThan(1e-12);
});

test('sums that differ, or that one side lacks, are told', () => {
  const { sums } = marketWith(10);
  const { sums: other } = marketWith(10);
  expect(largestDifference(sums, other)).toBe(0);
  other.get(ALL_SCOPE)!.get(POOL_DEALER)![0]! += 1;
  expect(largestDifference(sums, other)).toBeGreaterThan(0.01);
  other.get(ALL_SCOPE)!.delete(POOL_DEALER);
  expect(largestDifference(sums, other)).toBe(Number.POSITIVE_INFINITY);
});
