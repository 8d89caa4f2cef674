/** How long ago or how long: tenths of a second while that matters, then seconds, minutes, hours. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

/** Clocks by zone; making one costs far more than using it. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string | undefined): Intl.DateTimeFormat {
  const key = timeZone ?? '';
  const known = clocks.get(key);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric',
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  clocks.set(key, clock);
  return clock;
}

export interface ZonedTime {
  /** 22 Nov 2025 */
  readonly date: string;
  /** 21:04:10 */
  readonly time: string;
  /** UTC, GMT+1 */
  readonly zone: string;
}

/** Event time (epoch microseconds) on the clock of a zone; undefined: the browser's own. */
export function zonedTime(micros: number, timeZone?: string): ZonedTime {
  const parts = clockOf(timeZone).formatToParts(micros / 1000);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((each) => each.type === type)?.value ?? '';
  return {
    date: `${part('day')} ${part('month')} ${part('year')}`,
    time: `${part('hour')}:${part('minute')}:${part('second')}`,
    zone: part('timeZoneName'),
  };
}

/** The date is said only when it is not that of `nowMs`. */
export function briefTime(micros: number, nowMs: number, timeZone?: string): string {
  const { date, time, zone } = zonedTime(micros, timeZone);
  const isToday = date === zonedTime(nowMs * 1000, timeZone).date;
  return isToday ? `${time} ${zone}` : `${date} ${time} ${zone}`;
}
