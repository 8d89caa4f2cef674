import type { DealerId, Micros } from './ids.ts';
import type { LogPosition } from './selection.ts';

/** One dealer in one asset class; estimates are shrunk, units stand in the names. */
export interface MatrixRow {
  readonly assetClass: string;
  readonly dealerId: DealerId;
  /** 1-based among the sufficient dealers of the asset class; null for an insufficient one. */
  readonly rank: number | null;
  readonly tier: number | null;
  /** Estimate of fillRate. */
  readonly hitRate: number;
  readonly priceImprovementBps: number;
  readonly responseSeconds: number;
  readonly reversion30mBps: number;
  readonly composite: number;
  /** 0 to 10. */
  readonly displayScore: number;
  readonly insufficient: boolean;
}

/** Every dealer by asset class: asset classes by name, dealers of each in rank order. */
export interface DealerMatrix {
  /** Of the oldest ranking in it. */
  readonly asOf: Micros;
  readonly modelHash: string;
  readonly position: LogPosition;
  readonly rows: readonly MatrixRow[];
}
