/** A scope as people read it. */
export interface ScopeLabel {
  /** Coarse part: the asset class, or what kind of scope it is. */
  readonly group: string;
  /** What distinguishes it inside its group: sector, rating, maturity; empty for a whole class. */
  readonly parts: readonly string[];
}

const RATING_LABELS: Readonly<Record<string, string>> = {
  AAA_AA: 'AAA–AA',
  CCC_D: 'CCC–D',
  NR: 'not rated',
  UNK: 'rating ?',
};

/** Takes `<ASSET>-<SECTOR>-<RATING>-<MATURITY>` and every coarser or finer scope apart. */
export function scopeLabel(scope: string): ScopeLabel {
  if (scope === 'ALL') return { group: 'All instruments', parts: [] };
  const colon = scope.indexOf(':');
  if (colon >= 0) return { group: scope.slice(0, colon), parts: [scope.slice(colon + 1)] };
  const [group = scope, sector, rating, maturity, ...rest] = scope.split('-');
  if (sector === undefined || rating === undefined || maturity === undefined || rest.length > 0) {
    return { group: scope, parts: [] };
  }
  const years = maturityLabel(maturity);
  const parts = [sector === 'UNK' ? 'sector ?' : spaced(sector), ratingLabel(rating)];
  return { group, parts: years === null ? parts : [...parts, years] };
}

/** One line: `CORP · TECH · BB · 5–10 y`. */
export function scopeTitle(scope: string): string {
  const { group, parts } = scopeLabel(scope);
  return [group, ...parts].join(' · ');
}

const spaced = (token: string): string => token.replaceAll('_', ' ');

function ratingLabel(bucket: string): string {
  return RATING_LABELS[bucket] ?? spaced(bucket);
}

/** Null for what does not mature. */
function maturityLabel(bucket: string): string | null {
  if (bucket === 'NA') return null;
  if (bucket === 'UNK') return 'maturity ?';
  const [from, to] = bucket.split('_');
  return to === 'UP' ? `${from} y +` : `${from}–${to} y`;
}
