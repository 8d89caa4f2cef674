import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { DealerId, InstrumentId, QuoteId, RfqId } from '../../schemas/ids.ts';
import { BatchWriter } from './batch-writer.ts';
import { connectHistory, type HistoryConnection } from './connect.ts';
import { rowOfEvent } from './event-tables.ts';
import { migrate } from './migrate.ts';
import { bindQuery } from './named-queries.ts';

// Every number here was computed by hand from docs/scoring.md.

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;
/** A minute's start, so that minutes are easy to see. */
const T0 = 19_000 * DAY;
const BOND = 'BOND' as InstrumentId;

interface DistanceRow {
  readonly dealer_id: string;
  readonly observations: number;
  readonly mean: number;
  readonly mass: number;
  readonly n_eff: number;
  readonly variance: number | null;
  readonly first_ts_event_us: readonly number[];
  readonly first_bps: readonly number[];
}

let directory: string;
let connection: HistoryConnection;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'firstcall-history-'));
  connection = await connectHistory({ clickhouseUrl: null, directory });
  await migrate(connection.writer);
});

afterAll(async () => {
  await connection.close();
  await rm(directory, { recursive: true });
});

let nextId = 0;

/** A streamed quote; `extra` makes it something else. */
function quote(
  dealerId: string,
  tsEvent: number,
  bid: number | undefined,
  ask: number | undefined,
  extra: { rfqId?: string; quoteKind?: 'firm' | 'indicative'; instrumentId?: string } = {},
): FirstcallEvent {
  nextId++;
  return {
    kind: 'quote',
    id: `q${nextId}`,
    tsEvent,
    quoteId: `q${nextId}` as QuoteId,
    dealerId: dealerId as DealerId,
    instrumentId: (extra.instrumentId ?? BOND) as InstrumentId,
    quoteKind: extra.quoteKind ?? 'indicative',
    ...(bid === undefined ? {} : { bid }),
    ...(ask === undefined ? {} : { ask }),
    ...(extra.rfqId === undefined ? {} : { rfqId: extra.rfqId as RfqId }),
  };
}

function mid(dealerId: string, tsEvent: number, price: number, extra = {}): FirstcallEvent {
  return quote(dealerId, tsEvent, price - 0.5, price + 0.5, extra);
}

function clock(tsEvent: number): FirstcallEvent {
  return { kind: 'clock', id: `c${tsEvent}`, tsEvent };
}

function instrument(tsEvent: number, fields: object): FirstcallEvent {
  return { kind: 'instrument', id: `i${tsEvent}`, tsEvent, instrumentId: BOND, ...fields };
}

/** Stores events as a log of one partition, one message each, and asks for the distances. */
async function distances(
  log: string,
  events: readonly FirstcallEvent[],
  options: { halfLifeUs?: number; asOfUs?: number; segment?: string } = {},
): Promise<DistanceRow[]> {
  const writer = new BatchWriter(connection.writer, log, {
    signal: new AbortController().signal,
    onFailure: (error) => {
      throw error;
    },
  });
  const rows = events.map((event, i) =>
    rowOfEvent(event, 0, { log, partition: 0, sequence: i + 1, tsLogUs: T0 }),
  );
  await writer.write(1, rows, false);
  const { halfLifeUs = 10 * DAY, asOfUs = T0, segment } = options;
  const { sql, parameters } = bindQuery('quoteDistance', {
    halfLifeUs,
    asOfUs,
    latenessUs: 600 * SECOND,
    staleUs: 900 * SECOND,
    ...(segment === undefined ? {} : { segment }),
  });
  return await connection.reader.rows<DistanceRow>(sql, { log, ...parameters });
}

function bpsOf(rows: readonly DistanceRow[]): Record<string, readonly number[]> {
  return Object.fromEntries(rows.map((row) => [row.dealer_id, row.first_bps]));
}

test('the distance is from the median of the other dealers, of an even number the middle of two', async () => {
  const rows = await distances('median', [
    mid('A', T0, 100),
    mid('B', T0 + 1, 101),
    mid('C', T0 + 2, 104),
    mid('D', T0 + 3, 102),
    mid('E', T0 + 4, 103),
  ]);
  expect(bpsOf(rows)).toEqual({
    // A is the first: there is nobody to compare with.
    B: [expect.closeTo((1 / 100) * 1e4, 9)],
    C: [expect.closeTo((3.5 / 100.5) * 1e4, 9)],
    D: [expect.closeTo((1 / 101) * 1e4, 9)],
    E: [expect.closeTo((1.5 / 101.5) * 1e4, 9)],
  });
});

test('one observation a minute, the first by log order, though later quotes still move the mid', async () => {
  const minute = 60 * SECOND;
  const rows = await distances('minutes', [
    mid('A', T0, 100),
    mid('B', T0 + 30 * SECOND, 102),
    // First in the log, though not in time; its minute is taken by the line above.
    mid('B', T0 + 10 * SECOND, 110),
    mid('B', T0 + minute, 105),
    mid('A', T0 + minute, 100),
  ]);
  expect(bpsOf(rows)).toEqual({
    B: [expect.closeTo(200, 9), expect.closeTo(500, 9)],
    A: [expect.closeTo((5 / 105) * 1e4, 9)],
  });
});

test('one side only, or nobody fresh, makes no observation and leaves the minute open', async () => {
  const rows = await distances('open', [
    mid('B', T0, 50),
    quote('A', T0 + 1, 100, undefined),
    mid('A', T0 + 1000 * SECOND, 100),
    // The same minute as the quote above, which had nobody fresh to be compared with.
    mid('C', T0 + 1001 * SECOND, 100),
    mid('A', T0 + 1002 * SECOND, 101),
  ]);
  expect(bpsOf(rows)).toEqual({ A: [expect.closeTo(100, 9)], C: [0] });
});

test('a mid is fresh up to the limit of its instrument, and however much later it claims to be', async () => {
  const rows = await distances('fresh', [
    instrument(T0, { staleAfterSeconds: 10 }),
    mid('B', T0, 100),
    mid('A', T0 + 10 * SECOND, 101),
    mid('C', T0 + 70 * SECOND, 100),
    // B's and A's are stale, C's is later than this quote: an age below zero.
    mid('D', T0 + 60 * SECOND, 102),
    instrument(T0 + 1, { staleAfterSeconds: 1000 }),
    mid('E', T0 + 75 * SECOND, 100),
  ]);
  expect(bpsOf(rows)).toEqual({
    A: [expect.closeTo(100, 9)],
    D: [expect.closeTo(200, 9)],
    // Of 100, 101, 100, 102.
    E: [expect.closeTo((0.5 / 100.5) * 1e4, 9)],
  });
});

test('answers to an RFQ do not count, unless indicative; firm streams do', async () => {
  const rows = await distances('kinds', [
    mid('A', T0, 100, { quoteKind: 'firm' }),
    mid('B', T0, 90, { quoteKind: 'firm', rfqId: 'r' }),
    mid('C', T0, 101, { quoteKind: 'indicative', rfqId: 'r' }),
  ]);
  expect(bpsOf(rows)).toEqual({ C: [expect.closeTo(100, 9)] });
});

test('a distance of more than 10,000 bps is absurd', async () => {
  const rows = await distances('absurd', [
    mid('A', T0, 100),
    mid('B', T0, 201),
    mid('B', T0 + 1, 101),
    mid('B', T0 + 60 * SECOND, 101),
  ]);
  expect(bpsOf(rows)).toEqual({ B: [expect.closeTo(100, 9)] });
});

test('a late quote neither counts nor moves its dealer, whichever event moved the watermark', async () => {
  const rows = await distances('late', [
    mid('A', T0, 100),
    clock(T0 + 601 * SECOND),
    mid('A', T0 + 1 * SECOND - 1, 150),
    mid('B', T0 + 1 * SECOND, 101),
    clock(T0 + 900 * SECOND),
  ]);
  expect(bpsOf(rows)).toEqual({ B: [expect.closeTo(100, 9)] });
});

test('a repeat of an event is no second quote', async () => {
  const first = mid('A', T0, 100);
  const rows = await distances('repeat', [
    first,
    mid('A', T0 + 1, 200),
    first,
    mid('B', T0 + 2, 202),
  ]);
  expect(bpsOf(rows)).toEqual({ B: [expect.closeTo(100, 9)] });
});

test('sums decay forward: golden 1 of the contract, in hundreds of basis points', async () => {
  // x = 1, 0, 1 (hundred bps) at day 0, 10, 20 with a half-life of 10 days.
  const day = (n: number) => [
    mid('A', T0 + n * DAY, 100),
    mid('B', T0 + n * DAY + 1, n === 10 ? 100 : 101),
  ];
  const rows = await distances('golden', [...day(0), ...day(10), ...day(20)], {
    asOfUs: T0 + 20 * DAY + 1,
  });
  const b = rows.find((row) => row.dealer_id === 'B')!;
  expect(b.observations).toBe(3);
  expect(b.mean).toBeCloseTo(71.42857142857143, 10);
  expect(b.mass).toBeCloseTo(1.75, 12);
  expect(b.n_eff).toBeCloseTo(2.3333333333333335, 12);
  const raw = (100 * 100 * 1.25) / 1.75 - 71.42857142857143 ** 2;
  expect(b.variance).toBeCloseTo((raw * 2.3333333333333335) / 1.3333333333333335, 8);
  expect(b.first_ts_event_us).toEqual([T0 + 1, T0 + 10 * DAY + 1, T0 + 20 * DAY + 1]);
});

test('one observation has no variance', async () => {
  const [row] = await distances('single', [mid('A', T0, 100), mid('B', T0, 101)]);
  expect(row).toMatchObject({ dealer_id: 'B', n_eff: 1, variance: null });
});

test('a segment takes what belonged to it when it was observed', async () => {
  const day = (n: number) => new Date((T0 + n * DAY) / 1000).toISOString().slice(0, 10);
  const reference = { assetClass: 'CORP', sector: 'TECH', maturityDate: day(4000) };
  const events = [
    mid('A', T0, 100),
    mid('B', T0, 101),
    instrument(T0, { ...reference, rating: 'A-' }),
    mid('B', T0 + 60 * SECOND, 102),
    instrument(T0 + 1, { ...reference, rating: 'BBB+', maturityDate: day(700) }),
    mid('B', T0 + 120 * SECOND, 103),
  ];
  const a = await distances('segments', events, { segment: 'CORP-TECH-A-10_20' });
  const bbb = await distances('segments', [], { segment: 'CORP-TECH-BBB-0_2' });
  const none = await distances('segments', [], { segment: 'UNK-UNK-UNK-NA' });
  expect([a, bbb, none].map(bpsOf)).toEqual([
    { B: [expect.closeTo(200, 9)] },
    { B: [expect.closeTo(300, 9)] },
    { B: [expect.closeTo(100, 9)] },
  ]);
});

test('other instruments and other logs have nothing to do with it', async () => {
  const rows = await distances('apart', [
    mid('A', T0, 100),
    mid('B', T0, 300, { instrumentId: 'OTHER' }),
    mid('C', T0, 100),
  ]);
  expect(bpsOf(rows)).toEqual({ C: [0] });
});
