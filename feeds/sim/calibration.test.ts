import { expect, test } from 'vitest';
import type { FirstcallEvent } from '../../schemas/events.ts';
import { DEFAULT_SIM_OPTIONS } from '../test-support/sim-defaults.ts';
import { CALIBRATION_TARGETS } from './calibration.ts';
import { Market } from './market.ts';

const DAYS = 28;
const TRADING_DAYS = 20;
const START = Date.parse('2024-04-01T00:00Z') * 1000;
const MARKOUT_MICROS = 30 * 60_000_000;
const SEEDS = [1, 2, 3, 4];

/** What one RFQ came to. */
interface Seen {
  readonly isMunicipal: boolean;
  asks: number;
  firm: number;
  isTraded: boolean;
  readonly winners: Set<string>;
}

function play(seed: number) {
  const options = { ...DEFAULT_SIM_OPTIONS, seed, startTs: START, liveFromTs: null };
  const market = new Market(options);
  const events = market.advance(START + DAYS * 86_400_000_000);
  const municipal = new Set<string>(
    market.instruments
      .filter((instrument) => instrument.assetClass === 'MUNI')
      .map((instrument) => instrument.instrumentId),
  );
  return { events, rfqs: seenRfqs(events, municipal) };
}

function seenRfqs(events: readonly FirstcallEvent[], municipal: ReadonlySet<string>): Seen[] {
  const seen = new Map<string, Seen>();
  for (const event of events) {
    if (event.kind === 'rfq') {
      const isMunicipal = municipal.has(event.instrumentId);
      const fresh = { isMunicipal, asks: 0, firm: 0, isTraded: false, winners: new Set<string>() };
      const rfq = seen.get(event.rfqId) ?? fresh;
      rfq.asks += event.asks.length;
      seen.set(event.rfqId, rfq);
    } else if (event.kind === 'quote' && event.quoteKind === 'firm' && event.rfqId !== undefined) {
      seen.get(event.rfqId)!.firm++;
    } else if (event.kind === 'fill') seen.get(event.rfqId!)!.winners.add(event.dealerId);
    else if (event.kind === 'rfqClosed')
      seen.get(event.rfqId)!.isTraded = event.reason === 'traded';
  }
  return [...seen.values()];
}

const markets = SEEDS.map(play);
const rfqs = markets.flatMap((market) => market.rfqs);
const municipal = rfqs.filter((rfq) => rfq.isMunicipal);
const share = <T>(all: readonly T[], is: (one: T) => boolean) => all.filter(is).length / all.length;

function expectNear(value: number, { target, tolerance }: { target: number; tolerance: number }) {
  expect(value).toBeGreaterThan(target - tolerance);
  expect(value).toBeLessThan(target + tolerance);
}

test('an RFQ draws the published median number of quotes', () => {
  for (const market of markets) {
    const counts = market.rfqs.map((rfq) => rfq.firm).sort((a, b) => a - b);
    expect(counts[counts.length >> 1]).toBe(CALIBRATION_TARGETS.medianQuotesPerRfq);
  }
});

test('the published share of municipal RFQs does not trade', () => {
  const untraded = share(municipal, (rfq) => !rfq.isTraded);
  expectNear(untraded, CALIBRATION_TARGETS.municipalUntradedShare);
});

test('an RFQ with more quotes is likelier to trade', () => {
  const rate = (least: number, most: number) =>
    share(
      municipal.filter((rfq) => rfq.firm >= least && rfq.firm <= most),
      (rfq) => rfq.isTraded,
    );
  expect(rate(5, 6) - rate(3, 3)).toBeGreaterThan(CALIBRATION_TARGETS.municipalTradeRateGain.least);
});

test('hit rates of the dealers of an RFQ sum to one at most, but for shared trades', () => {
  const traded = rfqs.filter((rfq) => rfq.isTraded);
  expect(Math.max(...traded.map((rfq) => rfq.winners.size))).toBe(2);
  expectNear(
    share(traded, (rfq) => rfq.winners.size > 1),
    CALIBRATION_TARGETS.sharedTradeShare,
  );
  const single = rfqs.filter((rfq) => rfq.winners.size <= 1);
  const hits = single.reduce((sum, rfq) => sum + rfq.winners.size, 0);
  expect(hits / single.length).toBeLessThanOrEqual(1);
  expect(single.every((rfq) => rfq.asks >= rfq.winners.size)).toBe(true);
});

test('some asks get no firm quote', () => {
  const asks = rfqs.reduce((sum, rfq) => sum + rfq.asks, 0);
  const firm = rfqs.reduce((sum, rfq) => sum + rfq.firm, 0);
  expectNear(1 - firm / asks, CALIBRATION_TARGETS.unansweredShare);
});

test('most mark-outs have a newer mid, and some have not', () => {
  const { events } = markets[0]!;
  const tickTimes = new Map<string, number[]>();
  for (const event of events) {
    if (event.kind !== 'tick') continue;
    const times = tickTimes.get(event.instrumentId) ?? [];
    times.push(event.tsEvent);
    tickTimes.set(event.instrumentId, times);
  }
  const fills = events.filter((event) => event.kind === 'fill');
  const newer = share(fills, ({ instrumentId, tsEvent }) =>
    tickTimes.get(instrumentId)!.some((ts) => ts > tsEvent && ts <= tsEvent + MARKOUT_MICROS),
  );
  expectNear(newer, CALIBRATION_TARGETS.newerMidShare);
});

test('ninety days are half a million to a million events', () => {
  for (const { events } of markets) {
    expectNear(events.length / TRADING_DAYS, CALIBRATION_TARGETS.eventsPerTradingDay);
  }
});
