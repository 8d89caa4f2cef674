import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectFirstcall } from '../client/src/index.ts';
import { resolveConfig } from '../engine/platform/config.ts';
import { contentHash } from '../engine/platform/hash.ts';
import { canonicalModel, metricsOf } from '../engine/scoring/model.ts';
import { resolveModel } from '../engine/scoring/model-settings.ts';
import { isAssetClass, parentChain } from '../engine/scoring/scopes.ts';
import type { DealerMatrix } from '../schemas/matrix.ts';
import type { SnapshotFrame } from '../schemas/protocol.ts';
import type { ScoredDealer, SelectRequest } from '../schemas/selection.ts';
import { ModelledDesk } from './support/modelled-desk.ts';

let desk: ModelledDesk;

beforeAll(async () => {
  desk = await ModelledDesk.start();
});

afterAll(async () => {
  await desk?.stop();
});

test('the engine scores with the model of its file', async () => {
  const { model } = resolveConfig({ cwd: desk.folder, env: {}, file: 'model.yaml' });
  const { modelHash } = await desk.rankingOf('ALL');
  expect(modelHash).toBe(contentHash(canonicalModel(resolveModel(model))));
  expect(modelHash).not.toBe(contentHash(canonicalModel(resolveModel({}))));
});

test('split segments are scopes like any other', async () => {
  const { scopes } = await desk.get<{ scopes: string[] }>('/rankings');
  const segments = scopes.filter((scope) => scope.split('-').length === 4);
  expect(segments.length).toBeGreaterThan(2);
  for (const suffix of ['-BUY', '-SELL', '-BUY-SZ0', '-BUY-SZ1', '-SELL-SZ0', '-SELL-SZ1']) {
    const split = scopes.find((scope) => scope.endsWith(suffix))!;
    expect(segments).toContain(split.slice(0, -suffix.length));
    const byComposite = await desk.rankingOf(split);
    expect(byComposite.topic).toBe(split);
    expect(byComposite.rows.length).toBeGreaterThan(0);
    const byTca = await desk.get<SnapshotFrame>(`/rankings/${split}/tca.toxicity?format=json`);
    expect(byTca.rows).toHaveLength(byComposite.rows.length);
  }
});

test('an order shrinks through the segments of its side and size, in a replica too', async () => {
  const config = resolveConfig({ cwd: desk.folder, env: {}, file: 'model.yaml' });
  const client = connectFirstcall({ url: desk.url, model: resolveModel(config.model) });
  await client.whenLive();
  const { scopes } = await desk.get<{ scopes: string[] }>('/rankings');
  const { asOf } = await desk.rankingOf('ALL');
  const { instrumentId } = desk.market.instruments[0]!;
  const watch = client.watchInstrument(instrumentId);
  await watch.whenLive();
  for (const [side, quantity, suffix] of [
    ['buy', 2e6, '-BUY-SZ1'],
    ['sell', 999_999, '-SELL-SZ0'],
  ] as const) {
    const order = { orderId: 'o', instrumentId, side, quantity, tsEvent: asOf } as SelectRequest;
    const { lagMs: _, ...selection } = await client.select(order);
    const segment = selection.scopes.at(-3)!;
    expect(scopes).toContain(segment);
    expect(selection.scopes.slice(-5)).toEqual(parentChain(segment + suffix));
    // Where it is ranked does not depend on how the model splits it.
    expect(parentChain(segment)).toContain(selection.rankedScope);
    expect(client.selectLocally(order)).toEqual(selection);
  }
  watch.close();
  client.close();
});

test('an explanation is the ranking row of its moment, at scopes of every kind', async () => {
  for (const scope of await desk.someScopes()) {
    const { asOf, rows, position, modelHash } = await desk.rankingOf(scope);
    expect(rows.length, scope).toBeGreaterThan(0);
    for (const row of rows as ScoredDealer[]) {
      const { metrics, ...explained } = await desk.explanationOf(row.dealerId, scope, asOf);
      const { value, metrics: scores, ...ranked } = row;
      expect(value).toBe(row.composite);
      expect(explained).toMatchObject({ ...ranked, scope, asOf, position, modelHash });
      for (const score of scores) {
        expect(metrics.find(({ metric }) => metric === score.metric)).toMatchObject(score);
      }
    }
  }
});

test('the parts add up to the composite to the last bit, and every step follows from the wider one', async () => {
  const known = metricsOf(
    resolveModel({ tcaMetrics: [{ name: 'toxicity', higherIsBetter: true }] }),
  );
  for (const scope of await desk.someScopes()) {
    const { asOf, rows } = await desk.rankingOf(scope);
    const { dealerId } = rows[0]!;
    const { metrics, composite } = await desk.explanationOf(dealerId, scope, asOf);
    let sum = 0;
    for (const { contribution } of metrics) sum += contribution;
    expect(Object.is(sum, composite), scope).toBe(true);
    for (const {
      metric,
      weight,
      normalised,
      contribution,
      field,
      priorStrength: k,
      scopes,
      estimate,
    } of metrics) {
      expect(known.map(({ name }) => name)).toContain(metric);
      expect(Object.is(contribution, weight * normalised + 0)).toBe(true);
      expect(k).toBe({ fillRate: 2, 'tca.toxicity': 7 }[metric] ?? 5);
      expect(scopes[0]!.scope).toBe(scope);
      expect(scopes.at(-1)!.scope).toBe('ALL');
      let parent = field;
      for (const { mass, mean, estimate: step } of scopes.toReversed()) {
        const expected = mean === null ? parent : (mass * mean + k * parent) / (mass + k);
        expect(Math.abs(step - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(step)));
        parent = step;
      }
      expect(Object.is(parent, estimate)).toBe(true);
    }
  }
});

test('an instrument shrinks through issuer, segment and asset class', async () => {
  const scope = (await desk.someScopes()).at(-1)!;
  const { asOf, rows } = await desk.rankingOf(scope);
  const { metrics } = await desk.explanationOf(rows[0]!.dealerId, scope, asOf);
  for (const { scopes } of metrics) {
    expect(scopes.map((step) => step.scope.replace(/^(\w+):.*/, '$1:'))).toEqual([
      'instrument:',
      'issuer:',
      expect.stringMatching(/^[A-Z]+-[A-Z_]+-[A-Z_]+-[A-Z0-9_]+$/),
      expect.stringMatching(/^[A-Z]+$/),
      'ALL',
    ]);
    // What was seen of a part was seen of the whole; an issuer has bonds of several segments.
    const [instrument, issuer, ...wider] = scopes.map(({ count }) => count);
    expect(issuer).toBeGreaterThanOrEqual(instrument!);
    expect([instrument, ...wider].toSorted((a, b) => a! - b!)).toEqual([instrument, ...wider]);
  }
});

test('the matrix has the rankings of the asset classes', async () => {
  const matrix = await desk.get<DealerMatrix>('/matrix');
  const assetClasses = [...new Set(matrix.rows.map(({ assetClass }) => assetClass))];
  const { scopes } = await desk.get<{ scopes: string[] }>('/rankings');
  expect(assetClasses).toEqual(scopes.filter(isAssetClass));
  expect(assetClasses.length).toBeGreaterThan(1);
  for (const assetClass of assetClasses) {
    const { rows, modelHash, position } = await desk.rankingOf(assetClass);
    expect(matrix).toMatchObject({ modelHash, position });
    const ours = matrix.rows.filter((row) => row.assetClass === assetClass);
    expect(ours).toHaveLength(rows.length);
    for (const [i, row] of (rows as ScoredDealer[]).entries()) {
      const { dealerId, rank, tier, composite, displayScore, insufficient, metrics } = row;
      const estimate = (name: string) => metrics.find(({ metric }) => metric === name)!.estimate;
      expect(ours[i]).toEqual({
        ...{ assetClass, dealerId, rank, tier, composite, displayScore, insufficient },
        hitRate: estimate('fillRate'),
        priceImprovementBps: estimate('priceImprovementBps'),
        responseSeconds: estimate('responseSeconds'),
        reversion30mBps: estimate('reversion30mBps'),
      });
    }
  }
  expect(matrix.rows.some(({ tier }) => tier !== null)).toBe(true);
});
