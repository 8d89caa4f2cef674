import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { describeRecreated } from '../engine/cli/describe-decision.ts';
import { createGateway } from '../engine/gateway/gateway.ts';
import type { Gateway } from '../engine/gateway/services.ts';
import { distFile } from '../engine/platform/dist.ts';
import { ensureLog } from '../engine/platform/log.ts';
import { createPublisher } from '../engine/platform/publisher.ts';
import { findDecision, findOverrides } from '../engine/verify/find-decision.ts';
import { dealerName } from '../feeds/sim/names.ts';
import type { FirstcallEvent } from '../schemas/events.ts';
import { otherDealers } from '../schemas/other-dealers.ts';
import type { DealerProfile, DealerSummary } from '../schemas/record-edit.ts';
import type { SelectRequest } from '../schemas/selection.ts';
import { logNames } from '../schemas/subjects.ts';
import { cleanEnv, run, temporaryFolder } from './shell-support.ts';
import { startEngine, type TestEngine, until } from './support/engine.ts';
import { startNats, type TestNats } from './support/nats.ts';
import {
  type PartitionedLog,
  publishLog,
  SIM_START,
  simulatePartitions,
} from './support/simulated-log.ts';
import { readStream } from './support/streams.ts';

const PARTITIONS = 2;
const names = logNames('records');
const cli = distFile('engine/cli/firstcall.js');
const folder = temporaryFolder();
const MARKET = { seed: 7, days: 1, rfqsPerDay: 200, dealers: 6, instruments: 10, clockMinutes: 10 };
const { log, market } = simulatePartitions(MARKET, PARTITIONS);

/** Dealers of the market without whom the dealer database must do. */
const [stranger, ...others] = market.dealers.map(({ dealerId }) => dealerId);

let nats: TestNats;
let engine: TestEngine;
let gateway: Gateway;
let url: string;

beforeAll(async () => {
  nats = await startNats();
  engine = await startEngine(nats.url, names, {
    partitions: PARTITIONS,
    onUpdate: (update) => gateway?.publish(update),
  });
  gateway = await createGateway(engine.engine, {
    host: '127.0.0.1',
    port: 0,
    library: 'uws',
    webDir: folder,
    log: () => {},
  });
  url = `http://127.0.0.1:${gateway.port}`;
  await ensureLog(engine.nc, names, PARTITIONS);
  await publishLog(engine.nc, names, withoutReference(log));
  const end = SIM_START + MARKET.days * 86_400e6;
  await until(() => {
    const { ready, asOf } = engine.engine.status();
    return ready && (asOf ?? 0) >= end;
  });
});

afterAll(async () => {
  await gateway?.close();
  await engine?.close();
  await nats?.stop();
});

/** Nothing is known of the first dealer, nor of any instrument. */
function withoutReference(whole: PartitionedLog): PartitionedLog {
  const isKnown = (event: FirstcallEvent) =>
    event.kind !== 'instrument' && !(event.kind === 'dealer' && event.dealerId === stranger);
  return new Map([...whole].map(([partition, events]) => [partition, events.filter(isKnown)]));
}

const loadedIds = (path: string) => Object.keys(parse(readFileSync(path, 'utf8')));

type Answer = { readonly status: number } & Readonly<Record<string, unknown>>;
const ask = async (path: string, method = 'GET', body?: unknown): Promise<Answer> => {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${url}${path}`, { method, ...json });
  return { status: response.status, ...((await response.json()) as object) };
};
const firstcall = (...args: string[]) =>
  run([cli, ...args, '--url', url], { cwd: folder, env: cleanEnv() });

test('who is not in the database is scored under ALL, may be called, and is said not to be known', async () => {
  const profileOf = async (id: string) => (await ask(`/dealers/${id}`)) as unknown as DealerProfile;
  await until(async () => (await profileOf(stranger!)).standings?.length > 0);
  const profile = await profileOf(stranger!);
  expect(profile).toMatchObject({ isKnown: false, record: null, sequence: null });
  expect(profile.standings).toMatchObject([{ scope: 'ALL' }]);
  expect(profile.standings[0]!.metrics.some(({ mass }) => mass > 0)).toBe(true);
  expect(profile.tsLastAsk).toBeGreaterThan(0);
  const known = await profileOf(others[0]!);
  expect(known).toMatchObject({ isKnown: true, record: { dealerId: others[0] } });
  const { dealers } = (await ask('/dealers')) as unknown as { dealers: DealerSummary[] };
  expect(dealers.map(({ dealerId, isKnown }) => [dealerId, isKnown])).toEqual(
    [stranger!, ...others].sort().map((id) => [id, id !== stranger]),
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
  expect(listed.sort()).toEqual([stranger!, ...others].sort());
  expect(await ask('/dealers/NOBODY')).toMatchObject({ status: 404, code: 'noRecord' });
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

test('a record is taken back as it is given', async () => {
  const edit = { by: 'ann', reason: 'round trip' };
  const made = { dealers: { enabled: true, name: 'Round' }, instruments: { currency: 'EUR' } };
  for (const [kind, fields] of Object.entries(made)) {
    const path = `/${kind}/ROUND`;
    expect(await ask(path, 'PUT', { ...fields, ...edit, kind: kind.slice(0, -1) })).toMatchObject({
      status: 201,
    });
    const { record, sequence } = (await ask(path)) as unknown as {
      record: Record<string, unknown>;
      sequence: number;
    };
    const same = { ...record, ...edit, expectedSequence: sequence };
    const unchanged = { status: 200, outcome: 'unchanged', sequence };
    expect(await ask(path, 'PUT', same)).toMatchObject(unchanged);
    expect(await ask(path, 'PATCH', same)).toMatchObject(unchanged);
    for (const field of ['kind', 'id', 'tsEvent']) {
      const wrong = { ...same, [field]: 'another' };
      expect(await ask(path, 'PUT', wrong)).toMatchObject({
        status: 400,
        field,
        message: `${field}: is set by the engine; leave it out, or send it as GET gives it now`,
      });
    }
    expect(await ask(path, 'PUT', { record, ...edit })).toMatchObject({
      status: 400,
      message: 'record: send its fields themselves, beside by and reason',
    });
  }
});

test('instruments are listed by id, a page at a time', async () => {
  const edit = { by: 'ann', reason: 'new issues' };
  const ids = ['LIST-A', 'LIST-B', 'LIST-C', 'LIST-D', 'LIST-E'];
  for (const id of ids.toReversed()) {
    const fields = { currency: 'EUR', assetClass: 'CORP', ...edit };
    expect(await ask(`/instruments/${id}`, 'PUT', fields)).toMatchObject({ status: 201 });
  }
  type Page = { instruments: { instrumentId: string; record: object }[]; next: string | null };
  const page = async (query: string) => {
    const answer = (await ask(`/instruments?${query}`)) as unknown as Page;
    return [answer.instruments.map(({ instrumentId }) => instrumentId), answer.next];
  };
  expect(await page('id=LIST-')).toEqual([ids, null]);
  expect(await page('id=LIST-&limit=2')).toEqual([['LIST-A', 'LIST-B'], 'LIST-B']);
  expect(await page('id=LIST-&limit=2&after=LIST-B')).toEqual([['LIST-C', 'LIST-D'], 'LIST-D']);
  expect(await page('id=LIST-&limit=2&after=LIST-D')).toEqual([['LIST-E'], null]);
  expect(await page('limit=1&after=LIST-D')).toEqual([['LIST-E'], expect.anything()]);
  expect(await page('id=NONE')).toEqual([[], null]);
  const { instruments } = (await ask('/instruments?id=LIST-A')) as unknown as Page;
  expect(instruments).toMatchObject([{ record: { instrumentId: 'LIST-A', currency: 'EUR' } }]);
  for (const query of ['limit=0', 'limit=1001', 'limit=x', 'prefix=A']) {
    expect(await ask(`/instruments?${query}`)).toMatchObject({ status: 400, code: 'badQuery' });
  }
  expect(await ask('/instruments', 'PUT', {})).toMatchObject({ status: 405 });
  expect(await ask('/instrument')).toMatchObject({
    status: 404,
    message: expect.stringMatching(/^no such resource: \/instrument; there are /),
  });

  const list = await firstcall('instruments', '--id', 'LIST-', '--limit', '2');
  expect(list.stdout).toMatch(/^instrument +asset class +issuer .*\nLIST-A +CORP .*\nLIST-B /);
  expect(list.stdout).toMatch(/\nthere are more: --after LIST-B\n$/);
  const none = await firstcall('instruments', '--id', 'NONE');
  expect(none.stdout).toBe('no such instrument is in the security master\n');
  const idle = await firstcall('instruments', 'show', 'LIST-A', '--limit', '2');
  expect(idle).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--limit: is of the list'),
  });
});

test('firstcall select says first that an instrument is not known', async () => {
  const ordered = ['--instrument', 'LIST-a', '--side', 'buy', '--quantity'];
  const selected = await firstcall('select', ...ordered, '1000000');
  expect(selected.stdout).toMatch(
    /^warning: LIST-a is not in the security master, so dealers are ranked at ALL; /,
  );
  const short = await firstcall('select', ...ordered, '1m');
  expect(short.stderr).toContain('not "1m"; write 1000000');
});

test('an override without effect is refused, and the decision says which holds', async () => {
  const ordered = ['--instrument', 'LIST-A', '--side', 'buy', '--quantity', '1000000', '--json'];
  const { decisionId, dealers, plan } = JSON.parse((await firstcall('select', ...ordered)).stdout);
  expect(plan.kind).toBe('parallel');
  const override = (...flags: string[]) =>
    firstcall('override', decisionId, '--by', 'ann', '--reason', 'calm', ...flags);
  for (const flags of [['--protocol', 'parallel'], []]) {
    expect(await override(...flags, '--delay', '5')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--delay: has no effect in parallel, as '),
    });
  }
  const protocol = { kind: 'parallel', delaySeconds: 5, timeoutSeconds: 60, isTwoSided: false };
  const posted = { by: 'ann', reason: 'calm', protocol };
  expect(await ask(`/decisions/${decisionId}/override`, 'POST', posted)).toMatchObject({
    status: 400,
    message: 'protocol.delaySeconds: has no effect in parallel; make it 0',
  });
  expect((await override('--drop', dealers[0].dealerId)).code).toBe(0);
  expect((await override('--protocol', 'sequential', '--delay', '5')).code).toBe(0);
  const overrides = async () => {
    const entries = await findOverrides(engine.nc, names, decisionId);
    return entries.length === 2 ? entries : [];
  };
  await until(async () => (await overrides()).length > 0);
  const found = await overrides();
  const recent = Date.now() * 1000 - 600e6;
  expect(found.every(({ tsRecorded }) => tsRecorded > recent)).toBe(true);
  const decision = await findDecision(engine.nc, names, decisionId);
  const page = describeRecreated(decision, [], found);
  const time = '\\d{4}-\\d{2}-\\d{2}T[\\d:.]+Z';
  expect(page).toMatch(
    new RegExp(
      `overridden 2 times; the last one holds:\n {2}${time} by ann: calm; called .*, parallel\n {2}${time} by ann: calm; called .*, sequential \\(holds\\)\n$`,
    ),
  );
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
  writeFileSync(join(folder, 'all.yaml'), (await firstcall('dealers', 'export')).stdout);
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
    writeFileSync(join(folder, 'bulk.csv'), [head, ...rows, ''].join('\n'));
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
    tsEvent: i,
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
