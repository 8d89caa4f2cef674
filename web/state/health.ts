import { BEHIND_REASON } from '../../schemas/behind-reason.ts';

/** Whether the numbers on the page can be taken for the present, and if not, why not. */
export type Health =
  | { readonly kind: 'connecting'; readonly reason: string | null }
  | { readonly kind: 'disconnected'; readonly reason: string | null }
  | {
      readonly kind: 'degraded';
      readonly partitions: readonly number[];
      readonly reasons: readonly string[];
    }
  | { readonly kind: 'behind'; readonly lagMs: number }
  | { readonly kind: 'quiet' }
  | { readonly kind: 'live' };

export interface HealthFacts {
  /** An engine has greeted us on the present connection. */
  readonly isConnected: boolean;
  /** It has done so at least once. */
  readonly wasConnected: boolean;
  /** Why the last connection was lost or could not be made. */
  readonly lossReason: string | null;
  readonly isReady: boolean;
  readonly degradedPartitions: readonly number[];
  /** Why the engine is not ready, in its own words. */
  readonly reasons: readonly string[];
  /** How far what is served is behind the log; null: not known yet. */
  readonly lagMs: number | null;
  /** Since the event time of the shown ranking last advanced; null before it has one. */
  readonly standstillMs: number | null;
}

/** Feeds send a clock every second, and a ranking is made anew after 10 s of event time at the latest. */
export const QUIET_AFTER_MS = 30_000;

export function healthOf(facts: HealthFacts): Health {
  const { isConnected, wasConnected, lossReason, standstillMs } = facts;
  if (!isConnected) {
    return { kind: wasConnected ? 'disconnected' : 'connecting', reason: lossReason };
  }
  if (!facts.isReady || facts.degradedPartitions.length > 0) {
    const { degradedPartitions: partitions, reasons, lagMs } = facts;
    const isWhole = partitions.length === 0 && reasons.length === 1;
    if (lagMs !== null && isWhole && reasons[0]!.startsWith(BEHIND_REASON)) {
      return { kind: 'behind', lagMs };
    }
    return { kind: 'degraded', partitions, reasons };
  }
  const isQuiet = standstillMs !== null && standstillMs > QUIET_AFTER_MS;
  return { kind: isQuiet ? 'quiet' : 'live' };
}

export function sameHealth(a: Health, b: Health): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
