import { zonedTime } from './time.ts';

/** Event time (epoch microseconds) to the millisecond, in UTC: 28 Nov 2026 09:03:11.123 UTC. */
export function momentText(micros: number): string {
  const { date, time, zone } = zonedTime(micros, 'UTC');
  const millis = Math.floor(micros / 1000) % 1000;
  return `${date} ${time}.${String(millis).padStart(3, '0')} ${zone}`;
}
