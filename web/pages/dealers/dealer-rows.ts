import type { MatrixRow } from '../../../schemas/matrix.ts';
import type { DealerSummary } from '../../../schemas/record-edit.ts';

/** One dealer in one asset class. */
interface DealerCell {
  readonly tier: number | null;
  readonly rank: number | null;
  /** 0 to 10; null while the matrix is not there. */
  readonly displayScore: number | null;
}

export interface DealerRow {
  readonly dealerId: string;
  readonly name: string | null;
  /** Why it is not asked; null: it is. */
  readonly hindrance: string | null;
  /** By asset class; absent: never observed there. */
  readonly cells: Readonly<Record<string, DealerCell>>;
}

/** Every dealer with what is known of it by asset class. */
export function dealerRows(
  dealers: readonly DealerSummary[],
  matrix: readonly MatrixRow[],
): DealerRow[] {
  const scores = new Map(matrix.map((row) => [`${row.assetClass} ${row.dealerId}`, row]));
  return dealers.map(({ dealerId, record, tiers }) => {
    const cells: Record<string, DealerCell> = {};
    for (const [assetClass, tier] of Object.entries(tiers)) {
      const scored = scores.get(`${assetClass} ${dealerId}`);
      const { rank = null, displayScore = null } = scored ?? {};
      cells[assetClass] = { tier, rank, displayScore };
    }
    return { dealerId, name: record?.name ?? null, hindrance: hindranceOf(record), cells };
  });
}

/** Null where the desk may ask the dealer; a dealer without a record may be asked. */
export function hindranceOf(record: DealerSummary['record']): string | null {
  if (record === null) return null;
  if (!record.enabled) return 'disabled';
  return record.restricted === undefined ? null : `restricted: ${record.restricted}`;
}

export function assetClassesOf(rows: readonly DealerRow[]): string[] {
  return [...new Set(rows.flatMap(({ cells }) => Object.keys(cells)))].sort();
}

/** Those that match, by id, or by their score in an asset class, the unranked last. */
export function shownRows(
  rows: readonly DealerRow[],
  query: string,
  sortedBy: string | null,
): DealerRow[] {
  const wanted = query.trim().toLowerCase();
  const found = rows.filter(({ dealerId, name }) =>
    `${dealerId} ${name ?? ''}`.toLowerCase().includes(wanted),
  );
  if (sortedBy === null) return found;
  return found.sort((a, b) => placeOf(a, sortedBy) - placeOf(b, sortedBy));
}

function placeOf({ cells }: DealerRow, assetClass: string): number {
  return cells[assetClass]?.rank ?? Number.MAX_SAFE_INTEGER;
}
