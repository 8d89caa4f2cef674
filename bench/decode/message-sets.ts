import type { FirstcallEvent } from '../../schemas/events.ts';
import { MarketTape, type TapeMessage } from '../support/market-tape.ts';

/** Events that are decoded one way and another. */
export interface MessageSet {
  readonly title: string;
  /** What each message holds. */
  readonly messages: readonly (readonly FirstcallEvent[])[];
}

const TAPE = { seed: 7, dealers: 40, instruments: 200, rfqsPerDay: 8_000, partitions: 8 };
/** Enough that every main kind is there, and texts are long forgotten when their turn comes again. */
const TAPE_EVENTS = 40_000;
const SET_EVENTS = 8_000;
const BATCH_EVENTS = 50;
/** Few enough that whoever keeps texts has all of them. */
const KNOWN_EVENTS = 50;
const KINDS = ['quote', 'tick', 'rfq', 'fill', 'order', 'axe'] as const;

export async function messageSets(): Promise<MessageSet[]> {
  const tape = await new MarketTape(TAPE).take(TAPE_EVENTS);
  const quotes = eventsOf(tape, 'quote');
  return [
    { title: 'single events as they come', messages: singly(tape.flatMap(({ events }) => events)) },
    ...KINDS.map((kind) => ({
      title: `single events: ${kind}`,
      messages: singly(enough(eventsOf(tape, kind))),
    })),
    {
      title: 'single events: quote, nothing but texts that came before',
      messages: singly(repeated(quotes.slice(0, KNOWN_EVENTS))),
    },
    ...(['quote', 'tick'] as const).map((kind) => ({
      title: `messages of ${BATCH_EVENTS} events: ${kind}`,
      messages: batched(enough(eventsOf(tape, kind))),
    })),
  ];
}

const eventsOf = (tape: readonly TapeMessage[], kind: FirstcallEvent['kind']): FirstcallEvent[] =>
  tape.flatMap((message) => (message.kind === kind ? message.events : []));

const singly = (events: readonly FirstcallEvent[]) => events.map((event) => [event]);

function batched(events: readonly FirstcallEvent[]): FirstcallEvent[][] {
  const count = Math.floor(events.length / BATCH_EVENTS);
  return Array.from({ length: count }, (_, i) => {
    return events.slice(i * BATCH_EVENTS, (i + 1) * BATCH_EVENTS);
  });
}

/** Where a tape has too few of a kind they come again under ids of their own. */
function enough(events: readonly FirstcallEvent[]): FirstcallEvent[] {
  return Array.from({ length: SET_EVENTS }, (_, i) => {
    const event = events[i % events.length]!;
    const time = Math.floor(i / events.length);
    return time === 0 ? event : renamed(event, time);
  });
}

const repeated = (events: readonly FirstcallEvent[]): FirstcallEvent[] =>
  Array.from({ length: SET_EVENTS }, (_, i) => events[i % events.length]!);

const OWN_IDS = new Set(['id', 'orderId', 'rfqId', 'quoteId', 'fillId', 'axeId']);

/** Of the same length. */
function renamed(event: FirstcallEvent, time: number): FirstcallEvent {
  const mark = time.toString(36);
  const entries = Object.entries(event).map(([key, value]) => [
    key,
    OWN_IDS.has(key) ? mark + String(value).slice(mark.length) : value,
  ]);
  return Object.fromEntries(entries) as FirstcallEvent;
}

/** Events of a set. */
export const countOf = ({ messages }: MessageSet): number =>
  messages.reduce((sum, events) => sum + events.length, 0);
