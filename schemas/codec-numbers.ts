import { undecodable } from './codec-limits.ts';

/** Throws `undecodable` on NaN and infinities; -0 becomes 0. */
export function finite(value: number, at: number): number {
  if (!Number.isFinite(value)) throw undecodable('a number that is not finite', at);
  return value + 0;
}

/** Throws `undecodable` on an integer that a double may have changed. */
export function safe(value: number, at: number): number {
  if (!Number.isSafeInteger(value)) throw undecodable('an integer beyond 2^53', at);
  return value;
}
