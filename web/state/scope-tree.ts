import { scopeLabel } from '../format/scope-label.ts';

const ROOT_SCOPE = 'ALL';

/** An asset class and its segments, in reading order. */
interface ScopeGroup {
  readonly scope: string;
  readonly segments: readonly string[];
}

export type ScopeTree = readonly ScopeGroup[];

/** One visible line of the tree. */
export interface ScopeLine {
  readonly scope: string;
  /** 1 for `ALL`, 2 for an asset class, 3 for a segment. */
  readonly level: 1 | 2 | 3;
  /** Null: nothing below it. */
  readonly isExpanded: boolean | null;
  /** Segments below an asset class. */
  readonly childCount: number;
}

const RATING_ORDER = ['AAA_AA', 'A', 'BBB', 'BB', 'B', 'CCC_D', 'NR'];

/** Groups segments under their asset classes. A class that is only named by its segments appears too. */
export function buildScopeTree(scopes: readonly string[]): ScopeTree {
  const groups = new Map<string, string[]>();
  for (const scope of scopes) {
    if (scope === ROOT_SCOPE) continue;
    const [asset = scope, ...rest] = scope.split('-');
    const segments = groups.get(asset) ?? [];
    if (rest.length > 0) segments.push(scope);
    groups.set(asset, segments);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([scope, segments]) => ({ scope, segments: segments.sort(compareSegments) }));
}

/** By sector, then from the best rating down, then from the shortest maturity up. */
function compareSegments(a: string, b: string): number {
  const [, sectorA = '', ratingA = '', maturityA = ''] = a.split('-');
  const [, sectorB = '', ratingB = '', maturityB = ''] = b.split('-');
  if (sectorA !== sectorB) return sectorA < sectorB ? -1 : 1;
  return ratingPlace(ratingA) - ratingPlace(ratingB) || yearsFrom(maturityA) - yearsFrom(maturityB);
}

function ratingPlace(bucket: string): number {
  const place = RATING_ORDER.indexOf(bucket);
  return place < 0 ? RATING_ORDER.length : place;
}

function yearsFrom(bucket: string): number {
  const years = Number.parseInt(bucket, 10);
  return Number.isNaN(years) ? 1000 : years;
}

/**
 * The lines to show. With a query, only what matches it and its asset classes, all expanded; a class
 * that matches by itself brings all of its segments.
 */
export function visibleLines(
  tree: ScopeTree,
  isExpanded: (asset: string) => boolean,
  query: string,
): ScopeLine[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const isSearch = words.length > 0;
  const lines: ScopeLine[] = [];
  if (matches(ROOT_SCOPE, words)) {
    lines.push({ scope: ROOT_SCOPE, level: 1, isExpanded: null, childCount: 0 });
  }
  for (const { scope, segments } of tree) {
    const isGroupMatch = matches(scope, words);
    const found = isGroupMatch ? segments : segments.filter((each) => matches(each, words));
    if (!isGroupMatch && found.length === 0) continue;
    const isOpen = isSearch || isExpanded(scope);
    const hasChildren = segments.length > 0;
    lines.push({
      scope,
      level: 2,
      isExpanded: hasChildren ? isOpen : null,
      childCount: found.length,
    });
    if (isOpen) for (const each of found) lines.push(segmentLine(each));
  }
  return lines;
}

function segmentLine(scope: string): ScopeLine {
  return { scope, level: 3, isExpanded: null, childCount: 0 };
}

/** Every word begins a part of the scope's id or of its label: "tech bb 5" finds CORP-TECH-BB-5_10. */
function matches(scope: string, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const { group, parts } = scopeLabel(scope);
  const tokens = [scope, ...scope.split(/[-_]/), group, ...parts, ...group.split(' ')];
  const lower = tokens.map((token) => token.toLowerCase());
  return words.every((word) => lower.some((token) => token.startsWith(word)));
}
