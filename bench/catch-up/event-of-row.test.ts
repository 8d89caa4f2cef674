import { expect, test } from 'vitest';
import { EVENT_LOG_TABLES, rowOfEvent } from '../../engine/history/event-tables.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import { MarketTape } from '../support/market-tape.ts';
import { eventOfRowOf } from './event-of-row.ts';

const PLACE = { log: 'x', partition: 0, sequence: 7, tsLogUs: 1 } as const;

/** Through the row that history inserts, and back; without the columns that say where it stands. */
function restored(event: FirstcallEvent): FirstcallEvent {
  const { table, line } = rowOfEvent(event, 0, PLACE);
  const { columns } = EVENT_LOG_TABLES.find(({ name }) => name === table)!;
  const values = JSON.parse(line);
  const kept = columns.map((_, i) => i).filter((i) => !PLACE_COLUMNS.has(columns[i]!));
  const names = kept.map((i) => columns[i]!);
  return eventOfRowOf(table, names)(kept.map((i) => values[i]));
}

const PLACE_COLUMNS = new Set(['log', 'partition', 'sequence', 'message_index', 'ts_log_us']);

test('every event of a simulated market comes out of its row as it went in', async () => {
  const market = { seed: 11, dealers: 30, instruments: 120, rfqsPerDay: 4000, partitions: 8 };
  const messages = await new MarketTape(market).take(30_000);
  const kinds = new Set<string>();
  for (const event of messages.flatMap(({ events }) => events)) {
    expect(restored(event)).toEqual(event);
    kinds.add(event.kind);
  }
  for (const kind of ['order', 'rfq', 'quote', 'quoteAccept', 'fill', 'tick', 'dealer', 'clock']) {
    expect(kinds).toContain(kind);
  }
});

test('so does a dealer with everything that a record can hold', () => {
  const dealer = {
    kind: 'dealer',
    id: 'd1',
    tsEvent: 1,
    dealerId: 'GS',
    name: 'A',
    desks: [{ name: 'desk', contacts: [] }],
    assetClasses: ['CORP'],
    agreements: [{ kind: 'ISDA' }],
    enabled: false,
    restricted: 'for a reason',
    creditLimit: { quantity: 5e6, currency: 'USD' },
  } as unknown as FirstcallEvent;
  expect(restored(dealer)).toEqual(dealer);
});
