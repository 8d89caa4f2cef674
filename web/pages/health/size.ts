import { fixed } from '../../format/number.ts';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Bytes as people read them: 1.5 MB; of 1,000 each. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${fixed(value, unit === 0 || value >= 100 ? 0 : 1)} ${UNITS[unit]}`;
}

/** A time inside the engine: 38 µs, 1.2 ms. */
export function shortTime(micros: number | null): string {
  if (micros === null) return 'none yet';
  if (micros < 1_000) return `${fixed(micros, micros < 10 ? 1 : 0)} µs`;
  if (micros < 1_000_000) return `${fixed(micros / 1e3, 1)} ms`;
  return `${fixed(micros / 1e6, 1)} s`;
}
