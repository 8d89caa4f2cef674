import { afterAll, beforeAll, expect, test } from 'vitest';
import { logNames } from '../../schemas/subjects.ts';
import { bindQuery } from './named-queries.ts';
import { DAY, M, T0, usOf, type Written, write } from './testing/oracle-events.ts';
import { OracleLog } from './testing/oracle-log.ts';

// Every number here was computed by hand from docs/scoring.md and the heads of the queries.

let history: OracleLog;

beforeAll(async () => {
  history = await OracleLog.open();
});

afterAll(async () => {
  await history.close();
});

type Row = Readonly<Record<string, unknown>>;

const { tick, instrument, rfq, firm, pass, action, fill, bust, closed, axe } = write;
const BOND = instrument(-60, { assetClass: 'CORP' });
const near = (x: number) => expect.closeTo(x, 9);

async function ask(name: string, events: readonly Written[], parameters: object): Promise<Row[]> {
  const { log } = await history.write([events]);
  return await askOf(log, name, parameters);
}

async function askOf(log: string, name: string, parameters: object): Promise<Row[]> {
  const bound = bindQuery(name, parameters, logNames(log));
  return await history.connection.reader.rows<Row>(bound.sql, { log, ...bound.parameters });
}

/** Which RFQ a line is of. */
const of = (rfqId: string) => ({ rfqId });

/** A wins R1 and is the cover of R2, B the other way round; of R3 nobody heard before we cancelled it. */
const TWO_DEALS: readonly Written[] = [
  BOND,
  tick(-10, 100),
  rfq(0, { A: 0, B: 0, C: 0, D: 0, E: 0 }, of('R1')),
  firm(2, 'A', 100.02, of('R1')),
  firm(4, 'B', 100.05, of('R1')),
  firm(5, 'C', 100.08, of('R1')),
  pass(6, 'D', of('R1')),
  fill(8, 'A', 100.02, 4 * M, of('R1')),
  closed(10, 'traded', of('R1')),
  rfq(100, { A: 100, B: 100 }, { ...of('R2'), side: 'sell' }),
  firm(101, 'A', undefined, { ...of('R2'), bid: 99.9 }),
  firm(103, 'B', undefined, { ...of('R2'), bid: 99.95 }),
  fill(105, 'B', 99.95, 2 * M, { ...of('R2'), side: 'sell' }),
  closed(110, 'traded', of('R2')),
  rfq(200, { A: 200 }, of('R3')),
  closed(210, 'cancelled', of('R3')),
  rfq(1000, { A: 1000 }, of('open')),
];

test('what a dealer did, and the median dealer, of a day', async () => {
  const rows = await ask('dealerTrend', TWO_DEALS, { dealerId: 'A', minObservations: 1 });
  const expected = {
    bucket_us: T0,
    days: 1,
    through_us: usOf(1000),
    asked_count: 3,
    outcome_counts: [1, 1, 0, 0, 0, 0, 1],
    all_outcome_counts: [2, 2, 1, 1, 0, 0, 2],
    response_counts: [0, 0, 1, 1, 0, 0, 0, 0, 0],
    all_response_counts: [0, 0, 1, 2, 2, 0, 0, 0, 0],
    figures: [
      { own: 0.5, median: 0, observations: 2, dealers: 5 },
      { own: 1, median: 1, observations: 2, dealers: 4 },
      { own: 1.5, median: 3.5, observations: 2, dealers: 3 },
      { own: near(-2), median: near(-3.5), observations: 1, dealers: 2 },
      { own: 1, median: 1, observations: 1, dealers: 3 },
    ],
  };
  expect(rows).toEqual([
    { scope: 'ALL', ...expected },
    { scope: 'CORP', ...expected },
  ]);
});

test('a dealer with too few observations is in no median, and nobody is one', async () => {
  const rows = await ask('dealerTrend', TWO_DEALS, { dealerId: 'nobody', minObservations: 2 });
  expect(rows[0]).toMatchObject({
    asked_count: 0,
    outcome_counts: [0, 0, 0, 0, 0, 0, 0],
    figures: [
      { own: null, median: 0.5, observations: 0, dealers: 2 },
      { own: null, median: 1, observations: 0, dealers: 2 },
      { own: null, median: 2.5, observations: 0, dealers: 2 },
      { own: null, median: null, observations: 0, dealers: 0 },
      { own: null, median: null, observations: 0, dealers: 0 },
    ],
  });
});

test('busts, repeats, quotes too late and quotes that no longer stand', async () => {
  const repeated = firm(3, 'B', 100.01, { id: 'again', quoteId: 'b', tsExpires: usOf(30) });
  const rows = await ask(
    'dealerTrend',
    [
      BOND,
      tick(-4000, 100),
      rfq(0, { A: 0, B: 0, C: 0, D: 0, E: 0 }),
      firm(2, 'A', 100.02),
      repeated,
      repeated,
      firm(4, 'C', 100.03, { quoteId: 'c' }),
      action('quoteCancel', 20, 'C', 'c'),
      firm(5, 'D', 100.05),
      firm(61, 'E', 100, {}),
      fill(30, 'B', 100, M, { fillId: 'busted' }),
      fill(40, 'A', 100.02, 3 * M, { fillId: 'held' }),
      fill(40, 'A', 100.02, 3 * M, { fillId: 'held' }),
      bust(50, 'B', 'busted'),
      closed(70, 'traded'),
      rfq(1000, { A: 1000 }, of('open')),
    ],
    { dealerId: 'D', minObservations: 1 },
  );
  // B's quote has expired and C's was taken back: D is the cover. E answered after the deadline.
  expect(rows[0]).toMatchObject({
    outcome_counts: [0, 1, 0, 0, 0, 0, 0],
    all_outcome_counts: [1, 1, 2, 0, 0, 1, 0],
    all_response_counts: [0, 0, 0, 2, 2, 0, 0, 0, 0],
  });
  // The mid is over an hour old: what A dealt has no improvement.
  expect((rows[0]!.figures as Row[])[3]).toEqual({
    own: null,
    median: null,
    observations: 0,
    dealers: 0,
  });
});

test('past a month a bucket is a week from Monday, and the period ends where it is asked to', async () => {
  const day = (n: number) => (n * DAY) / 1e6;
  const events = [
    rfq(0, { A: 0 }, of('R1')),
    rfq(day(40), { A: day(40) }, of('R2')),
    rfq(day(41), { A: day(41) }, of('R3')),
  ];
  const { log } = await history.write([events]);
  const buckets = async (parameters: object) =>
    (await askOf(log, 'dealerTrend', { dealerId: 'A', ...parameters })).map((row) => [
      row.scope,
      row.bucket_us,
      row.days,
      row.asked_count,
    ]);
  // T0 is a Saturday: 40 days later it is a Thursday.
  expect(await buckets({})).toEqual([
    ['ALL', T0 - 5 * DAY, 7, 1],
    ['ALL', T0 + 37 * DAY, 7, 1],
  ]);
  expect(await buckets({ days: 10 })).toEqual([['ALL', T0 + 40 * DAY, 1, 1]]);
  expect(await buckets({ throughUs: T0 + 20 * DAY })).toEqual([['ALL', T0, 1, 1]]);
  await expect(buckets({ days: 0 })).rejects.toThrow('days');
});

test('mark-outs: the move of the mid after the deal, in our direction', async () => {
  const events = [
    BOND,
    tick(0, 100),
    rfq(5, { A: 5, B: 5 }, of('R1')),
    fill(10, 'A', 100, M, of('R1')),
    tick(10, 150),
    tick(30, 100.1),
    tick(200, 100.2),
    tick(1000, 99.9),
    tick(3990, 200),
    rfq(4000, { A: 4000, B: 4000 }, of('R2')),
    fill(4010, 'A', 200, M, of('R2')),
    fill(4010, 'B', 200, M, { ...of('R2'), side: 'sell' }),
    tick(4030, 200.6),
    fill(4020, 'B', 200, M, { ...of('R2'), side: 'sell', fillId: 'off' }),
    bust(4040, 'B', 'off'),
    rfq(7000, { A: 7000 }, of('open')),
  ];
  const { log } = await history.write([events]);
  const rows = await askOf(log, 'dealerMarkOuts', { dealerId: 'A', minObservations: 1 });
  const row = (horizon: number, mean: number, error: number, median: number) => ({
    scope: 'ALL',
    horizon_seconds: horizon,
    mean_bps: near(mean),
    standard_error_bps: near(error),
    fill_count: 2,
    median_bps: near(median),
    dealer_count: 2,
  });
  // R1: +10, +20, -10. R2: +30 for the buyer at each, so -30 of B.
  expect(rows.filter(({ scope }) => scope === 'ALL')).toEqual([
    row(60, 20, 10, -5),
    row(300, 25, 5, -2.5),
    row(1800, 10, 20, -10),
  ]);
  const [ofB] = await askOf(log, 'dealerMarkOuts', { dealerId: 'B' });
  expect(ofB).toMatchObject({ mean_bps: near(-30), standard_error_bps: null, fill_count: 1 });
  expect(ofB).toMatchObject({ median_bps: null, dealer_count: 0 });
});

test('a mark-out whose time has not come is none yet', async () => {
  const events = [
    tick(0, 100),
    rfq(5, { A: 5 }),
    fill(10, 'A', 100, M),
    tick(69, 100.1),
    rfq(71, { A: 71 }, of('open')),
  ];
  const rows = await ask('dealerMarkOuts', events, { dealerId: 'A' });
  expect(rows).toMatchObject([{ scope: 'ALL', horizon_seconds: 60, mean_bps: near(10) }]);
});

test('axes are counted once each, by asset class', async () => {
  const rows = await ask(
    'dealerAxes',
    [
      BOND,
      axe(0, 'A'),
      axe(10, 'A'),
      axe(10, 'A', { id: 'again' }),
      axe(20, 'B'),
      axe(30, 'A', { instrumentId: 'UNKNOWN' }),
      rfq(100, { A: 100 }),
    ],
    { dealerId: 'A' },
  );
  expect(rows).toEqual([
    { scope: 'ALL', axe_count: 3, instrument_count: 2, median_axe_count: 2, dealer_count: 2 },
    { scope: 'CORP', axe_count: 2, instrument_count: 1, median_axe_count: 1.5, dealer_count: 2 },
  ]);
});

test('a score now and a week ago, by the model of now', async () => {
  const sample = (day: number, model: string, composite: number) =>
    JSON.stringify(['scores', 'CORP', 'A', day * DAY, day, model, 2, 0, composite, 5, false]);
  const columns = ['log', 'topic', 'dealer_id', 'as_of_us', 'topic_seq', 'model_hash'];
  const values = ['rank', 'value', 'composite', 'display_score', 'insufficient'];
  const lines = [
    sample(0, 'm', 0.1),
    sample(2, 'old', 0.2),
    sample(4, 'm', 0.4),
    sample(6, 'm', 0.6),
    sample(8, 'm', 0.8),
  ];
  const { writer } = history.connection;
  await writer.insert('score_snapshots', [...columns, ...values], lines, 'samples');
  const found = async (parameters: object) =>
    (await askOf('scores', 'scoreChange', { dealerId: 'A', ...parameters })).map((row) => [
      row.as_of_us,
      row.composite,
    ]);
  const newest = [8 * DAY, 0.8];
  expect(await found({ topic: 'CORP' })).toEqual([[4 * DAY, 0.4], newest]);
  expect(await found({ topic: 'CORP', days: 1 })).toEqual([newest]);
  expect(await found({ topic: 'CORP', days: 8 })).toEqual([[0, 0.1], newest]);
  expect(await found({ topic: 'ALL' })).toEqual([]);
});
