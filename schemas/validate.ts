import { Compile } from 'typebox/compile';
import { tableFault } from './codec-table.ts';
import {
  EVENT_SCHEMAS,
  type EventKind,
  type FirstcallEvent,
  type QuoteEvent,
  type TickEvent,
} from './events.ts';
import { firstError } from './first-error.ts';
import { quickCheckOf } from './quick-check.ts';

/** Why an event was refused; also the last token of its dead-letter subject. */
export const DEAD_LETTER_REASONS = [
  'undecodable',
  'invalid',
  'crossed',
  'future',
  'misrouted',
  'unmappable',
] as const;
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

export interface Refusal {
  readonly reason: DeadLetterReason;
  /** What was wrong, where. */
  readonly detail: string;
}

/** No event is from before 2000 or after 2100: such a time is in another unit. Epoch microseconds. */
const TS_EVENT_MIN = 946_684_800e6;
const TS_EVENT_MAX = 4_102_444_800e6;

const NOT_VALID: Refusal = { reason: 'invalid', detail: 'not valid' };

const validators = new Map(
  Object.entries(EVENT_SCHEMAS).map(
    ([kind, schema]) => [kind, { isValid: quickCheckOf(schema), schema: Compile(schema) }] as const,
  ),
);

/**
 * Checks one decoded value against the vocabulary. Returns null if it is a valid event (narrow it
 * with `as FirstcallEvent`), else why not. The one validator that every entry uses.
 */
export function refuseEvent(value: unknown): Refusal | null {
  return refuse(value, true);
}

/** The same without a detail where a schema does not match, which takes most of the time. */
export function refuseEventBriefly(value: unknown): Refusal | null {
  return refuse(value, false);
}

function refuse(value: unknown, explains: boolean): Refusal | null {
  const kind = kindOf(value);
  const validator = kind === undefined ? undefined : validators.get(kind);
  if (validator === undefined) {
    if (!explains) return NOT_VALID;
    return {
      reason: 'invalid',
      detail: `kind: unknown event kind ${JSON.stringify(kind?.slice(0, 40))}`,
    };
  }
  if (!validator.isValid(value) && !validator.schema.Check(value)) {
    if (!explains) return NOT_VALID;
    return (
      refuseTime(value as FirstcallEvent) ?? {
        reason: 'invalid',
        detail: tableFault(value as object) ?? firstError(validator.schema, value, kind ?? 'event'),
      }
    );
  }
  return refuseTime(value as FirstcallEvent) ?? refuseMeaning(value as FirstcallEvent);
}

/** A time that is no time is left to the schema. A record of 0 holds from the beginning. */
function refuseTime({ kind, tsEvent }: FirstcallEvent): Refusal | null {
  if (tsEvent >= TS_EVENT_MIN && tsEvent <= TS_EVENT_MAX) return null;
  if (tsEvent === 0 && (kind === 'dealer' || kind === 'instrument')) return null;
  if (!Number.isInteger(tsEvent) || tsEvent < 0) return null;
  const year = new Date(tsEvent / 1000).getUTCFullYear();
  const when = Number.isNaN(year) ? 'in no year' : `in ${year}`;
  const detail = `tsEvent: ${tsEvent} is ${when}; times are microseconds since the epoch`;
  return { reason: 'invalid', detail };
}

function kindOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const kind = (value as { kind?: unknown }).kind;
  return typeof kind === 'string' ? kind : undefined;
}

/** What a schema cannot say. */
function refuseMeaning(event: FirstcallEvent): Refusal | null {
  switch (event.kind) {
    case 'quote':
      return refuseQuote(event);
    case 'tick':
      return refuseTick(event);
    case 'fill':
    case 'fillBust':
      return event.rfqId === undefined && event.orderId === undefined
        ? { reason: 'invalid', detail: `${event.kind}: needs an rfqId or an orderId` }
        : null;
    case 'rfq':
      return event.asks.every((ask) => ask.tsSent < event.tsDeadline)
        ? null
        : { reason: 'invalid', detail: 'rfq: an ask is sent at or after tsDeadline' };
    default:
      return null;
  }
}

function refuseQuote(quote: QuoteEvent): Refusal | null {
  const priced = quote.bid !== undefined || quote.ask !== undefined;
  const wantsPrice = quote.quoteKind === 'firm' || quote.quoteKind === 'indicative';
  if (priced !== wantsPrice) {
    const detail = wantsPrice ? 'needs a bid or an ask' : 'carries no price';
    return { reason: 'invalid', detail: `quote: ${quote.quoteKind} ${detail}` };
  }
  return refuseCrossed('quote', quote.bid, quote.ask);
}

function refuseTick(tick: TickEvent): Refusal | null {
  if (tick.mid === undefined && (tick.bid === undefined || tick.ask === undefined)) {
    return { reason: 'invalid', detail: 'tick: needs a mid, or a bid and an ask' };
  }
  return refuseCrossed('tick', tick.bid, tick.ask);
}

function refuseCrossed(what: string, bid?: number, ask?: number): Refusal | null {
  return bid !== undefined && ask !== undefined && ask <= bid
    ? { reason: 'crossed', detail: `${what}: ask ${ask} is not above bid ${bid}` }
    : null;
}

export function isEventKind(kind: string): kind is EventKind {
  return validators.has(kind);
}
