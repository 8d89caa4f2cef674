import type { DealerProfile, DealerStanding } from '../../schemas/record-edit.ts';
import type { DealerEvent, InstrumentEvent } from '../../schemas/reference.ts';
import { type Column, formatNumber, formatTable } from './table.ts';

/** `enabled`, `disabled`, `restricted: <why>`; `not in the database` without a record. */
export function stateOfDealer(record: DealerEvent | null): string {
  if (record === null) return 'not in the database';
  if (!record.enabled) return 'disabled';
  return record.restricted === undefined ? 'enabled' : `restricted: ${record.restricted}`;
}

/** What is known of a dealer, as a page. */
export function describeDealer(profile: DealerProfile): string {
  const { dealerId, record, sequence, standings, tsLastQuote, tsLastAsk } = profile;
  const head = [`${dealerId}  ${record?.name ?? ''}`.trimEnd(), stateOfDealer(record)];
  const page = record === null ? head : [...head, ...fieldLines(record), changeLine(record)];
  return [
    ...page,
    ...(sequence === null ? [] : [`version ${sequence}`]),
    `last firm quote ${timeOf(tsLastQuote)}, last asked ${timeOf(tsLastAsk)}`,
    '',
    standings.length === 0 ? 'never observed' : formatTable(COLUMNS, standings),
  ].join('\n');
}

/** Shown elsewhere on the page, or of no interest to a reader. */
const HIDDEN = new Set([
  ...['kind', 'id', 'tsEvent', 'dealerId', 'instrumentId', 'name', 'enabled', 'restricted'],
  ...['changedBy', 'changeReason'],
]);

/** A line for each field of a record. */
export function fieldLines(record: DealerEvent | InstrumentEvent): string[] {
  return Object.entries(record)
    .filter(([field]) => !HIDDEN.has(field))
    .map(([field, value]) => `  ${field.padEnd(20)}${textOf(value)}`);
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join('; ');
  if (typeof value !== 'object' || value === null) return String(value);
  const { name, ...rest } = value as Record<string, unknown>;
  const more = Object.entries(rest).map(([key, item]) => `${key} ${textOf(item)}`);
  if (name === undefined) return more.join(', ');
  return more.length === 0 ? String(name) : `${name} (${more.join(', ')})`;
}

function timeOf(ts: number | null): string {
  return ts === null ? 'never' : new Date(ts / 1000).toISOString();
}

function changeLine({ tsEvent, changedBy, changeReason }: DealerEvent): string {
  const by = changedBy === undefined ? '' : ` by ${changedBy}`;
  const why = changeReason === undefined ? '' : `: ${changeReason}`;
  const when = tsEvent === 0 ? 'before the first event' : timeOf(tsEvent);
  return `changed ${when}${by}${why}`;
}

const estimate = (title: string, metric: string, digits: number, scale = 1) => ({
  title,
  align: 'right' as const,
  text: ({ metrics }: DealerStanding) => {
    const found = metrics.find((m) => m.metric === metric);
    return formatNumber(found && scale * found.estimate, digits);
  },
});

const COLUMNS: readonly Column<DealerStanding>[] = [
  { title: 'scope', align: 'left', text: ({ scope }) => scope },
  { title: 'rank', align: 'right', text: ({ rank }) => (rank === null ? '-' : String(rank)) },
  { title: 'tier', align: 'right', text: ({ tier }) => (tier === null ? '-' : String(tier)) },
  { title: 'composite', align: 'right', text: ({ composite }) => formatNumber(composite, 3) },
  { title: 'score', align: 'right', text: ({ displayScore }) => formatNumber(displayScore, 1) },
  {
    title: 'RFQs',
    align: 'right',
    text: ({ metrics }) =>
      formatNumber(metrics.find(({ metric }) => metric === 'quoteRate')?.mass, 1),
  },
  estimate('hit %', 'fillRate', 1, 100),
  estimate('price bps', 'priceImprovementBps', 2),
  estimate('response s', 'responseSeconds', 1),
  { title: 'appetite', align: 'left', text: ({ appetite }) => appetite.state },
];
