/** The four kinds of securities that the simulated market trades. */
export type AssetClass = 'CORP' | 'MUNI' | 'EM' | 'FX';
export const ASSET_CLASSES: readonly AssetClass[] = ['CORP', 'MUNI', 'EM', 'FX'];

/** What securities of one asset class have in common. */
export interface AssetProfile {
  /** Share of the instruments; the shares add up to 1. */
  readonly share: number;
  readonly sectors: readonly string[];
  /** Share of all RFQs relative to the number of instruments. */
  readonly activity: number;
  readonly benchmarkId: string;
  /** A dealer's usual distance from the mid, bps. */
  readonly halfSpreadBps: number;
  /** Movement of its own, apart from the benchmark's, over a trading day. */
  readonly dailyMoveBps: number;
  readonly typicalQuantity: number;
  readonly averageDailyVolume: number;
  readonly deadlineSeconds: number;
  /** Dealers answer in their own time multiplied by this. */
  readonly pace: number;
  /** Worst cost against the mid that the client usually accepts, and how much that varies. */
  readonly reservationBps: number;
  readonly reservationSpreadBps: number;
  /** Market data older than this says nothing; the more liquid, the shorter. */
  readonly staleAfterSeconds: number;
  /** Ticks on a day without RFQs. */
  readonly quietTicksPerDay: number;
}

/** Sizes and spreads are ours, chosen to look right; what is calibrated is in calibration.ts. */
export const ASSET_PROFILES: Readonly<Record<AssetClass, AssetProfile>> = {
  CORP: {
    share: 0.45,
    sectors: ['FIN', 'TECH', 'ENERGY', 'HEALTH', 'UTIL', 'RETAIL'],
    activity: 1,
    benchmarkId: 'BM-GOVT-10Y',
    halfSpreadBps: 5,
    dailyMoveBps: 18,
    typicalQuantity: 1_000_000,
    averageDailyVolume: 8_000_000,
    deadlineSeconds: 120,
    pace: 1,
    reservationBps: 2,
    reservationSpreadBps: 4,
    staleAfterSeconds: 7200,
    quietTicksPerDay: 5,
  },
  MUNI: {
    share: 0.4,
    sectors: ['GO', 'WATER', 'HOSPITAL', 'SCHOOL'],
    activity: 1,
    benchmarkId: 'BM-MUNI-AAA',
    halfSpreadBps: 5.5,
    dailyMoveBps: 12,
    typicalQuantity: 250_000,
    averageDailyVolume: 1_500_000,
    deadlineSeconds: 300,
    pace: 1.6,
    reservationBps: 0.3,
    reservationSpreadBps: 3.5,
    staleAfterSeconds: 14_400,
    quietTicksPerDay: 3,
  },
  EM: {
    share: 0.1,
    sectors: ['SOV', 'QUASI'],
    activity: 1.2,
    benchmarkId: 'BM-EM-SOV',
    halfSpreadBps: 7,
    dailyMoveBps: 30,
    typicalQuantity: 2_000_000,
    averageDailyVolume: 20_000_000,
    deadlineSeconds: 120,
    pace: 1,
    reservationBps: 3.5,
    reservationSpreadBps: 5,
    staleAfterSeconds: 3600,
    quietTicksPerDay: 8,
  },
  FX: {
    share: 0.05,
    sectors: ['SPOT'],
    activity: 3,
    benchmarkId: 'BM-USD-INDEX',
    halfSpreadBps: 2,
    dailyMoveBps: 35,
    typicalQuantity: 5_000_000,
    averageDailyVolume: 500_000_000,
    deadlineSeconds: 30,
    pace: 0.25,
    reservationBps: 2,
    reservationSpreadBps: 2,
    staleAfterSeconds: 1800,
    quietTicksPerDay: 40,
  },
};

export interface Benchmark {
  readonly instrumentId: string;
  readonly basePrice: number;
  readonly dailyMoveBps: number;
}

export const BENCHMARKS: readonly Benchmark[] = [
  { instrumentId: 'BM-GOVT-10Y', basePrice: 98.5, dailyMoveBps: 30 },
  { instrumentId: 'BM-MUNI-AAA', basePrice: 101.2, dailyMoveBps: 18 },
  { instrumentId: 'BM-EM-SOV', basePrice: 94.1, dailyMoveBps: 40 },
  { instrumentId: 'BM-USD-INDEX', basePrice: 104.3, dailyMoveBps: 35 },
];
