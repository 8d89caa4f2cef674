import type { DealerId, Micros, Side } from '../../../schemas/ids.ts';
import type { NullReason } from '../../../schemas/order-analysis.ts';
import type { Market } from './admitted.ts';
import type { Value } from './mids.ts';
import { scopesOf, type Terms } from './terms.ts';

/** An observation, or why there is none. */
export interface NaiveResult {
  readonly dealerId: DealerId;
  readonly metric: string;
  readonly value: number | NullReason;
  readonly quantity: number;
  readonly tsMeasured: Micros;
  /** Finest first. */
  readonly scopes: readonly string[];
}

export interface NaiveObservation extends NaiveResult {
  readonly value: number;
}

/** What an observation is made about. */
interface Subject {
  readonly terms: Terms;
  readonly side: Side | null;
  readonly quantity: number | null;
  readonly weight: number;
}

interface Measured {
  readonly dealerId: DealerId;
  readonly metric: string;
  readonly tsMeasured: Micros;
  readonly value: Value;
}

/** None while its time has not come. */
export function resultOf(
  market: Market,
  { terms, side, quantity, weight }: Subject,
  { value, ...measured }: Measured,
): NaiveResult[] {
  if (value === 'notYet') return [];
  const scopes = scopesOf(market, terms, measured.tsMeasured, side, quantity);
  return [{ ...measured, value, quantity: weight, scopes }];
}
