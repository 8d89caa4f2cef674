import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVENT_ARBITRARIES } from '../../schemas/event-arbitraries.ts';
import { EVENT_KINDS, type EventKind, type FirstcallEvent } from '../../schemas/events.ts';
import { BatchWriter } from './batch-writer.ts';
import { connectHistory, type HistoryConnection } from './connect.ts';
import { rowOfEvent } from './event-tables.ts';
import { migrate } from './migrate.ts';

const EVENTS_PER_KIND = 60;
const MONTH_US = 30 * 86_400_000_000;
const PLACE = { log: 'prop', partition: 'all', tsLogUs: 1_700_000_000_123_456 } as const;

type StoredRow = Readonly<Record<string, unknown>>;

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

/** The event that a row stands for: what the reader of the table has to know, written a second time. */
const EVENT_OF_ROW: { readonly [K in EventKind]: (row: StoredRow) => object } = {
  order: (r) => pick(r, ['order_id', 'instrument_id', 'side', 'quantity']),
  orderClosed: (r) => pick(r, ['order_id', 'instrument_id']),
  rfq: (r) => ({
    ...pick(r, ['rfq_id', 'order_id', 'instrument_id', 'side', 'quantity', 'lines', 'all_or_none']),
    tsDeadline: r.ts_deadline_us,
    asks: (r.asked_dealer_ids as string[]).map((dealerId, i) => ({
      dealerId,
      tsSent: (r.asked_ts_us as number[])[i],
    })),
  }),
  quote: (r) => ({
    ...pick(r, ['quote_id', 'rfq_id', 'dealer_id', 'instrument_id', 'quote_kind', 'bid', 'ask']),
    ...pick(r, ['quantity']),
    ...given({ tsExpires: r.ts_expires_us }),
  }),
  quoteCancel: quoteAction,
  quoteAccept: quoteAction,
  quoteAcceptReject: quoteAction,
  fill: (r) =>
    pick(r, [
      'fill_id',
      'rfq_id',
      'order_id',
      'dealer_id',
      'instrument_id',
      'side',
      'price',
      'quantity',
    ]),
  fillBust: (r) => pick(r, ['fill_id', 'rfq_id', 'order_id', 'dealer_id', 'instrument_id']),
  rfqClosed: (r) => pick(r, ['rfq_id', 'instrument_id', 'reason']),
  tick: (r) => pick(r, ['instrument_id', 'bid', 'ask', 'mid', 'volume']),
  axe: (r) => ({
    ...pick(r, ['axe_id', 'dealer_id', 'instrument_id', 'dealer_side', 'quantity', 'price']),
    tsExpires: r.ts_expires_us,
  }),
  tca: (r) => pick(r, ['name', 'dealer_id', 'instrument_id', 'value', 'quantity']),
  clock: () => ({}),
  dealer: (r) => ({
    ...pick(r, ['dealer_id', 'lei', 'asset_classes', 'enabled']),
    desks: items(r.desks),
    agreements: items(r.agreements),
    // An empty text is not an absent one here.
    ...given({ name: r.name, legalEntity: r.legal_entity, fixCompId: r.fix_comp_id }),
    ...given({
      restricted: r.restricted,
      changedBy: r.changed_by,
      changeReason: r.change_reason,
      creditLimit:
        r.credit_limit_quantity === null
          ? null
          : { quantity: r.credit_limit_quantity, currency: r.credit_limit_currency },
    }),
  }),
  instrument: (r) => ({
    ...pick(r, ['instrument_id', 'isin', 'cusip', 'issuer_id', 'asset_class', 'sector', 'rating']),
    ...pick(r, ['maturity_date', 'currency', 'average_daily_volume', 'benchmark_id', 'beta']),
    ...pick(r, ['stale_after_seconds']),
  }),
};

function items(texts: unknown): unknown[] {
  return (texts as string[]).map((text) => JSON.parse(text));
}

function quoteAction(r: StoredRow): object {
  expect(r.action).toBe(r.kind);
  return pick(r, ['quote_id', 'rfq_id', 'dealer_id', 'instrument_id']);
}

/** Columns under their event names, the absent ('' and NULL) left out. */
function pick(row: StoredRow, columns: readonly string[]): object {
  const entries = columns.map((column) => {
    const name = column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return [name, row[column] === '' ? null : row[column]] as const;
  });
  return given(Object.fromEntries(entries));
}

function given(fields: StoredRow): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** An absent list of a dealer is stored as an empty one, the one thing that is not kept apart. */
function withLists(event: FirstcallEvent): object {
  return event.kind === 'dealer'
    ? { desks: [], assetClasses: [], agreements: [], ...event }
    : { ...event };
}

/** Few months, so that the test makes few parts; the ends of time among them. */
function compressTime<E extends FirstcallEvent>(event: E): E {
  const extremes = [0, Number.MAX_SAFE_INTEGER];
  const isExtreme = extremes.includes(event.tsEvent);
  return { ...event, tsEvent: isExtreme ? event.tsEvent : event.tsEvent % MONTH_US };
}

const TABLE_OF_KIND: Readonly<Record<EventKind, string>> = {
  order: 'orders',
  orderClosed: 'order_closes',
  rfq: 'rfqs',
  quote: 'quotes',
  quoteCancel: 'quote_actions',
  quoteAccept: 'quote_actions',
  quoteAcceptReject: 'quote_actions',
  fill: 'fills',
  fillBust: 'fill_busts',
  rfqClosed: 'rfq_closes',
  tick: 'ticks',
  axe: 'axes',
  tca: 'tca',
  clock: 'clocks',
  dealer: 'dealers',
  instrument: 'instruments',
};

test.each(EVENT_KINDS)('%s: what is read is what was written, field by field', async (kind) => {
  const seed = Date.now() & 0x7fff_ffff;
  const arbitrary: fc.Arbitrary<FirstcallEvent> = EVENT_ARBITRARIES[kind];
  const events = fc.sample(arbitrary, { numRuns: EVENTS_PER_KIND, seed }).map(compressTime);
  const sequence = EVENT_KINDS.indexOf(kind) + 1;
  const rows = events.map((event, index) => rowOfEvent(event, index, { ...PLACE, sequence }));
  const retry = { signal: new AbortController().signal, onFailure: rethrow };
  await new BatchWriter(connection.writer, 'prop', retry).write(sequence, rows, false);

  const stored = await connection.reader.rows<StoredRow>(
    `SELECT *, toUnixTimestamp64Micro(ts_event) AS us FROM ${TABLE_OF_KIND[kind]}
    WHERE log = 'prop' AND sequence = {sequence:UInt64} ORDER BY message_index`,
    { sequence },
  );
  const read = stored.map((row) => ({
    kind,
    id: row.event_id,
    tsEvent: row.ts_event_us,
    ...EVENT_OF_ROW[kind]({ ...row, kind }),
  }));
  expect(read, `seed ${seed}`).toEqual(events.map(withLists));
  expect(stored.map((row) => row.us)).toEqual(events.map((event) => event.tsEvent));
  expect(stored.every((row) => row.partition === -1 && row.ts_log_us === PLACE.tsLogUs)).toBe(true);
});

function rethrow(error: unknown): never {
  throw error;
}
