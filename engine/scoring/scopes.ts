import type { Micros, Side } from '../../schemas/ids.ts';
import type { InstrumentEvent, Rating } from '../../schemas/reference.ts';
import type { Model } from './model.ts';

/** The scope above every other: all instruments. */
export const ALL_SCOPE = 'ALL';
/** The pseudo-dealer whose cells pool the observations of all dealers, kept at `ALL` alone. */
export const POOL_DEALER = '*';

const UNKNOWN = 'UNK';

type RatingBucket = 'AAA_AA' | 'A' | 'BBB' | 'BB' | 'B' | 'CCC_D' | 'NR';

/** Folds notches: AA+ is AAA_AA, BBB- is BBB; C and D are one bucket with CCC. */
function ratingBucket(rating: Rating): RatingBucket {
  if (rating === 'NR') return 'NR';
  const letters = rating.replace(/[+-]$/, '');
  if (letters === 'AAA' || letters === 'AA') return 'AAA_AA';
  if (letters === 'A' || letters === 'BBB' || letters === 'BB' || letters === 'B') return letters;
  return 'CCC_D';
}

type MaturityBucket = '0_2' | '2_5' | '5_10' | '10_20' | '20_UP' | 'NA';

/**
 * Calendar years to maturity from the UTC day of `at`, the lower bound included; NA for what does not
 * mature. ISO dates compare as text.
 */
function maturityBucket(maturityDate: string | undefined, at: Micros): MaturityBucket {
  if (maturityDate === undefined) return 'NA';
  const day = new Date(at / 1000).toISOString();
  const inYears = (n: number): string => `${Number(day.slice(0, 4)) + n}${day.slice(4, 10)}`;
  if (maturityDate < inYears(2)) return '0_2';
  if (maturityDate < inYears(5)) return '2_5';
  if (maturityDate < inYears(10)) return '5_10';
  return maturityDate < inYears(20) ? '10_20' : '20_UP';
}

/** `<ASSET>-<SECTOR>-<RATING>-<MATURITY>`, safe inside a NATS subject. */
export function segmentOf(instrument: InstrumentEvent, at: Micros): string {
  const rating = instrument.rating === undefined ? UNKNOWN : ratingBucket(instrument.rating);
  const maturity = maturityBucket(instrument.maturityDate, at);
  return `${assetOf(instrument)}-${instrument.sector ?? UNKNOWN}-${rating}-${maturity}`;
}

function assetOf(instrument: InstrumentEvent): string {
  return instrument.assetClass ?? UNKNOWN;
}

/**
 * What the names of the split segments of a trade end in, finest first; empty where the model does
 * not split, or where a trade lacks the side or the size (nominal) that it splits by.
 */
export function splitSuffixes(
  { splitBySide, sizeBounds }: Pick<Model, 'splitBySide' | 'sizeBounds'>,
  side: Side | null,
  quantity: number | null,
): string[] {
  if ((splitBySide && side === null) || (sizeBounds.length > 0 && quantity === null)) return [];
  const bySide = splitBySide ? [side === 'buy' ? '-BUY' : '-SELL'] : [];
  if (sizeBounds.length === 0) return bySide;
  const bucket = sizeBounds.filter((bound) => bound <= quantity!).length;
  return [`${bySide[0] ?? ''}-SZ${bucket}`, ...bySide];
}

/** Every suffix that an order may have. */
export function everySuffix(model: Pick<Model, 'splitBySide' | 'sizeBounds'>): string[] {
  const sizes = [0, ...model.sizeBounds];
  const suffixes = (['buy', 'sell'] as const).flatMap((side) =>
    sizes.flatMap((quantity) => splitSuffixes(model, side, quantity)),
  );
  return [...new Set(suffixes)];
}

/**
 * The scopes that an observation of an instrument at a time counts for, finest first: instrument,
 * issuer, the split segments, segment, asset class, `ALL`. An instrument that the security master
 * does not know has its own scope and `ALL`.
 */
export function scopeChain(
  instrumentId: string,
  instrument: InstrumentEvent | undefined,
  at: Micros,
  suffixes: readonly string[] = [],
): string[] {
  const own = `instrument:${instrumentId}`;
  if (instrument === undefined) return [own, ALL_SCOPE];
  const issuer = instrument.issuerId === undefined ? [] : [`issuer:${instrument.issuerId}`];
  const segment = segmentOf(instrument, at);
  const split = suffixes.map((suffix) => segment + suffix);
  return [own, ...issuer, ...split, segment, assetOf(instrument), ALL_SCOPE];
}

/** Index into a chain of the scope an order in the instrument is ranked at: its segment, else `ALL`. */
export function rankedIndex({ length }: readonly unknown[]): number {
  return length === 2 ? 1 : length - 3;
}

/** The scope an order in the instrument is ranked at. */
export function rankedScope(chain: readonly string[]): string {
  return chain[rankedIndex(chain)]!;
}

const SEGMENT_PARTS = 4;

/** The scopes that a ranked scope shrinks through, itself first. Not for `instrument:` scopes. */
export function parentChain(scope: string): string[] {
  if (scope === ALL_SCOPE) return [ALL_SCOPE];
  if (scope.startsWith('issuer:')) return [scope, ALL_SCOPE];
  const parts = scope.split('-');
  const chain: string[] = [];
  for (let length = parts.length; length >= SEGMENT_PARTS; length--) {
    chain.push(parts.slice(0, length).join('-'));
  }
  return [...chain, parts[0]!, ALL_SCOPE];
}

/** The scopes that any scope shrinks through as of a moment, itself first. */
export function chainOf(
  scope: string,
  instrumentOf: (instrumentId: string) => InstrumentEvent | undefined,
  at: Micros,
): string[] {
  const prefix = 'instrument:';
  if (!scope.startsWith(prefix)) return parentChain(scope);
  const instrumentId = scope.slice(prefix.length);
  return scopeChain(instrumentId, instrumentOf(instrumentId), at);
}

/** Whether a scope is an asset class. */
export function isAssetClass(scope: string): boolean {
  return scope !== ALL_SCOPE && !scope.includes('-') && isCoarse(scope);
}

/** Whether a scope is a segment, an asset class or `ALL`: few, and always ranked. */
export function isCoarse(scope: string): boolean {
  return !scope.includes(':');
}
