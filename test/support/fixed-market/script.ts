import type { FirstcallEvent } from '../../../schemas/events.ts';
import type { DealerId, FillId, InstrumentId, QuoteId, RfqId, Side } from '../../../schemas/ids.ts';
import {
  BOOKS,
  type Book,
  DAY,
  GORSE_QUICK,
  type Habit,
  HISTORY_DAYS,
  instrumentEvents,
  MINUTE,
  NEWCOMERS,
  NOW,
  REGULAR,
  SECOND,
  SECURITIES,
} from './desk.ts';

const RFQS_PER_DAY = 4;
/** Who does not win is so much behind who does. */
const BEHIND_BPS = 3;
/** Where corporates go while we ask, against us; municipals stay where they are. */
const DRIFT_BPS: Readonly<Record<Book, number>> = { CORP: 0.9, MUNI: 0 };
const NEWCOMER: Habit = { wins: 0, improvementBps: -2, reversionBps: 0, answersInSeconds: 30 };

interface Rfq {
  readonly at: number;
  readonly instrument: string;
  readonly dealers: readonly string[];
  /** Null: nothing is dealt. */
  readonly winner: string | null;
  readonly side: Side;
}

/** Everything that happened, in time order. */
export function scriptedEvents(): FirstcallEvent[] {
  const rfqs = [...regularRfqs('CORP', 9), ...regularRfqs('MUNI', 13), ...rareRfqs()];
  const events = [
    ...instrumentEvents(NOW - 250 * DAY),
    ...rfqs.flatMap((rfq, i) => eventsOf(rfq, `r${i}`)),
    ...quietTicks(),
    tick('DUNE-33', NOW - 8 * DAY, 100, 500_000),
    axe('ax1', 'HAZEL', 'BOLT-28', 'buy', 5e6),
  ];
  return events.sort((a, b) => a.tsEvent - b.tsEvent);
}

/** Four RFQs a day in turn over the book's instruments; each instrument's wins come by the habits. */
function* regularRfqs(book: Book, fromHour: number): Iterable<Rfq> {
  const dealers = Object.keys(BOOKS[book]);
  const credits = new Map<string, Map<string, number>>();
  const instruments = REGULAR[book];
  for (let n = 0; n < HISTORY_DAYS * RFQS_PER_DAY; n++) {
    const day = Math.floor(n / RFQS_PER_DAY);
    const midnight = NOW - 14 * 60 * MINUTE - (HISTORY_DAYS - day) * DAY;
    const instrument = instruments[n % instruments.length]!;
    const credit = credits.get(instrument) ?? new Map(dealers.map((dealer) => [dealer, 0]));
    credits.set(instrument, credit);
    yield {
      at: midnight + (fromHour + (n % RFQS_PER_DAY)) * 60 * MINUTE,
      instrument,
      dealers,
      winner: nextWinner(credit, BOOKS[book]),
      side: Math.floor(n / instruments.length) % 2 === 0 ? 'buy' : 'sell',
    };
  }
}

/** Smooth weighted round robin: wins are spread as evenly as they can be. */
function nextWinner(credit: Map<string, number>, habits: Readonly<Record<string, Habit>>): string {
  let best = '';
  for (const [dealer, { wins }] of Object.entries(habits)) {
    credit.set(dealer, credit.get(dealer)! + wins);
    if (best === '' || credit.get(dealer)! > credit.get(best)!) best = dealer;
  }
  credit.set(best, credit.get(best)! - 100);
  return best;
}

/** Nothing is dealt in these: they are there for who was asked about what, and when. */
function rareRfqs(): Rfq[] {
  const rare = (daysAgo: number, instrument: string, dealers: readonly string[]): Rfq => ({
    at: NOW - daysAgo * DAY - 6 * 60 * MINUTE,
    instrument,
    dealers,
    winner: null,
    side: 'sell',
  });
  return [
    rare(211, 'EAST-34', ['HAZEL']),
    rare(40, 'DUNE-29', ['ALDER', 'CEDAR', 'GORSE']),
    rare(30, 'EAST-34', ['BEECH', 'ELDER', 'FIR']),
    ...[60, 40, 20].map((daysAgo) => rare(daysAgo, 'ACME-31', NEWCOMERS)),
    { ...rare(0, 'BOLT-28', ['BEECH']), at: NOW - 15 * MINUTE },
  ];
}

function eventsOf({ at, instrument, dealers, winner, side }: Rfq, id: string): FirstcallEvent[] {
  const { assetClass, mid } = SECURITIES[instrument]!;
  const book = assetClass as Book;
  const sign = side === 'buy' ? 1 : -1;
  const names = { rfqId: id as RfqId, instrumentId: instrument as InstrumentId };
  const worse = (bps: number): number => mid * (1 + (sign * bps) / 1e4);
  const priceOf = (dealer: string): number => {
    if (winner === null) return worse(-habitOf(dealer, book, at).improvementBps);
    const best = -habitOf(winner, book, at).improvementBps;
    return worse(best + (dealer === winner ? 0 : BEHIND_BPS));
  };
  const quotes = dealers.map((dealer): FirstcallEvent => {
    const price = priceOf(dealer);
    return {
      kind: 'quote',
      id: `${id}.${dealer}`,
      tsEvent: at + habitOf(dealer, book, at).answersInSeconds * SECOND,
      quoteId: `${id}.${dealer}` as QuoteId,
      dealerId: dealer as DealerId,
      quoteKind: 'firm',
      quantity: 1e6,
      ...(side === 'buy' ? { ask: price } : { bid: price }),
      ...names,
    };
  });
  return [
    tick(instrument, at - SECOND, mid),
    {
      kind: 'rfq',
      id,
      tsEvent: at,
      side,
      quantity: 1e6,
      asks: dealers.map((dealer) => ({ dealerId: dealer as DealerId, tsSent: at })),
      tsDeadline: at + 2 * MINUTE,
      ...names,
    },
    ...quotes,
    ...(winner === null
      ? []
      : dealt(id, { at, instrument, winner, side, price: priceOf(winner), book })),
    {
      kind: 'rfqClosed',
      id: `${id}.end`,
      tsEvent: at + MINUTE + SECOND,
      reason: winner === null ? 'expired' : 'traded',
      ...names,
    },
  ];
}

interface Deal extends Pick<Rfq, 'at' | 'instrument' | 'side'> {
  readonly winner: string;
  readonly price: number;
  readonly book: Book;
}

/** The mid drifts before the fill, a minute after the RFQ, and reverts within half an hour of it. */
function dealt(id: string, { at, instrument, winner, side, price, book }: Deal): FirstcallEvent[] {
  const sign = side === 'buy' ? 1 : -1;
  const drifted = SECURITIES[instrument]!.mid * (1 + (sign * DRIFT_BPS[book]) / 1e4);
  const later = drifted * (1 + (sign * habitOf(winner, book, at).reversionBps) / 1e4);
  return [
    tick(instrument, at + 55 * SECOND, drifted),
    {
      kind: 'fill',
      id: `${id}.fill`,
      tsEvent: at + MINUTE,
      fillId: `${id}.fill` as FillId,
      rfqId: id as RfqId,
      dealerId: winner as DealerId,
      instrumentId: instrument as InstrumentId,
      side,
      price,
      quantity: 1e6,
    },
    tick(instrument, at + 31 * MINUTE, later),
  ];
}

function habitOf(dealer: string, book: Book, at: number): Habit {
  const habit = BOOKS[book][dealer] ?? NEWCOMER;
  const isQuick = dealer === 'GORSE' && book === 'CORP' && at > NOW - GORSE_QUICK.days * DAY;
  return isQuick ? { ...habit, answersInSeconds: GORSE_QUICK.answersInSeconds } : habit;
}

/** A minute ago, so that every mid is fresh; and each day of the last three weeks in the quiet one. */
function quietTicks(): FirstcallEvent[] {
  const days = Array.from({ length: 21 }, (_, day) => NOW - (day + 0.5) * DAY);
  return [
    ...days.map((at, i) => tick('DUNE-33', at, 100 + (i % 2) * 0.5)),
    ...Object.entries(SECURITIES).map(([name, { mid }]) => tick(name, NOW - MINUTE, mid)),
  ];
}

function tick(instrument: string, tsEvent: number, mid: number, volume?: number): FirstcallEvent {
  const half = (mid * SECURITIES[instrument]!.spreadBps) / 2e4;
  return {
    kind: 'tick',
    id: `tick.${instrument}.${tsEvent}`,
    tsEvent,
    instrumentId: instrument as InstrumentId,
    bid: mid - half,
    ask: mid + half,
    ...(volume === undefined ? {} : { volume }),
  };
}

function axe(
  id: string,
  dealer: string,
  instrument: string,
  dealerSide: Side,
  quantity: number,
): FirstcallEvent {
  return {
    kind: 'axe',
    id,
    tsEvent: NOW - 60 * MINUTE,
    axeId: id as QuoteId,
    dealerId: dealer as DealerId,
    instrumentId: instrument as InstrumentId,
    dealerSide,
    quantity,
    tsExpires: NOW + 60 * MINUTE,
  };
}
