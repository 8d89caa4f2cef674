import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatNumber } from '../engine/cli/table.ts';
import { contentHash } from '../engine/platform/hash.ts';
import { connectNats, ensureLog } from '../engine/platform/log.ts';
import { canonicalModel } from '../engine/scoring/model.ts';
import { resolveModel } from '../engine/scoring/model-settings.ts';
import type { Explanation } from '../schemas/explanation.ts';
import type { DealerMatrix } from '../schemas/matrix.ts';
import { logNames } from '../schemas/subjects.ts';
import { LOG, ModelledDesk } from './support/modelled-desk.ts';

let desk: ModelledDesk;

beforeAll(async () => {
  desk = await ModelledDesk.start();
});

afterAll(async () => {
  await desk?.stop();
});

test('firstcall matrix prints the same', async () => {
  const { rows } = await desk.get<DealerMatrix>('/matrix');
  const { assetClass } = rows[0]!;
  const [whole, one, json, wrong] = await Promise.all([
    desk.firstcall('matrix', '--url', desk.url),
    desk.firstcall('matrix', '--url', desk.url, '--asset', assetClass),
    desk.firstcall('matrix', '--url', desk.url, '--json'),
    desk.firstcall('matrix', '--url', desk.url, '--asset', 'NONE'),
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
      formatNumber(row.priceImprovementBps, 2),
      row.responseSeconds.toFixed(1),
      formatNumber(row.reversion30mBps, 2),
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
  const scope = (await desk.someScopes()).at(-1)!;
  const { dealerId } = (await desk.rankingOf(scope)).rows[0]!;
  const ask = ['explain', dealerId, '--url', desk.url, '--scope', scope];
  const [text, json] = await Promise.all([
    desk.firstcall(...ask),
    desk.firstcall(...ask, '--json'),
  ]);
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
  const { asOf, rows } = await desk.rankingOf('ALL');
  const { dealerId } = rows[0]!;
  const natsFlags = ['--nats-url', desk.nats.url, '--log', LOG, '--config', 'model.yaml'];
  const ask = async (moment: number): Promise<Explanation> => {
    const asOfFlag = ['--as-of', new Date(moment / 1000).toISOString()];
    const flags = ['--url', desk.url, '--scope', 'ALL', ...asOfFlag, ...natsFlags, '--json'];
    const { stdout, stderr, code } = await desk.firstcall('explain', dealerId, ...flags);
    expect(code, stderr).toBe(0);
    const source = `the log firstcall.v1-${LOG} of ${desk.nats.url}`;
    expect(stderr).toContain(`explain: reads ${source}, with model `);
    return JSON.parse(stdout) as Explanation;
  };
  // A day before the end, and a second: just before the present, when nothing more was to come.
  const [then, justNow] = [await ask(asOf - 86_400e6), await ask(asOf - 1e6)];
  const now = await desk.explanationOf(dealerId, 'ALL', asOf);
  const countOf = ({ metrics }: Explanation) => metrics[0]!.scopes[0]!.count;
  expect(then.asOf).toBe(asOf - 86_400e6);
  expect(countOf(then)).toBeGreaterThan(0);
  expect(countOf(then)).toBeLessThan(countOf(now));
  expect(then.metrics.reduce((sum, part) => sum + part.contribution, 0)).toBe(then.composite);
  const { tiers: _, ...messages } = now.position;
  expect(justNow.position).toMatchObject(messages);
  for (const [i, { metric, scopes }] of now.metrics.entries()) {
    const [present, past] = [scopes[0]!, justNow.metrics[i]!.scopes[0]!];
    expect([past.count, past.sums], metric).toEqual([present.count, present.sums]);
  }
});

test("a past moment and a verification are refused with a model or a log that is not the engine's", async () => {
  const { asOf, modelHash, position, rows } = await desk.rankingOf('ALL');
  const dealer = rows[0]!.dealerId;
  const names = logNames('shorter');
  const nc = await connectNats(desk.nats.url, 'test');
  await ensureLog(nc, names, position.partitions.length);
  await nc.close();
  const nats = ['--nats-url', desk.nats.url, '--url', desk.url];
  const [model, short] = [
    [...nats, '--log', LOG],
    [...nats, '--log', 'shorter', '--config', 'model.yaml'],
  ];
  const past = ['explain', dealer, '--as-of', new Date(asOf / 1000 - 86_400e3).toISOString()];
  const refused = await Promise.all([
    desk.firstcall(...past, ...model),
    desk.firstcall('verify', ...model),
    desk.firstcall(...past, ...short),
    desk.firstcall('verify', ...short),
  ]);
  const ours = contentHash(canonicalModel(resolveModel({})));
  const otherModel = `scores with model ${modelHash}, but the settings here give model ${ours}: `;
  const otherLog = `has read further than the log ${names.root} of ${desk.nats.url} goes`;
  for (const [i, { code, stdout, stderr }] of refused.entries()) {
    expect(stderr).toContain(`the engine at ${desk.url} ${i < 2 ? otherModel : otherLog}`);
    expect(stderr).toContain(i < 2 ? '(--config)' : '(--store-dir, or --nats-url and --log)');
    expect([code, stdout]).toEqual([1, '']);
  }
});

test('a verification beside no engine says which model it is with', async () => {
  const flags = ['--nats-url', desk.nats.url, '--log', LOG, '--config', 'model.yaml'];
  const { modelHash } = await desk.rankingOf('ALL');
  const { stderr } = await desk.firstcall('verify', ...flags, '--url', 'http://127.0.0.1:1');
  expect(stderr).toContain(`verify: model ${modelHash} is compared with no engine's: no engine `);
});

test('a moment more than a day after the newest is refused', async () => {
  const { asOf, rows } = await desk.rankingOf('ALL');
  const dealer = rows[0]!.dealerId;
  const ask = (hours: number) => {
    const moment = new Date(asOf / 1000 + hours * 3_600e3).toISOString();
    return desk.firstcall('explain', dealer, '--url', desk.url, '--as-of', moment);
  };
  const [near, far] = await Promise.all([ask(23), ask(25)]);
  expect(near.code, near.stderr).toBe(0);
  expect(far.stderr).toMatch(/: --as-of: \S+ is more than a day after the newest that the engine /);
  expect([far.code, far.stdout]).toEqual([1, '']);
});

test('what was never observed is said to be so', async () => {
  const past = ['--as-of', '2020-01-01T00:00:00Z'];
  const [dealer, scope, then] = await Promise.all([
    desk.firstcall('explain', 'NOBODY', '--url', desk.url),
    desk.firstcall('explain', 'NOBODY', '--url', desk.url, '--scope', 'MOON'),
    desk.firstcall('explain', 'NOBODY', '--url', desk.url, ...past),
  ]);
  expect(dealer.stderr).toContain('404: dealer NOBODY: was never observed');
  expect(scope.stderr).toContain('404: scope MOON: nothing was observed there');
  // No log is running here that a past moment could be read from again.
  expect(then.stderr).toContain('firstcall explain: there is no log to read: start one');
  const answer = await fetch(`${desk.url}/explain?dealer=NOBODY&asOf=1577836800000000`);
  expect(answer.status).toBe(410);
  expect(await answer.json()).toMatchObject({
    code: 'pastMoment',
    message: expect.stringMatching(/^asOf: 2020-01-01T00:00:00.000Z is before the present, 2026-/),
  });
  for (const { code, stdout } of [dealer, scope, then]) {
    expect(code).toBe(1);
    expect(stdout).toBe('');
  }
});

test('a model that is none is refused by the place and path of the setting, before anything is served', async () => {
  const cases = [
    ['halfLiveMicros: { base: 1 }', 3, 'halfLiveMicros: there is no such setting'],
    ['halfLifeMicros: { bsae: 1 }', 21, 'halfLifeMicros.bsae: there is no such setting'],
    ['metrics: { fillRate: { k: 1 } }', 26, 'metrics.fillRate.k: there is no such setting'],
    ['metrics: { tca.x: {} }', 3, 'metrics.tca.x: there is no such setting'],
    ['sizeBounds: [2, 1]', 3, 'sizeBounds: [2,1] is not at most 8 nominals above 0, ascending'],
    ['tcaMetrics: [{ name: x }]', 3, 'tcaMetrics.0.higherIsBetter: is missing; it must be true or'],
  ] as const;
  const refused = await Promise.all(
    cases.map(([yaml], i) => {
      const file = `bad${i}.yaml`;
      writeFileSync(join(desk.folder, file), `port: 0\nmodel:\n  ${yaml}\n`);
      return desk.firstcall(
        'engine',
        '--config',
        file,
        '--nats-url',
        desk.nats.url,
        '--log',
        'bad',
      );
    }),
  );
  for (const [i, { code, stdout, stderr }] of refused.entries()) {
    const [, column, message] = cases[i]!;
    expect(stderr).toContain(`bad${i}.yaml:3:${column}: model.${message}`);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  }
});
