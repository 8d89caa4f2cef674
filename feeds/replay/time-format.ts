import { FirstcallError } from '../../schemas/errors.ts';
import type { Micros } from '../../schemas/ids.ts';
import { fixedOffsetMinutes, localOffset } from './time-zone.ts';

/** Reads a time; null if the text is not one. */
export type TimeParser = (text: string) => Micros | null;

/** Microseconds of the units that a fraction may follow. */
const UNIT_MICROS = {
  DD: 86_400_000_000,
  HH: 3_600_000_000,
  mm: 60_000_000,
  ss: 1_000_000,
} as const;
const TOKENS: Readonly<Record<string, string>> = {
  YYYY: '(?<YYYY>[0-9]{4})',
  MM: '(?<MM>[0-9]{2})',
  DD: '(?<DD>[0-9]{2})',
  HH: '(?<HH>[0-9]{2})',
  mm: '(?<mm>[0-9]{2})',
  ss: '(?<ss>[0-9]{2})',
  Z: '(?<Z>Z|[+-][0-9]{2}:?[0-9]{2})',
};
const TOKEN_PATTERN = /YYYY|MM|DD|HH|mm|ss|Z/g;
const FRACTION = '(?:[.,](?<fraction>[0-9]{1,9}))?';
const EPOCH_MICROS: Readonly<Record<string, number>> = {
  epochSeconds: 1_000_000,
  epochMillis: 1000,
  epochMicros: 1,
  epochNanos: 0.001,
};
const ISO = 'YYYY-MM-DDTHH:mm:ssZ';
const MINUTE_MICROS = 60_000_000;

/**
 * Compiles a time format: `YYYY MM DD HH mm ss` and `Z` (an offset) among literal characters, or
 * `iso`, `epochSeconds`, `epochMillis`, `epochMicros`, `epochNanos`. The last unit may carry a decimal
 * fraction: `199706011928.5` in `YYYYMMDDHHmm` is 19:28:30. `zone` holds where the format has no Z.
 * Throws FirstcallError `badMapping` on a format without a whole date.
 */
export function compileTimeFormat(format: string, zone: string): TimeParser {
  const perUnit = EPOCH_MICROS[format];
  if (perUnit !== undefined) return (text) => parseEpoch(text, perUnit);
  const pattern = toPattern(format === 'iso' ? ISO : format);
  const offsetAt = localOffset(zone);
  return (text) => {
    const groups = pattern.expression.exec(text)?.groups;
    if (groups === undefined) return null;
    const localMs = toLocalMs(groups);
    if (localMs === null) return null;
    const offset = groups.Z === undefined ? offsetAt(localMs) : fixedOffsetMinutes(groups.Z)!;
    const fraction = Number(`0.${groups.fraction ?? 0}`) * pattern.lastUnitMicros;
    const micros = localMs * 1000 - offset * MINUTE_MICROS + Math.round(fraction);
    return micros >= 0 ? micros : null;
  };
}

function toPattern(format: string): { expression: RegExp; lastUnitMicros: number } {
  const tokens: string[] = format.match(TOKEN_PATTERN) ?? [];
  const isWhole = ['YYYY', 'MM', 'DD'].every((token) => tokens.includes(token));
  if (!isWhole || new Set(tokens).size < tokens.length) {
    const message = `time format "${format}": needs YYYY, MM and DD, and nothing twice`;
    throw new FirstcallError('badMapping', message);
  }
  const last = tokens.findLast((token) => token in UNIT_MICROS)! as keyof typeof UNIT_MICROS;
  let source = '';
  let rest = format;
  for (const token of tokens) {
    const at = rest.indexOf(token);
    source += escapeText(rest.slice(0, at)) + TOKENS[token] + (token === last ? FRACTION : '');
    rest = rest.slice(at + token.length);
  }
  const expression = new RegExp(`^${source}${escapeText(rest)}$`);
  return { expression, lastUnitMicros: UNIT_MICROS[last] };
}

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The local date and time as if it were UTC; null if the calendar or the clock has no such time. */
function toLocalMs(groups: Readonly<Record<string, string | undefined>>): number | null {
  const [year, month, day] = [Number(groups.YYYY), Number(groups.MM), Number(groups.DD)];
  const [hour, minute, second] = [groups.HH, groups.mm, groups.ss].map((part) => Number(part ?? 0));
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(ms);
  const isDate = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isDate && hour! < 24 && minute! < 60 && second! < 60 ? ms : null;
}

function parseEpoch(text: string, microsPerUnit: number): Micros | null {
  const value = /^[0-9]+(\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
  const micros = Math.round(value * microsPerUnit);
  return Number.isSafeInteger(micros) ? micros : null;
}
