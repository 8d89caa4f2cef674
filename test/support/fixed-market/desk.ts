import type { DealerId, InstrumentId } from '../../../schemas/ids.ts';
import type { DealerEvent, InstrumentEvent } from '../../../schemas/reference.ts';

/** The moment of every order: a Tuesday afternoon. */
export const NOW = Date.UTC(2026, 5, 30, 14) * 1000;
export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const DAY = 1440 * MINUTE;
/** The regular RFQs of a book begin so many days ago. */
export const HISTORY_DAYS = 100;

/** How a dealer does in one asset class, always. */
export interface Habit {
  /** Of 100 RFQs of an instrument it wins so many. */
  readonly wins: number;
  /** Of its fills against mid, bps; positive is good for us. */
  readonly improvementBps: number;
  /** Where the mid goes within 30 minutes of its fills, bps; positive is good for us. */
  readonly reversionBps: number;
  readonly answersInSeconds: number;
}

const habit = (
  wins: number,
  improvementBps: number,
  reversionBps: number,
  answersInSeconds: number,
): Habit => ({ wins, improvementBps, reversionBps, answersInSeconds });

export type Book = 'CORP' | 'MUNI';

/** Who is asked in every regular RFQ of an asset class. Wins add up to 100. The table of docs/rules.md. */
export const BOOKS: Readonly<Record<Book, Readonly<Record<string, Habit>>>> = {
  CORP: {
    ALDER: habit(35, -1, -5, 20),
    BEECH: habit(20, 0, 0.5, 10),
    CEDAR: habit(15, 1.5, -0.5, 30),
    DAMSON: habit(10, 0, 3, 5),
    ELDER: habit(8, -4, -1, 15),
    FIR: habit(4, 0.5, 0, 45),
    GORSE: habit(3, -4, -6, 50),
    HAZEL: habit(5, -1, 1, 14),
  },
  MUNI: {
    IVY: habit(30, 0.5, 1, 10),
    GORSE: habit(20, 0.2, 0, 12),
    ALDER: habit(15, -0.5, 0, 15),
    JUNIPER: habit(14, -0.8, 0, 15),
    HAZEL: habit(11, -1, 0, 18),
    FIR: habit(5, -1.2, 0, 20),
    BEECH: habit(5, -4, -2, 40),
  },
};

/** Who is hardly ever asked, and never dealt with: what is known of them is thin. */
export const NEWCOMERS = ['KAPOK', 'LARCH', 'MAPLE', 'NUTMEG'];
/** GORSE has become quick in corporates in the last fortnight. */
export const GORSE_QUICK = { days: 14, answersInSeconds: 1 };

type Security = Omit<InstrumentEvent, 'kind' | 'id' | 'tsEvent' | 'instrumentId' | 'issuerId'> & {
  /** Mid between RFQs. */
  readonly mid: number;
  readonly spreadBps: number;
};

const corporate = { assetClass: 'CORP', currency: 'USD', mid: 100, spreadBps: 20 } as const;
const municipal = { assetClass: 'MUNI', currency: 'USD', mid: 105, spreadBps: 30 } as const;
const industrial = { ...corporate, sector: 'INDU' } as const;
const energy = { ...corporate, sector: 'ENERGY' } as const;

/** Its issuer is what stands before the dash. */
export const SECURITIES: Readonly<Record<string, Security>> = {
  'ACME-31': {
    ...industrial,
    rating: 'BB+',
    maturityDate: '2031-12-15',
    averageDailyVolume: 80e6,
  },
  'BOLT-30': { ...industrial, rating: 'BBB', maturityDate: '2030-03-15', averageDailyVolume: 40e6 },
  'BOLT-28': {
    ...industrial,
    rating: 'BBB-',
    maturityDate: '2028-09-15',
    averageDailyVolume: 60e6,
  },
  'CORE-29': { ...energy, rating: 'B', maturityDate: '2029-05-15', averageDailyVolume: 50e6 },
  'FERN-32': {
    ...industrial,
    currency: 'EUR',
    rating: 'BB',
    maturityDate: '2032-04-15',
    averageDailyVolume: 70e6,
  },
  'DUNE-33': {
    ...energy,
    rating: 'BB',
    maturityDate: '2033-07-15',
    averageDailyVolume: 2e6,
    spreadBps: 120,
  },
  'DUNE-29': { ...energy, rating: 'BB', maturityDate: '2029-07-15', averageDailyVolume: 20e6 },
  'EAST-34': { ...energy, rating: 'BB-', maturityDate: '2034-02-15', averageDailyVolume: 10e6 },
  'GATE-31': { ...industrial, maturityDate: '2031-02-15', averageDailyVolume: 50e6 },
  'HARBOR-40': {
    ...municipal,
    sector: 'PORT',
    rating: 'NR',
    maturityDate: '2040-06-01',
    averageDailyVolume: 30e6,
  },
  'LAKE-36': {
    ...municipal,
    sector: 'WATER',
    rating: 'A',
    maturityDate: '2036-06-01',
    averageDailyVolume: 50e6,
  },
  'PINE-31': {
    ...municipal,
    sector: 'SCHOOL',
    rating: 'AA',
    maturityDate: '2031-06-01',
    averageDailyVolume: 50e6,
  },
};

/** What is asked for again and again. */
export const REGULAR: Readonly<Record<Book, readonly string[]>> = {
  CORP: ['ACME-31', 'BOLT-30', 'BOLT-28', 'CORE-29', 'FERN-32'],
  MUNI: ['HARBOR-40', 'LAKE-36', 'PINE-31'],
};

export function instrumentEvents(tsEvent: number): InstrumentEvent[] {
  return Object.entries(SECURITIES).map(([name, { mid: _, spreadBps: __, ...record }]) => ({
    kind: 'instrument',
    id: `instrument.${name}`,
    tsEvent,
    instrumentId: name as InstrumentId,
    issuerId: name.split('-')[0] as InstrumentEvent['issuerId'] & string,
    ...record,
  }));
}

type Entry = Omit<DealerEvent, 'kind' | 'id' | 'tsEvent' | 'dealerId' | 'enabled'> & {
  readonly enabled?: boolean;
};

const isda = { name: 'ISDA' };

/** The dealer database. NUTMEG has quoted us and is not in it. */
const ENTRIES: Readonly<Record<string, Entry>> = {
  ALDER: {
    assetClasses: ['CORP'],
    agreements: [isda],
    desks: [{ name: 'High Yield' }, { name: 'Emerging' }],
  },
  BEECH: {
    assetClasses: ['CORP'],
    agreements: [{ ...isda, validUntil: '2026-06-30' }],
    legalEntity: 'Beech Securities Ltd',
  },
  CEDAR: {
    assetClasses: ['CORP', 'GOVT'],
    agreements: [{ ...isda, validFrom: '2026-07-01' }],
  },
  DAMSON: {
    assetClasses: ['CORP'],
    desks: [{ name: 'High Yield' }],
    legalEntity: 'Damson Bank AG',
  },
  ELDER: { assetClasses: ['CORP'], legalEntity: 'Elder Bank AG' },
  FIR: { assetClasses: ['CORP', 'MUNI'] },
  GORSE: { assetClasses: ['GOVT'] },
  HAZEL: {
    assetClasses: ['CORP', 'MUNI'],
    agreements: [{ ...isda, validUntil: '2026-06-29' }],
  },
  IVY: { assetClasses: ['MUNI'] },
  JUNIPER: { assetClasses: ['MUNI'] },
  KAPOK: { assetClasses: ['CORP'], enabled: false },
  LARCH: { assetClasses: ['CORP'], restricted: 'under review by compliance' },
  MAPLE: { assetClasses: ['CORP'], creditLimit: { quantity: 3e6, currency: 'USD' } },
};

export const DEALER_RECORDS: ReadonlyMap<string, DealerEvent> = new Map(
  Object.entries(ENTRIES).map(([name, entry]) => [
    name,
    {
      kind: 'dealer',
      id: `dealer.${name}`,
      tsEvent: NOW - DAY,
      dealerId: name as DealerId,
      enabled: true,
      ...entry,
    },
  ]),
);
