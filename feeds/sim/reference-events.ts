import type { FirstcallEvent } from '../../schemas/events.ts';
import type { InstrumentId, Micros } from '../../schemas/ids.ts';
import type { DealerEvent, InstrumentEvent } from '../../schemas/reference.ts';
import { BENCHMARKS } from './asset-profiles.ts';
import type { SimDealer } from './dealers.ts';
import type { SimInstrument } from './instruments.ts';

/** The security master's record of an instrument; its id carries the time, as a newer one holds. */
export function instrumentEvent(instrument: SimInstrument, tsEvent: Micros): InstrumentEvent {
  const { instrumentId, isin, issuerId, assetClass, sector, rating, maturityDate } = instrument;
  return {
    kind: 'instrument',
    id: `i-${tsEvent.toString(36)}-${instrument.key.toString(36)}`,
    tsEvent,
    instrumentId,
    ...(isin === null ? {} : { isin }),
    ...(issuerId === null ? {} : { issuerId }),
    assetClass,
    sector,
    ...(rating === null ? {} : { rating: rating as never }),
    ...(maturityDate === null ? {} : { maturityDate }),
    currency: instrument.currency,
    averageDailyVolume: instrument.averageDailyVolume,
    benchmarkId: instrument.benchmarkId,
    beta: instrument.beta,
    staleAfterSeconds: instrument.profile.staleAfterSeconds,
  };
}

function dealerEvent(dealer: SimDealer, tsEvent: Micros): DealerEvent {
  return {
    kind: 'dealer',
    id: `d-${tsEvent.toString(36)}-${dealer.key.toString(36)}`,
    tsEvent,
    dealerId: dealer.dealerId,
    name: dealer.name,
    legalEntity: `${dealer.name} LLC`,
    lei: dealer.lei,
    desks: dealer.covers.map((asset) => ({ name: `${asset} desk` })),
    assetClasses: [...dealer.covers],
    agreements: [{ name: 'ISDA' }],
    fixCompId: dealer.dealerId,
    enabled: true,
  };
}

function benchmarkEvents(tsEvent: Micros): InstrumentEvent[] {
  return BENCHMARKS.map(({ instrumentId }, index) => ({
    kind: 'instrument',
    id: `i-${tsEvent.toString(36)}-bm${index}`,
    tsEvent,
    instrumentId: instrumentId as InstrumentId,
    assetClass: 'INDEX',
  }));
}

/** What must be in the log before the first order: dealers, benchmarks, instruments. */
export function referenceEvents(
  dealers: readonly SimDealer[],
  instruments: readonly SimInstrument[],
  tsEvent: Micros,
): FirstcallEvent[] {
  return [
    ...dealers.map((dealer) => dealerEvent(dealer, tsEvent)),
    ...benchmarkEvents(tsEvent),
    ...instruments.map((instrument) => instrumentEvent(instrument, tsEvent)),
  ];
}
