import type { InstrumentId, IssuerId, Micros } from '../../schemas/ids.ts';
import type { Rating } from '../../schemas/reference.ts';
import {
  ASSET_CLASSES,
  ASSET_PROFILES,
  type AssetClass,
  type AssetProfile,
} from './asset-profiles.ts';
import { inventIsin } from './identifiers.ts';
import { issuerName } from './names.ts';
import { keyOf, mix, Random } from './random.ts';

/** One security, with what only the simulator knows about it. */
export interface SimInstrument {
  readonly instrumentId: InstrumentId;
  /** Keys its random streams. */
  readonly key: number;
  readonly isin: string | null;
  readonly issuerId: IssuerId | null;
  readonly assetClass: AssetClass;
  readonly profile: AssetProfile;
  readonly sector: string;
  readonly rating: Rating | null;
  readonly maturityDate: string | null;
  readonly currency: string;
  readonly averageDailyVolume: number;
  readonly benchmarkId: InstrumentId;
  readonly beta: number;
  readonly basePrice: number;
  readonly halfSpreadBps: number;
  readonly dailyMoveBps: number;
  /** How often it trades, relative to the others. */
  readonly activity: number;
  readonly typicalQuantity: number;
}

const BONDS_PER_ISSUER = 5;
const INSTRUMENT = keyOf('instrument');
const ISSUER = keyOf('issuer');

const RATINGS: Readonly<Record<Exclude<AssetClass, 'FX'>, readonly Rating[]>> = {
  CORP: ['AA-', 'A+', 'A', 'A-', 'BBB+', 'BBB', 'BBB-', 'BB+', 'BB', 'B+'],
  MUNI: ['AAA', 'AA+', 'AA', 'AA', 'A+', 'A', 'BBB+'],
  EM: ['A-', 'BBB', 'BBB-', 'BB+', 'BB', 'B'],
};

/** Years to maturity that stay inside one bucket (0-2, 2-5, 5-10, 10-20, 20 up) for half a year. */
const MATURITY_YEARS = [1, 3, 4, 6, 7, 8, 9, 12, 15, 18, 22, 28];

const CURRENCY_PAIRS: readonly (readonly [pair: string, price: number])[] = [
  ['USDTHB', 35.2],
  ['USDMXN', 18.4],
  ['USDZAR', 18.1],
  ['USDPLN', 3.95],
  ['USDHUF', 362],
  ['USDPHP', 57.3],
  ['USDIDR', 15_900],
  ['USDCLP', 935],
  ['USDCOP', 4150],
  ['USDCZK', 23.4],
  ['USDBRL', 5.4],
  ['USDINR', 84.1],
  ['USDKRW', 1370],
  ['USDTWD', 32.2],
  ['USDMYR', 4.45],
  ['USDPEN', 3.75],
];

/**
 * The instruments of a market: about 45% corporate, 40% municipal, 10% emerging-market bonds and 5%
 * currency pairs (16 at most). `startTs` dates the maturities. One more instrument changes no other.
 */
export function inventInstruments(seed: number, count: number, startTs: Micros): SimInstrument[] {
  const startYear = new Date(startTs / 1000).getUTCFullYear();
  const pairs = Math.min(CURRENCY_PAIRS.length, Math.round(count * ASSET_PROFILES.FX.share));
  const instruments = CURRENCY_PAIRS.slice(0, pairs).map(([pair, price]) =>
    inventPair(seed, pair, price),
  );
  const bondShares = ASSET_CLASSES.filter((asset) => asset !== 'FX');
  const made = { CORP: 0, MUNI: 0, EM: 0 };
  while (instruments.length < count) {
    // The class that is furthest behind its share comes next, so the mix is right at any count.
    const asset = bondShares.reduce((a, b) => (behind(made, b) < behind(made, a) ? b : a));
    instruments.push(inventBond(seed, asset, made[asset]++, startYear));
  }
  return instruments;
}

function behind(made: Readonly<Record<string, number>>, asset: AssetClass): number {
  return (made[asset]! + 0.5) / ASSET_PROFILES[asset].share;
}

function inventPair(seed: number, pair: string, price: number): SimInstrument {
  const key = mix(INSTRUMENT, keyOf(pair));
  const random = new Random(seed, key);
  return {
    instrumentId: pair as InstrumentId,
    key,
    isin: null,
    issuerId: null,
    sector: ASSET_PROFILES.FX.sectors[0]!,
    rating: null,
    maturityDate: null,
    currency: pair.slice(3),
    basePrice: price,
    ...drawDynamics('FX', random),
  };
}

function inventBond(
  seed: number,
  assetClass: Exclude<AssetClass, 'FX'>,
  number: number,
  startYear: number,
): SimInstrument {
  const issuer = inventIssuer(seed, assetClass, Math.floor(number / BONDS_PER_ISSUER));
  const key = mix(mix(INSTRUMENT, keyOf(assetClass)), number);
  const random = new Random(seed, key);
  // Each bond of an issuer takes its own fifth of the maturities, so that no two coincide.
  const slot = number % BONDS_PER_ISSUER;
  const index = Math.floor(((slot + random.next()) * MATURITY_YEARS.length) / BONDS_PER_ISSUER);
  const year = startYear + MATURITY_YEARS[index]!;
  const coupon = (random.integer(8, 28) / 4).toFixed(2);
  return {
    instrumentId: `${issuer.issuerId}-${coupon}-${year}${'ABCDE'[slot]}` as InstrumentId,
    key,
    isin: inventIsin(key),
    issuerId: issuer.issuerId,
    sector: issuer.sector,
    rating: issuer.rating,
    maturityDate: `${year}-06-15`,
    currency: 'USD',
    basePrice: Math.round(random.between(88, 108) * 100) / 100,
    ...drawDynamics(assetClass, random),
  };
}

function inventIssuer(seed: number, assetClass: Exclude<AssetClass, 'FX'>, number: number) {
  const random = new Random(seed, ISSUER, keyOf(assetClass), number);
  const sector = random.pick(ASSET_PROFILES[assetClass].sectors);
  return {
    issuerId: issuerName(assetClass, sector, number) as IssuerId,
    sector,
    rating: random.pick(RATINGS[assetClass]),
  };
}

/** What differs between securities of one class: log-normal around the profile. */
function drawDynamics(assetClass: AssetClass, random: Random) {
  const profile = ASSET_PROFILES[assetClass];
  const liquidity = random.logNormal(1, 0.6);
  return {
    assetClass,
    profile,
    averageDailyVolume: Math.round(profile.averageDailyVolume * liquidity),
    benchmarkId: profile.benchmarkId as InstrumentId,
    beta: Math.round(random.between(0.5, 1.3) * 100) / 100,
    halfSpreadBps: profile.halfSpreadBps * random.logNormal(1, 0.15) * liquidity ** -0.15,
    dailyMoveBps: profile.dailyMoveBps * random.logNormal(1, 0.2),
    activity: profile.activity * liquidity,
    typicalQuantity: profile.typicalQuantity * liquidity ** 0.3,
  };
}
