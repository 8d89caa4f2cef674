import { FirstcallError } from '../../schemas/errors.ts';

/** Minutes to add to UTC for local time, at a local time given as if it were UTC. */
export type LocalOffset = (localMs: number) => number;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FIXED = /^([+-])([0-9]{2}):?([0-9]{2})$/;
/** Offsets remembered by the hour; at a file's end they are gone, past this number they start anew. */
const MAX_REMEMBERED = 100_000;

/**
 * The offset of a zone: `UTC`, `+07:00`, or a name such as `Asia/Bangkok`. A local time that comes
 * twice (clocks set back) is the first one. Throws FirstcallError `badMapping` on an unknown zone.
 */
export function localOffset(zone: string): LocalOffset {
  if (zone === 'UTC' || zone === 'Z') return () => 0;
  const fixed = fixedOffsetMinutes(zone);
  if (fixed !== null) return () => fixed;
  const offsetAt = namedOffset(zone);
  return (localMs) => {
    // The offset before a change applies until the change: try the earlier one first.
    const earlier = offsetAt(localMs - 24 * HOUR_MS);
    if (offsetAt(localMs - earlier * MINUTE_MS) === earlier) return earlier;
    return offsetAt(localMs - offsetAt(localMs + 24 * HOUR_MS) * MINUTE_MS);
  };
}

/** Minutes of `+07:00` or `+0700`; null if it is no such text. */
export function fixedOffsetMinutes(text: string): number | null {
  if (text === 'Z') return 0;
  const match = FIXED.exec(text);
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

/** Minutes that a named zone is ahead of UTC, at a time in UTC. */
function namedOffset(zone: string): (utcMs: number) => number {
  const format = zoneFormat(zone);
  const remembered = new Map<number, number>();
  return (utcMs) => {
    const hour = Math.floor(utcMs / HOUR_MS);
    const known = remembered.get(hour);
    if (known !== undefined) return known;
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    const offset = (wallClockMs(format, hour * HOUR_MS) - hour * HOUR_MS) / MINUTE_MS;
    remembered.set(hour, offset);
    return offset;
  };
}

function zoneFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (cause) {
    const message = `zone "${timeZone}" is unknown: use UTC, +07:00 or a name such as Asia/Bangkok`;
    throw new FirstcallError('badMapping', message, { cause });
  }
}

/** What a clock on the wall shows, as if it were UTC. */
function wallClockMs(format: Intl.DateTimeFormat, utcMs: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(utcMs)) part[type] = Number(value);
  return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second);
}
