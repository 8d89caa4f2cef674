import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeRecreated } from '../engine/cli/describe-decision.ts';
import { findDecision, findOverrides } from '../engine/verify/find-decision.ts';
import { logNames } from '../schemas/subjects.ts';
import { until } from './support/engine.ts';
import { RecordsDesk } from './support/records-desk.ts';

const names = logNames('answers');

let desk: RecordsDesk;
const ask: RecordsDesk['ask'] = (...question) => desk.ask(...question);
const firstcall = (...args: string[]) => desk.firstcall(...args);

beforeAll(async () => {
  desk = await RecordsDesk.start(names);
});

afterAll(() => desk?.stop());

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
    const entries = await findOverrides(desk.engine.nc, names, decisionId);
    return entries.length === 2 ? entries : [];
  };
  await until(async () => (await overrides()).length > 0);
  const found = await overrides();
  const recent = Date.now() * 1000 - 600e6;
  expect(found.every(({ tsRecorded }) => tsRecorded > recent)).toBe(true);
  const decision = await findDecision(desk.engine.nc, names, decisionId);
  const page = describeRecreated(decision, [], found);
  const time = '\\d{4}-\\d{2}-\\d{2}T[\\d:.]+Z';
  expect(page).toMatch(
    new RegExp(
      `overridden 2 times; the last one holds:\n {2}${time} by ann: calm; called .*, parallel\n {2}${time} by ann: calm; called .*, sequential \\(holds\\)\n$`,
    ),
  );
});
