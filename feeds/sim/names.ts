import type { AssetClass } from './asset-profiles.ts';

/** Invented; any likeness to a real firm, town or state is chance. */
const TREES = [
  'Alder',
  'Birch',
  'Cedar',
  'Dogwood',
  'Elm',
  'Fir',
  'Gum',
  'Hazel',
  'Ironwood',
  'Juniper',
  'Kauri',
  'Larch',
  'Maple',
  'Nutmeg',
  'Oak',
  'Pine',
  'Quince',
  'Rowan',
  'Spruce',
  'Teak',
  'Umber',
  'Viburnum',
  'Willow',
  'Yew',
  'Zelkova',
];
const FIRMS = ['Securities', 'Capital Markets', 'Brothers', 'Municipal', 'Partners'];
const PLACES = [
  'Amberfield',
  'Bramley',
  'Coldwater',
  'Dunmore',
  'Eastmere',
  'Fairhaven',
  'Greyling',
  'Harrow',
  'Inverlee',
  'Jarrow',
  'Kestrel',
  'Lowmoor',
  'Marlow',
  'Northgate',
  'Oldcastle',
  'Pelham',
  'Quarry',
  'Redmoor',
  'Stonebridge',
  'Thornbury',
];

/** Suffixes of issuers by asset class; a municipal one carries its sector instead. */
const ISSUER_SUFFIXES: Readonly<Record<AssetClass, readonly string[]>> = {
  CORP: ['', 'GROUP', 'HOLDINGS', 'INDUSTRIES'],
  MUNI: ['', 'COUNTY', 'CITY', 'DISTRICT'],
  EM: ['REP', 'NATL', 'STATE', 'DEV'],
  FX: [''],
};

/** Id of the n-th issuer of an asset class; unique, as no two classes share a sector. */
export function issuerName(assetClass: AssetClass, sector: string, number: number): string {
  const suffixes = ISSUER_SUFFIXES[assetClass];
  const place = PLACES[number % PLACES.length]!.toUpperCase();
  const round = Math.floor(number / PLACES.length);
  const suffix = suffixes[round % suffixes.length]!;
  const again = round < suffixes.length ? '' : String(Math.floor(round / suffixes.length) + 1);
  return `${place}${suffix}_${sector}${again}`;
}

export interface DealerName {
  /** Short form of the name; a number is added past the 125th. */
  readonly id: string;
  readonly name: string;
}

/** Name of the n-th dealer; unique. */
export function dealerName(number: number): DealerName {
  const tree = TREES[number % TREES.length]!;
  const round = Math.floor(number / TREES.length);
  const firm = FIRMS[(number + round) % FIRMS.length]!;
  const again = round < FIRMS.length ? '' : ` ${Math.floor(round / FIRMS.length) + 1}`;
  const initials = firm
    .split(' ')
    .map((word) => word[0])
    .join('');
  return {
    id: `${tree.toUpperCase()}-${initials}${again.trim()}`,
    name: `${tree} ${firm}${again}`,
  };
}
