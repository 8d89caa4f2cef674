import type { EventKind, FirstcallEvent } from '../../schemas/events.ts';

/** A value of a row of JSONCompactEachRow. */
type Value = string | number | boolean | null | readonly (string | number)[];

/** Of tables that hold one kind; the rows of `quote_actions` say theirs. */
const KIND_OF_TABLE: Readonly<Record<string, EventKind>> = {
  orders: 'order',
  order_closes: 'orderClosed',
  rfqs: 'rfq',
  quotes: 'quote',
  fills: 'fill',
  fill_busts: 'fillBust',
  rfq_closes: 'rfqClosed',
  ticks: 'tick',
  axes: 'axe',
  tca: 'tca',
  clocks: 'clock',
  dealers: 'dealer',
  instruments: 'instrument',
};

/** Columns whose field is not their name in camel case. */
const FIELD_OF_COLUMN: Readonly<Record<string, string>> = {
  event_id: 'id',
  ts_event_us: 'tsEvent',
  ts_deadline_us: 'tsDeadline',
  ts_expires_us: 'tsExpires',
  action: 'kind',
};

type EventOfRow = (row: readonly Value[]) => FirstcallEvent;

/**
 * How a row of a table of events becomes the event that it was made of. What the tables have as '' or
 * NULL is left out.
 * @param columns of the row, in its order
 */
export function eventOfRowOf(table: string, columns: readonly string[]): EventOfRow {
  const fields = columns.map((column) => FIELD_OF_COLUMN[column] ?? camelCase(column));
  const kind = KIND_OF_TABLE[table];
  return (row) => {
    const event: Record<string, unknown> = kind === undefined ? {} : { kind };
    for (const [i, value] of row.entries()) {
      if (value === null || value === '') continue;
      if (typeof value === 'object' && value.length === 0) continue;
      event[fields[i]!] = value;
    }
    return nested(event) as unknown as FirstcallEvent;
  };
}

/** What one event has as objects is in several columns, or in JSON. */
function nested(event: Record<string, unknown>): Record<string, unknown> {
  if (event.kind === 'rfq') return withAsks(event);
  return event.kind === 'dealer' ? withDetails(event) : event;
}

function withAsks({ askedDealerIds, askedTsUs, ...rfq }: Record<string, unknown>) {
  const sent = (askedTsUs ?? []) as readonly number[];
  const dealers = (askedDealerIds ?? []) as readonly string[];
  return { ...rfq, asks: dealers.map((dealerId, i) => ({ dealerId, tsSent: sent[i]! })) };
}

function withDetails(event: Record<string, unknown>) {
  const { desks, agreements, creditLimitQuantity, creditLimitCurrency, ...dealer } = event;
  const parsed = (texts: unknown) => (texts as readonly string[]).map((text) => JSON.parse(text));
  return {
    ...dealer,
    ...(desks === undefined ? {} : { desks: parsed(desks) }),
    ...(agreements === undefined ? {} : { agreements: parsed(agreements) }),
    ...(creditLimitQuantity === undefined
      ? {}
      : { creditLimit: { quantity: creditLimitQuantity, currency: creditLimitCurrency } }),
  };
}

const camelCase = (column: string): string =>
  column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
