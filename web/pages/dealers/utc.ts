import { zonedTime } from '../../format/time.ts';

/** `22 Nov 2025 21:04:10 UTC`; a dash where there is no time. */
export function utcTime(micros: number | null): string {
  if (micros === null) return '–';
  const { date, time } = zonedTime(micros, 'UTC');
  return `${date} ${time} UTC`;
}

/** `22 Nov 2025`, the UTC day. */
export function utcDay(micros: number): string {
  return zonedTime(micros, 'UTC').date;
}

/** `22 Nov`, where the year is plain. */
export function shortDay(micros: number): string {
  return utcDay(micros).slice(0, 6);
}
