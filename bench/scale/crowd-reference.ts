import type { FirstcallEvent } from '../../schemas/events.ts';
import type { DealerId, InstrumentId, IssuerId, Micros } from '../../schemas/ids.ts';
import { RATINGS } from '../../schemas/ratings.ts';

const BENCHMARKS = 10;
const INSTRUMENTS_PER_ISSUER = 5;
/** Every fifth instrument has no benchmark. */
const UNHEDGED_EVERY = 5;
const ASSET_CLASSES = ['CORP', 'GOVT'] as const;
const SECTORS = ['FIN', 'TECH', 'ENERGY', 'HEALTH'] as const;
const MATURITY_YEARS = [2027, 2029, 2033, 2041, 2050] as const;

export const dealerIdOf = (dealer: number): DealerId => `D${dealer}` as DealerId;
export const instrumentIdOf = (instrument: number): InstrumentId =>
  `I${instrument}` as InstrumentId;
/** Benchmarks take turns. */
export const benchmarkIdOf = (turn: number): InstrumentId =>
  `B${turn % BENCHMARKS}` as InstrumentId;

/** The price around which an instrument's quotes and ticks lie. */
export const priceOf = (instrument: number): number => 80 + (instrument % 41);

/** The dealers, the instruments in their segments, and a first tick of every instrument. */
export function crowdReference(
  dealers: number,
  instruments: number,
  tsEvent: Micros,
): FirstcallEvent[] {
  const events: FirstcallEvent[] = [];
  for (let dealer = 0; dealer < dealers; dealer++) {
    const dealerId = dealerIdOf(dealer);
    events.push({ kind: 'dealer', id: `d-${dealer}`, tsEvent, dealerId, enabled: true });
  }
  for (let i = 0; i < instruments; i++) events.push(instrumentOf(i, tsEvent));
  for (let i = 0; i < instruments; i++) {
    const instrumentId = instrumentIdOf(i);
    events.push({ kind: 'tick', id: `o-${i}`, tsEvent, instrumentId, mid: priceOf(i) });
  }
  for (let i = 0; i < BENCHMARKS; i++) {
    const instrumentId = benchmarkIdOf(i);
    events.push({ kind: 'tick', id: `ob-${i}`, tsEvent, instrumentId, mid: 100 });
  }
  return events;
}

function instrumentOf(i: number, tsEvent: Micros): FirstcallEvent {
  const hedge = i % UNHEDGED_EVERY === 0 ? {} : { benchmarkId: benchmarkIdOf(i), beta: 0.9 };
  return {
    kind: 'instrument',
    id: `i-${i}`,
    tsEvent,
    instrumentId: instrumentIdOf(i),
    issuerId: `ISSUER${Math.floor(i / INSTRUMENTS_PER_ISSUER)}` as IssuerId,
    assetClass: ASSET_CLASSES[i % ASSET_CLASSES.length]!,
    sector: SECTORS[(i >> 1) % SECTORS.length]!,
    rating: RATINGS[(7 * i) % RATINGS.length]!,
    maturityDate: `${MATURITY_YEARS[i % MATURITY_YEARS.length]}-06-15`,
    ...hedge,
  };
}
