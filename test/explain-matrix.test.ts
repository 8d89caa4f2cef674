import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectFirstcall } from '../client/src/index.ts';
import { resolveConfig } from '../engine/platform/config.ts';
import { distFile } from '../engine/platform/dist.ts';
import { contentHash } from '../engine/platform/hash.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { canonicalModel, metricsOf } from '../engine/scoring/model.ts';
import { resolveModel } from '../engine/scoring/model-settings.ts';
import { isAssetClass, parentChain } from '../engine/scoring/scopes.ts';
import type { Explanation } from '../schemas/explanation.ts';
import type { DealerMatrix } from '../schemas/matrix.ts';
import type { SnapshotFrame } from '../schemas/protocol.ts';
import type { ScoredDealer, SelectRequest } from '../schemas/selection.ts';
import { logNames } from '../schemas/subjects.ts';
import { cleanEnv, run, temporaryFolder } from './shell-support.ts';
import { deskEvents } from './support/desk-events.ts';
import { until } from './support/engine.ts';
import { startNats, type TestNats } from './support/nats.ts';
import { publishLog, simulatePartitions } from './support/simulated-log.ts';

const PARTITIONS = 2;
const LOG = 'explained';
const cli = distFile('engine/cli/firstcall.js');
const MARKET = {
  seed: 5,
  days: 3,
  rfqsPerDay: 300,
  dealers: 12,
  instruments: 20,
  clockMinutes: 10,
};
const { log, market } = simulatePartitions({ ...MARKET, more: deskEvents }, PARTITIONS);
const MODEL_YAML = `model:
  splitBySide: true
  sizeBounds: [1000000]
  minObservations: 3
  halfLifeMicros: { base: 864000000000 }
  metrics:
    fillRate: { priorStrength: 2 }
    tca.toxicity: { priorStrength: 7 }
  tcaMetrics:
    - { name: toxicity, higherIsBetter: false, prior: 0.5 }
`;

let nats: TestNats;
let nc: NatsConnection;
let folder: string;
let engine: ChildProcess;
let url: string;

/** The command as a user has it, with the model's file beside. */
const firstcall = (...args: string[]) => run([cli, ...args], { cwd: folder, env: cleanEnv() });

beforeAll(async () => {
  nats = await startNats();
  nc = await connectNats(nats.url, 'test');
  folder = temporaryFolder();
  writeFileSync(join(folder, 'model.yaml'), MODEL_YAML);
  await ensureLog(nc, logNames(LOG), PARTITIONS);
  await publishLog(nc, logNames(LOG), log);
  const flags = ['--nats-url', nats.url, '--log', LOG, '--partitions', String(PARTITIONS)];
  engine = spawn(process.execPath, [cli, 'engine', '--config', 'model.yaml', ...flags], {
    cwd: folder,
    env: cleanEnv({ FIRSTCALL_PORT: '0', FIRSTCALL_LOG_LEVEL: 'warn' }),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(engine, 'exit').then(([code]) => {
    throw new Error(`the engine ended with ${code} before it was ready`);
  });
  const [ready] = (await Promise.race([once(engine, 'message'), exited])) as [{ port: number }];
  exited.catch(() => {});
  url = `http://127.0.0.1:${ready.port}`;
  await until(async () => (await fetch(`${url}/readyz`)).status === 200);
});

afterAll(async () => {
  if (engine?.exitCode === null) {
    const exited = once(engine, 'exit');
    engine.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  }
  await nc?.close();
  await nats?.stop();
  rmSync(folder, { recursive: true });
});

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`${url}${path}`);
  const answer = await response.json();
  expect(response.status, JSON.stringify(answer).slice(0, 200)).toBe(200);
  return answer as T;
}

const rankingOf = (topic: string) =>
  get<SnapshotFrame>(`/rankings/${encodeURIComponent(topic)}?format=json`);

const explanationOf = (dealer: string, scope: string, asOf: number) =>
  get<Explanation>(`/explain?${new URLSearchParams({ dealer, scope, asOf: String(asOf) })}`);

/** Scopes of every kind, each with rows. */
async function someScopes(): Promise<string[]> {
  const { scopes } = await get<{ scopes: string[] }>('/rankings');
  const busiest = [...market.instruments]
    .map(({ instrumentId }) => instrumentId)
    .sort((a, b) => askedOf(b) - askedOf(a))[0]!;
  const { instrument } = await rankingOf(`instrument:${busiest}`);
  const split = scopes.filter((scope) => /-(BUY|SELL)-SZ[01]$/.test(scope));
  return [
    'ALL',
    scopes.find(isAssetClass)!,
    split[0]!.split('-').slice(0, 4).join('-'),
    split[0]!.split('-').slice(0, 5).join('-'),
    split[0]!,
    `issuer:${instrument!.issuerId}`,
    `instrument:${busiest}`,
  ];
}

function askedOf(instrumentId: string): number {
  const rfqs = [...log.values()].flat().filter((event) => event.kind === 'rfq');
  return rfqs.filter((rfq) => rfq.instrumentId === instrumentId).length;
}

test('the engine scores with the model of its file', async () => {
  const { model } = resolveConfig({ cwd: folder, env: {}, file: 'model.yaml' });
  const { modelHash } = await rankingOf('ALL');
  expect(modelHash).toBe(contentHash(canonicalModel(resolveModel(model))));
  expect(modelHash).not.toBe(contentHash(canonicalModel(resolveModel({}))));
});

test('split segments are scopes like any other', async () => {
  const { scopes } = await get<{ scopes: string[] }>('/rankings');
  const segments = scopes.filter((scope) => scope.split('-').length === 4);
  expect(segments.length).toBeGreaterThan(2);
  for (const suffix of ['-BUY', '-SELL', '-BUY-SZ0', '-BUY-SZ1', '-SELL-SZ0', '-SELL-SZ1']) {
    const split = scopes.find((scope) => scope.endsWith(suffix))!;
    expect(segments).toContain(split.slice(0, -suffix.length));
    const byComposite = await rankingOf(split);
    expect(byComposite.topic).toBe(split);
    expect(byComposite.rows.length).toBeGreaterThan(0);
    const byTca = await get<SnapshotFrame>(`/rankings/${split}/tca.toxicity?format=json`);
    expect(byTca.rows).toHaveLength(byComposite.rows.length);
  }
});

test('an order shrinks through the segments of its side and size, in a replica too', async () => {
  const config = resolveConfig({ cwd: folder, env: {}, file: 'model.yaml' });
  const client = connectFirstcall({ url, model: resolveModel(config.model) });
  await client.whenLive();
  const { scopes } = await get<{ scopes: string[] }>('/rankings');
  const { asOf } = await rankingOf('ALL');
  const { instrumentId } = market.instruments[0]!;
  const watch = client.watchInstrument(instrumentId);
  await watch.whenLive();
  for (const [side, quantity, suffix] of [
    ['buy', 2e6, '-BUY-SZ1'],
    ['sell', 999_999, '-SELL-SZ0'],
  ] as const) {
    const order = { orderId: 'o', instrumentId, side, quantity, tsEvent: asOf } as SelectRequest;
    const selection = await client.select(order);
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
  for (const scope of await someScopes()) {
    const { asOf, rows, position, modelHash } = await rankingOf(scope);
    expect(rows.length, scope).toBeGreaterThan(0);
    for (const row of rows as ScoredDealer[]) {
      const { metrics, ...explained } = await explanationOf(row.dealerId, scope, asOf);
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
  for (const scope of await someScopes()) {
    const { asOf, rows } = await rankingOf(scope);
    const { dealerId } = rows[0]!;
    const { metrics, composite } = await explanationOf(dealerId, scope, asOf);
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
  const scope = (await someScopes()).at(-1)!;
  const { asOf, rows } = await rankingOf(scope);
  const { metrics } = await explanationOf(rows[0]!.dealerId, scope, asOf);
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
  const matrix = await get<DealerMatrix>('/matrix');
  const assetClasses = [...new Set(matrix.rows.map(({ assetClass }) => assetClass))];
  const { scopes } = await get<{ scopes: string[] }>('/rankings');
  expect(assetClasses).toEqual(scopes.filter(isAssetClass));
  expect(assetClasses.length).toBeGreaterThan(1);
  for (const assetClass of assetClasses) {
    const { rows, modelHash, position } = await rankingOf(assetClass);
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

describe('at the command line', () => {
  test('firstcall matrix prints the same', async () => {
    const { rows } = await get<DealerMatrix>('/matrix');
    const { assetClass } = rows[0]!;
    const [whole, one, json, wrong] = await Promise.all([
      firstcall('matrix', '--url', url),
      firstcall('matrix', '--url', url, '--asset', assetClass),
      firstcall('matrix', '--url', url, '--json'),
      firstcall('matrix', '--url', url, '--asset', 'NONE'),
    ]);
    expect(whole.code).toBe(0);
    const [asOf, , head, ...lines] = whole.stdout.trimEnd().split('\n');
    expect(asOf).toMatch(/^as of 2026-01-0\dT[\d:.]+Z$/);
    expect(head!.trim().split(/ {2,}/)).toEqual([
      ...['asset', 'rank', 'dealer', 'tier', 'hit %', 'price bps', 'response s'],
      ...['reversion bps', 'composite', 'score'],
    ]);
    expect(lines.map((line) => line.split(/ +/))).toEqual(
      rows.map((row) => [
        row.assetClass,
        String(row.rank ?? '-'),
        row.dealerId,
        String(row.tier ?? '-'),
        (100 * row.hitRate).toFixed(1),
        row.priceImprovementBps.toFixed(2),
        row.responseSeconds.toFixed(1),
        row.reversion30mBps.toFixed(2),
        row.composite.toFixed(3),
        row.displayScore.toFixed(1),
      ]),
    );
    const ofOne = rows.filter((row) => row.assetClass === assetClass);
    expect(one.stdout.trimEnd().split('\n').slice(3)).toHaveLength(ofOne.length);
    expect((JSON.parse(json.stdout) as DealerMatrix).rows).toEqual(rows);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('--asset NONE: there are ');
  });

  test('firstcall explain prints every number between the sums and the composite', async () => {
    const scope = (await someScopes()).at(-1)!;
    const { dealerId } = (await rankingOf(scope)).rows[0]!;
    const ask = ['explain', dealerId, '--url', url, '--scope', scope];
    const [text, json] = await Promise.all([firstcall(...ask), firstcall(...ask, '--json')]);
    expect(text.code).toBe(0);
    const explanation = JSON.parse(json.stdout) as Explanation;
    const lines = text.stdout.split('\n');
    const asOf = new Date(explanation.asOf / 1000).toISOString();
    expect(lines[0]).toBe(`${dealerId} at ${scope}, as of ${asOf}`);
    expect(lines[1]).toBe(explanation.reason);
    const weighted = explanation.metrics.filter(({ weight }) => weight > 0);
    expect(lines.slice(4, 4 + weighted.length).map((line) => line.split(/ +/)[0])).toEqual([
      'fillRate',
      'priceImprovementBps',
      'reversion30mBps',
      'responseSeconds',
    ]);
    expect(text.stdout).toContain(`\ncomposite ${explanation.composite} +- `);
    expect(text.stdout).toMatch(/, score \d+\.\d of 10, tier (\d|-), appetite \w+/);
    for (const { metric, memory, halfLifeMicros, priorStrength, scopes } of explanation.metrics) {
      const days = (halfLifeMicros / 86_400e6).toFixed(1);
      const title = `\n${metric} (${memory} memory, half-life ${days} d, k = ${priorStrength}); `;
      const at = text.stdout.indexOf(title);
      expect(at, metric).toBeGreaterThan(0);
      const table = text.stdout
        .slice(at + 1)
        .split('\n')
        .slice(2, 2 + scopes.length);
      expect(table.map((line) => line.trim().split(/ +/).slice(0, 2))).toEqual(
        scopes.map((step) => [step.scope, String(step.count)]),
      );
    }
    expect(text.stdout).toContain(`\nmodel ${explanation.modelHash}, rules `);
  });

  test('firstcall explain reads the log again for a moment of the past', async () => {
    const { asOf, rows } = await rankingOf('ALL');
    const { dealerId } = rows[0]!;
    const natsFlags = ['--nats-url', nats.url, '--log', LOG, '--config', 'model.yaml'];
    const ask = async (moment: number): Promise<Explanation> => {
      const asOfFlag = ['--as-of', new Date(moment / 1000).toISOString()];
      const flags = ['--url', url, '--scope', 'ALL', ...asOfFlag, ...natsFlags, '--json'];
      const { stdout, stderr, code } = await firstcall('explain', dealerId, ...flags);
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout) as Explanation;
    };
    // A day before the end, and a second: just before the present, when nothing more was to come.
    const [then, justNow] = [await ask(asOf - 86_400e6), await ask(asOf - 1e6)];
    const now = await explanationOf(dealerId, 'ALL', asOf);
    const countOf = ({ metrics }: Explanation) => metrics[0]!.scopes[0]!.count;
    expect(then.asOf).toBe(asOf - 86_400e6);
    expect(countOf(then)).toBeGreaterThan(0);
    expect(countOf(then)).toBeLessThan(countOf(now));
    expect(then.metrics.reduce((sum, part) => sum + part.contribution, 0)).toBe(then.composite);
    expect(justNow.position).toEqual(now.position);
    for (const [i, { metric, scopes }] of now.metrics.entries()) {
      const [present, past] = [scopes[0]!, justNow.metrics[i]!.scopes[0]!];
      expect([past.count, past.sums], metric).toEqual([present.count, present.sums]);
    }
  });

  test('what was never observed is said to be so', async () => {
    const past = ['--as-of', '2020-01-01T00:00:00Z'];
    const [dealer, scope, then] = await Promise.all([
      firstcall('explain', 'NOBODY', '--url', url),
      firstcall('explain', 'NOBODY', '--url', url, '--scope', 'MOON'),
      firstcall('explain', 'NOBODY', '--url', url, ...past),
    ]);
    expect(dealer.stderr).toContain('404: dealer NOBODY: was never observed');
    expect(scope.stderr).toContain('404: scope MOON: nothing was observed there');
    // No log is running here that a past moment could be read from again.
    expect(then.stderr).toContain('firstcall explain: there is no log to read: start one');
    const answer = await fetch(`${url}/explain?dealer=NOBODY&asOf=1577836800000000`);
    expect(answer.status).toBe(410);
    expect(await answer.json()).toMatchObject({
      code: 'pastMoment',
      message: expect.stringMatching(
        /^asOf: 2020-01-01T00:00:00.000Z is before the present, 2026-/,
      ),
    });
    for (const { code, stdout } of [dealer, scope, then]) {
      expect(code).toBe(1);
      expect(stdout).toBe('');
    }
  });
});

test('a model that is none is refused by the path of the setting, before anything is served', async () => {
  const cases = [
    ['halfLiveMicros: { base: 1 }', 'model.halfLiveMicros: there is no such setting'],
    ['halfLifeMicros: { bsae: 1 }', 'model.halfLifeMicros.bsae: there is no such setting'],
    ['metrics: { fillRate: { k: 1 } }', 'model.metrics.fillRate.k: there is no such setting'],
    ['metrics: { tca.x: {} }', 'model.metrics.tca.x: there is no such setting'],
    ['sizeBounds: [2, 1]', 'model.sizeBounds: [2,1] is not at most 8 nominals above 0, ascending'],
    ['tcaMetrics: [{ name: x }]', 'model.tcaMetrics.0.higherIsBetter: undefined is not true or'],
  ] as const;
  const refused = await Promise.all(
    cases.map(([yaml], i) => {
      const file = `bad${i}.yaml`;
      writeFileSync(join(folder, file), `port: 0\nmodel:\n  ${yaml}\n`);
      return firstcall('engine', '--config', file, '--nats-url', nats.url, '--log', 'bad');
    }),
  );
  for (const [i, { code, stdout, stderr }] of refused.entries()) {
    expect(stdout + stderr).toContain(cases[i]![1]);
    expect(code).toBe(1);
  }
});
