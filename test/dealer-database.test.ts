import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ensureLog } from '../engine/platform/log.ts';
import { createPublisher } from '../engine/platform/publisher.ts';
import { dealerName } from '../feeds/sim/names.ts';
import { otherDealers } from '../schemas/other-dealers.ts';
import type { AllTimes, DealerProfile, DealerSummary } from '../schemas/record-edit.ts';
import type { SelectRequest } from '../schemas/selection.ts';
import { logNames } from '../schemas/subjects.ts';
import { startEngine, type TestEngine, until } from './support/engine.ts';
import type { TestNats } from './support/nats.ts';
import { RecordsDesk } from './support/records-desk.ts';
import { readStream } from './support/streams.ts';

const names = logNames('records');
const loadedIds = (path: string) => Object.keys(parse(readFileSync(path, 'utf8')));

let desk: RecordsDesk;
let engine: TestEngine;
let nats: TestNats;
const ask: RecordsDesk['ask'] = (...question) => desk.ask(...question);
const firstcall = (...args: string[]) => desk.firstcall(...args);

beforeAll(async () => {
  desk = await RecordsDesk.start(names);
  ({ engine, nats } = desk);
});

afterAll(() => desk?.stop());

test('who is not in the database is scored under ALL, may be called, and is said not to be known', async () => {
  const profileOf = async (id: string) => (await ask(`/dealers/${id}`)) as unknown as DealerProfile;
  await until(async () => (await profileOf(desk.stranger)).standings?.length > 0);
  const profile = await profileOf(desk.stranger);
  expect(profile).toMatchObject({ isKnown: false, record: null, sequence: null });
  expect(profile.standings).toMatchObject([{ scope: 'ALL', ranked: expect.any(Number) }]);
  expect(profile.standings[0]!.metrics.some(({ mass }) => mass > 0)).toBe(true);
  expect(profile.tsLastAsk).toBeGreaterThan(0);
  const heard = (await ask('/dealers?fields=times')) as unknown as AllTimes;
  const { tsLastQuote, tsLastAsk } = await profileOf(desk.stranger);
  expect(heard.eventTime).toBeGreaterThanOrEqual(tsLastAsk!);
  expect(heard.dealers).toContainEqual({ dealerId: desk.stranger, tsLastQuote, tsLastAsk });
  const known = await profileOf(desk.others[0]!);
  expect(known).toMatchObject({ isKnown: true, record: { dealerId: desk.others[0] } });
  const { dealers } = (await ask('/dealers')) as unknown as { dealers: DealerSummary[] };
  expect(dealers.map(({ dealerId, isKnown }) => [dealerId, isKnown])).toEqual(
    [desk.stranger, ...desk.others].sort().map((id) => [id, id !== desk.stranger]),
  );
  const order = {
    orderId: 'O1',
    instrumentId: 'NEVER-SEEN',
    side: 'buy',
    quantity: 1e6,
    tsEvent: engine.engine.status().asOf,
    count: 6,
  } as unknown as SelectRequest;
  const selection = engine.engine.select(order);
  expect(selection).toMatchObject({ instrumentKnown: false, rankedScope: 'ALL' });
  const listed = [...selection.dealers, ...otherDealers(selection)].map(({ dealerId }) => dealerId);
  expect(listed.sort()).toEqual([desk.stranger, ...desk.others].sort());
  expect(await ask('/dealers/NOBODY')).toMatchObject({ status: 404, code: 'noRecord' });
});

test('a dealer whose name is written wrong is shown the nearest, or where they are listed', async () => {
  const shown = async (id: string) => (await firstcall('dealers', 'show', id)).stderr;
  expect(await shown(`${desk.stranger}X`)).toContain(`did you mean ${desk.stranger}?`);
  expect(await shown('QQQQQQ')).toContain('was never observed; `firstcall dealers` lists them');
});

test('rules that name a dealer whom nobody knows come into force with a warning', async () => {
  const [known = ''] = desk.others;
  const path = join(desk.folder, 'rules.yaml');
  const named = [known, desk.stranger, `${known}X`].join(', ');
  writeFileSync(path, `rules: [{ name: banned, exclude: { dealers: [${named}] } }]`);
  const warning = `rule "banned" names ${known}X, which is not in the dealer database and was never observed; did you mean ${known}?`;
  const told = { code: 0, stderr: `${path}: warning: ${warning}\n` };
  expect(await firstcall('rules', 'check', path)).toMatchObject(told);
  expect(await firstcall('rules', 'load', path, '--by', 'ann')).toMatchObject(told);
  const text = 'rules: []';
  const put = await ask('/rules', 'PUT', { text, by: 'ann' });
  expect(put).toMatchObject({ status: 200, warnings: [] });
});

test('records are changed over HTTP, and refused in words', async () => {
  const edit = { by: 'ann', reason: 'new desk' };
  const record = { enabled: true, name: 'New/Desk', assetClasses: ['CORP'] };
  const path = `/dealers/${encodeURIComponent('NEW/DESK')}`;
  const made = await ask(path, 'PUT', { ...record, ...edit });
  expect(made).toMatchObject({ status: 201, outcome: 'created' });
  const expectedSequence = made.sequence;
  const patch = { restricted: 'KYC', name: null, ...edit, expectedSequence };
  const patched = await ask(path, 'PATCH', patch);
  expect(patched).toMatchObject({
    status: 200,
    outcome: 'changed',
    record: { restricted: 'KYC', changedBy: 'ann', changeReason: 'new desk' },
  });
  expect((await ask(path)).record).toEqual(patched.record);
  expect(await ask(path, 'PATCH', patch)).toMatchObject({ status: 409, code: 'conflict' });
  const bad = { status: 400, code: 'badRecord' };
  for (const [method, body, field] of [
    ['PUT', { ...record }, 'by'],
    ['PUT', { ...record, by: 'ann', reason: ' ' }, 'reason'],
    ['PUT', { ...edit }, 'dealer'],
    ['PUT', { ...record, ...edit, lei: 'x' }, 'lei'],
    ['PUT', { ...record, ...edit, dealerId: 'OTHER' }, 'dealerId'],
    ['PATCH', { ...edit, tsEvent: 1 }, 'tsEvent'],
    ['PATCH', { ...edit, expectedSequence: -1 }, 'expectedSequence'],
    ['PATCH', [], 'body'],
  ] as const) {
    expect(await ask(path, method, body)).toMatchObject({ ...bad, field });
  }
  expect(await ask('/dealers/NOBODY', 'PATCH', edit)).toMatchObject({ status: 404 });
  expect(await ask('/dealers/*', 'PUT', { ...record, ...edit })).toMatchObject({ status: 400 });
  expect(await ask('/dealers', 'PUT', {})).toMatchObject({ status: 405 });
  expect(await ask(path, 'DELETE')).toMatchObject({ status: 405 });
  const paper = { currency: 'EUR', ...edit };
  expect(await ask('/instruments/XS1')).toMatchObject({ status: 404, code: 'noRecord' });
  expect(await ask('/instruments/XS1', 'PUT', paper)).toMatchObject({ status: 201 });
  expect(await ask('/instruments/XS1')).toMatchObject({ record: { currency: 'EUR' } });
});

test('firstcall dealers loads the example, shows, sets and lists', async () => {
  const example = join(process.cwd(), 'examples/dealers.yaml');
  const load = ['dealers', 'load', example, '--by', 'ann'];
  const loaded = await firstcall(...load);
  expect(loaded.stderr).toBe('');
  expect(loaded.stdout).toBe('4 created, 0 changed, 0 unchanged\n');
  expect((await firstcall(...load)).stdout).toBe('0 created, 0 changed, 4 unchanged\n');
  const simulated = Array.from({ length: 500 }, (_, number) => dealerName(number).id);
  expect(simulated.filter((id) => loadedIds(example).includes(id))).toEqual([]);
  writeFileSync(join(desk.folder, 'all.yaml'), (await firstcall('dealers', 'export')).stdout);
  const again = await firstcall('dealers', 'load', 'all.yaml', '--by', 'ann');
  expect(again.stdout).toBe(
    `0 created, 0 changed, ${engine.engine.directory.all().length} unchanged\n`,
  );
  const why = ['--by', 'bob', '--reason', 'paid up'];
  const set = await firstcall('dealers', 'set', 'CHESTNUT-B', 'restricted=', ...why);
  expect(set.stdout).toMatch(/^CHESTNUT-B: changed, version \d+\n$/);
  const page = (await firstcall('dealers', 'show', 'BEECH-CM')).stdout;
  expect(page).toMatch(/^BEECH-CM {2}Beech Capital Markets\nenabled\n/);
  expect(page).toContain('creditLimit         quantity 5000000, currency USD');
  expect(page).toMatch(/changed \d{4}-.* by ann: loaded from dealers.yaml\nversion \d+\n/);
  const list = (await firstcall('dealers')).stdout;
  expect(list).toMatch(/^dealer +name +tiers +state +specialities\n/);
  expect(list).toMatch(/\nCHESTNUT-B +Chestnut Brothers +- +enabled +FX\n/);
  expect(list).toMatch(/\nDAMSON-M +Damson Municipal +- +disabled +-\n/);
  const wrong = await firstcall('dealers', 'lod', example);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean load?') });
});

test('a file of 500 dealers is loaded whole, once, or not at all', async () => {
  const line = (i: number, enabled = 'true') => `BULK${i},Bulk ${i},${enabled},CORP;FX`;
  const lines = Array.from({ length: 500 }, (_, i) => line(i));
  const head = 'dealerId,name,enabled,assetClasses';
  const write = (rows: readonly string[]) =>
    writeFileSync(join(desk.folder, 'bulk.csv'), [head, ...rows, ''].join('\n'));
  const load = () => firstcall('dealers', 'load', 'bulk.csv', '--by', 'ann');
  const before = engine.engine.directory.all().length;

  write(lines.with(321, line(321, 'maybe')));
  const refused = await load();
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('bulk.csv:323: enabled: must be boolean, got "maybe"');
  expect(engine.engine.directory.all()).toHaveLength(before);

  write(lines);
  expect((await load()).stdout).toBe('500 created, 0 changed, 0 unchanged\n');
  write(lines.with(7, line(7, 'false')));
  expect((await load()).stdout).toBe('0 created, 1 changed, 499 unchanged\n');
  expect(engine.engine.directory.all()).toHaveLength(before + 500);
  expect(engine.engine.directory.get('BULK7')).toMatchObject({ enabled: false, changedBy: 'ann' });
  const audited = async () => {
    const entries = await readStream<{ type?: string; dealerId?: string }>(
      engine.nc,
      names.decisionStream,
    );
    return entries.filter(({ dealerId }) => dealerId?.startsWith('BULK')).length;
  };
  await until(async () => (await audited()) === 501);
});

test('an engine is ready, and selects, only when the dealer database is read', async () => {
  const slow = logNames('slow');
  const publisher = createPublisher(engine.nc, slow);
  await ensureLog(engine.nc, slow, 1);
  const dealers = Array.from({ length: 5_000 }, (_, i) => ({
    kind: 'dealer' as const,
    id: `d${i}`,
    tsEvent: 0,
    dealerId: `D${i}` as never,
    enabled: true,
  }));
  for (const one of dealers) await publisher.publish('all', 'dealer', [one]);
  await publisher.flush();
  const late = await startEngine(nats.url, slow, { partitions: 1, shards: 1 });
  const order = { orderId: 'O', instrumentId: 'X', side: 'buy', quantity: 1, tsEvent: 1 } as never;
  expect(late.engine.directory.ready).toBe(false);
  expect(late.engine.status().ready).toBe(false);
  expect(() => late.engine.select(order)).toThrow(/dealer database is still being read/);
  await until(() => late.engine.status().ready);
  expect([...late.engine.directory.ids]).toHaveLength(5_000);
  await late.close();
});
