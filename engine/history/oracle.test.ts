import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  DAY,
  GOLDEN,
  GOLDEN_QUOTES,
  M,
  T0,
  usOf,
  type Written,
  write,
} from './testing/oracle-events.ts';
import { OracleLog } from './testing/oracle-log.ts';

// Every number here was computed by hand from docs/scoring.md.

let history: OracleLog;

beforeAll(async () => {
  history = await OracleLog.open();
});

afterAll(async () => {
  await history.close();
});

const { tick, benchmark, clock, instrument, rfq, fill, closed } = write;
const near = (x: number) => expect.closeTo(x, 9);

test('golden: an RFQ of four dealers', async () => {
  const run = await history.derive(GOLDEN);
  expect(await run.values('fillRate')).toEqual({ A: 1, B: 1, C: 0, D: 0 });
  expect(await run.values('winWhenQuoted')).toEqual({ A: 0.75, B: 0.25 });
  expect(await run.values('responseSeconds')).toEqual({ A: 5, B: 8, C: 60 });
  expect(await run.values('quoteRate')).toEqual({ A: 1, B: 1, C: 0 });
  expect(await run.values('priceImprovementBps')).toEqual({ A: near(-2), B: near(-2) });
  expect(await run.values('coverBps')).toEqual({ A: 0, B: 0 });
  const [a] = await run.observations('fillRate');
  expect(a).toEqual({
    dealer_id: 'A',
    instrument_id: 'BOND',
    x: 1,
    q: 1,
    ts_us: T0,
    scopes: ['instrument:BOND', 'ALL'],
  });
  expect((await run.observations('priceImprovementBps')).map((o) => o.ts_us)).toEqual([
    usOf(10),
    usOf(10),
  ]);
});

test('golden: a split fill makes one observation', async () => {
  const run = await history.derive([
    ...GOLDEN_QUOTES,
    fill(10, 'A', 100.02, 2 * M),
    fill(11, 'A', 100.05, 1 * M),
    closed(12, 'traded'),
    clock(700),
  ]);
  expect(await run.values('priceImprovementBps')).toEqual({ A: near(-3) });
  expect(await run.values('winWhenQuoted')).toEqual({ A: 1, B: 0 });
});

test('golden: the reversion of a sell, less beta times the benchmark', async () => {
  const run = await history.derive([
    instrument(-100, { benchmarkId: 'BENCH', beta: 1.2 }),
    benchmark(-10, 100),
    tick(-10, 100),
    rfq(0, { A: 0 }, { side: 'sell' }),
    fill(10, 'A', 99.9, 4 * M, { side: 'sell' }),
    closed(10, 'traded'),
    benchmark(60, 99.95),
    tick(60, 99.9),
    // What is later changes nothing at one minute.
    tick(71, 50),
    clock(671),
    { ...clock(671), all: true },
  ]);
  expect(await run.values('reversion1mBps')).toEqual({ A: near(4) });
  expect(await run.values('reversion5mBps')).toEqual({});
});

test('golden: forward decay, and the same mean by a function of the database', async () => {
  const tca = (day: number, value: number): Written => ({
    kind: 'tca',
    at: day * 86_400,
    name: 'given',
    dealerId: 'A',
    instrumentId: 'BOND',
    value,
  });
  const run = await history.derive([tca(0, 1), tca(10, 0), tca(20, 1)], { tcaNames: ['given'] });
  const asOfUs = T0 + 30 * DAY;
  const sums = await run.sums('tca.given', asOfUs, [5 * DAY, 10 * DAY, 1e15]);
  expect(sums.map(({ scope, dealer_id }) => [scope, dealer_id])).toEqual([
    ['ALL', '*'],
    ['ALL', 'A'],
    ['instrument:BOND', 'A'],
  ]);
  for (const cell of sums) {
    expect(cell).toMatchObject({ observations: 3, newest_us: T0 + 20 * DAY });
    expect(cell.mean[1]).toBeCloseTo(0.7142857142857143, 14);
    expect(cell.window_mean).toBeCloseTo(0.7142857142857143, 14);
    expect(cell.n_eff[1]).toBeCloseTo(2.3333333333333335, 14);
    expect(cell.mass[1]).toBeCloseTo(0.875, 14);
    const raw = 5 / 7 - (5 / 7) ** 2;
    expect(cell.variance[1]).toBeCloseTo((raw * (7 / 3)) / (4 / 3), 13);
    // Half-lives of 5 days: weights 1, 4, 16.
    expect(cell.mean[0]).toBeCloseTo(17 / 21, 14);
  }
  const [first] = await run.sums('tca.given', T0 + 20 * DAY, [5 * DAY, 10 * DAY, 1e15]);
  expect(first!.mass[1]).toBeCloseTo(1.75, 14);
});

test('quantities weigh, one observation has no variance, and only whole ones have a window mean', async () => {
  const tca = (at: number, value: number, dealerId: string, quantity?: number): Written => ({
    kind: 'tca',
    at,
    name: 'given',
    dealerId,
    instrumentId: 'BOND',
    value,
    ...(quantity === undefined ? {} : { quantity }),
  });
  const events = [tca(0, 1, 'A', 3), tca(0, 5, 'A', 1), tca(0, 7, 'B'), tca(0, 9, 'C', 2)];
  const run = await history.derive([...events, { ...tca(0, 9, 'A'), name: 'other' }], {
    tcaNames: ['given'],
  });
  const sums = await run.sums('tca.given', T0, [DAY, DAY, DAY]);
  const of = (dealer: string) => sums.find((s) => s.dealer_id === dealer && s.scope === 'ALL')!;
  expect(of('A')).toMatchObject({ observations: 2, window_mean: null });
  expect(of('A').mean[1]).toBeCloseTo(2, 14);
  expect(of('A').n_eff[1]).toBeCloseTo(1.6, 14);
  expect(of('B')).toMatchObject({ variance: [null, null, null], window_mean: 7 });
  expect(of('C')).toMatchObject({ mass: [2, 2, 2], n_eff: [1, 1, 1], window_mean: null });
  expect(of('*')).toMatchObject({ observations: 4 });
});

test('scopes: issuer, segment by what was known when the RFQ came and by the day, asset class', async () => {
  const data = { issuerId: 'ACME', assetClass: 'CORP', sector: 'TECH', maturityDate: '2024-01-08' };
  const run = await history.derive([
    instrument(-10, { ...data, rating: 'BBB+' }),
    // Late: the newest event is almost two hours newer.
    instrument(-7200, { ...data, rating: 'B' }),
    rfq(0, { A: 0, B: 86_400 }, { tsDeadline: T0 + 2 * DAY }),
    instrument(20, { ...data, rating: 'AAA' }),
    closed(86_401, 'expired'),
  ]);
  // The bond has two years on the day of A's ask, and a day less on that of B's.
  expect(new Date(T0 / 1000).toISOString().slice(0, 10)).toBe('2022-01-08');
  const scopes = (await run.observations('fillRate')).map((o) => o.scopes);
  const of = (segment: string) => ['instrument:BOND', 'issuer:ACME', segment, 'CORP', 'ALL'];
  expect(scopes).toEqual([of('CORP-TECH-BBB-2_5'), of('CORP-TECH-BBB-0_2')]);
});

test('scopes: the lower bound of years is included, and unknown parts are UNK', async () => {
  const run = await history.derive([
    instrument(-10, { maturityDate: '2027-01-08', rating: 'NR' }),
    ...GOLDEN,
  ]);
  const [a] = await run.observations('fillRate');
  expect(a!.scopes).toEqual(['instrument:BOND', 'UNK-UNK-NR-5_10', 'UNK', 'ALL']);
});

test('scopes: split by side and by size, or by size alone', async () => {
  const events = [instrument(-10, { assetClass: 'CORP', sector: 'TECH' }), ...GOLDEN];
  const both = await history.derive(events, {
    splitBySide: true,
    sizeBounds: [1 * M, 4 * M, 9 * M],
  });
  const segment = 'CORP-TECH-UNK-NA';
  expect((await both.observations('fillRate'))[0]!.scopes).toEqual([
    'instrument:BOND',
    `${segment}-BUY-SZ2`,
    `${segment}-BUY`,
    segment,
    'CORP',
    'ALL',
  ]);
  const sizes = await history.derive(events, { sizeBounds: [5 * M] });
  expect((await sizes.observations('coverBps'))[0]!.scopes).toEqual([
    'instrument:BOND',
    `${segment}-SZ0`,
    segment,
    'CORP',
    'ALL',
  ]);
});

test('a position in the middle of the log sees what came up to it', async () => {
  const position = { partitions: [GOLDEN.length - 2], all: 0 };
  const run = await history.derive(GOLDEN, { position });
  expect(await run.ask('oracleMetrics', {})).toEqual([]);
});

const NO_MODEL = {
  position: { partitions: [], all: 0 },
  latenessUs: 1,
  staleUs: 1,
  orderTimeoutUs: 1,
  tcaNames: [],
  splitBySide: false,
  sizeBounds: [],
};

test('a run is derived step by step, once, and goes without a trace when it is dropped', async () => {
  const run = await history.derive(GOLDEN);
  const repeat = run.ask('oracleDerive', { step: 2, ...NO_MODEL });
  await expect(repeat).rejects.toMatchObject({ code: 'oracleOrder' });
  const sql = run.ask('oracleSums', { metric: 'fillRate; DROP' });
  await expect(sql).rejects.toMatchObject({ code: 'badParameters' });
  const other = run.ask('oracleMetrics', { run: 'other' });
  await expect(other).rejects.toMatchObject({ code: 'oracleOrder' });
  expect(await run.ask('oracleMetrics', {})).not.toEqual([]);
  await run.sums('fillRate', T0, [DAY, DAY, DAY]);
  await run.ask('oracleDrop', {});
  await expect(run.ask('oracleMetrics', {})).rejects.toMatchObject({ code: 'oracleOrder' });
  expect(await partsOf(`${run.log}/`)).toEqual([]);
});

test('runs are bounded; one that was left behind for an hour makes room', async () => {
  const run = await history.derive([]);
  const begin = (name: string) => run.ask('oracleDerive', { run: name, step: 1, ...NO_MODEL });
  const begun: string[] = [];
  const beginAll = async () => {
    for (let i = 0; i < 9; i++) {
      await begin(`r${i}`);
      begun.push(`r${i}`);
    }
  };
  await expect(beginAll()).rejects.toMatchObject({ code: 'busy' });
  expect(begun.length).toBeLessThan(4);
  for (const name of begun) await run.ask('oracleDrop', { run: name });
  await history.connection.writer.run(
    `INSERT INTO oracle_steps (run, step, finished, at)
    SELECT concat('left/', toString(number)), 3, true, now64(3) - 3700 FROM numbers(9)`,
  );
  await begin('next');
  expect(await partsOf('left/')).toEqual([]);
});

async function partsOf(runs: string): Promise<unknown[]> {
  return await history.connection.reader.rows(
    `SELECT table, partition FROM system.parts WHERE active AND database = currentDatabase()
    AND startsWith(table, 'oracle_') AND position(partition, {runs:String}) > 0`,
    { runs },
  );
}
