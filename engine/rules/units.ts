import type { Micros } from '../../schemas/ids.ts';
import { MICROS_PER_DAY, MICROS_PER_SECOND } from '../scoring/model.ts';

/** Longest first. A month and a year are those of the Julian calendar on average. */
const UNITS = [
  { name: 'year', short: 'y', micros: 365.25 * MICROS_PER_DAY },
  { name: 'month', short: 'mo', micros: 30.4375 * MICROS_PER_DAY },
  { name: 'week', short: 'w', micros: 7 * MICROS_PER_DAY },
  { name: 'day', short: 'd', micros: MICROS_PER_DAY },
  { name: 'hour', short: 'h', micros: 3600 * MICROS_PER_SECOND },
  { name: 'minute', short: 'min', micros: 60 * MICROS_PER_SECOND },
  { name: 'second', short: 's', micros: MICROS_PER_SECOND },
] as const;

/** Nothing in a rules file lasts longer: 100 years. */
const MAX_MICROS = 100 * UNITS[0].micros;

/** "90 days" in microseconds; null: not a duration. A number alone is none: its unit would be a guess. */
export function parseDuration(text: string): Micros | null {
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text.slice(0, 100)) ?? [];
  const wanted = unit?.toLowerCase();
  const known = UNITS.find(
    ({ name, short }) => wanted === name || wanted === `${name}s` || wanted === short,
  );
  if (amount === undefined || known === undefined) return null;
  const micros = Math.round(Number(amount) * known.micros);
  return micros <= MAX_MICROS ? micros : null;
}

/** "6 months": in the largest unit that comes out whole, so that `parseDuration` gives it back. */
export function sayDuration(micros: Micros): string {
  const unit = UNITS.find((u) => micros > 0 && micros % u.micros === 0) ?? UNITS.at(-1)!;
  const amount = micros / unit.micros;
  return `${plainNumber(amount)} ${unit.name}${amount === 1 ? '' : 's'}`;
}

/** Without an exponent, to a millionth. */
function plainNumber(amount: number): string {
  return amount.toFixed(6).replace(/\.?0+$/, '');
}

/** "10%" as 0.1; null: not a percentage. */
export function parsePercent(text: string): number | null {
  const [, amount] = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(text.slice(0, 100)) ?? [];
  return amount === undefined ? null : Number(amount) / 100;
}

const SIZES: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  mm: 1e6,
  mn: 1e6,
  mio: 1e6,
  million: 1e6,
  bn: 1e9,
  b: 1e9,
  billion: 1e9,
};

/**
 * How a number is to be written that is written as people do: "5000000" for `5m`, `5_000_000` and
 * `5,000,000`, "0.1" for `10%`; null: it is none of these.
 */
export function plainNumberOf(text: string): string | null {
  const share = parsePercent(text);
  if (share !== null) return String(Number(share.toPrecision(12)));
  const [, digits, size = ''] =
    /^\s*(\d{1,3}(?:[_,]\d{3})+|\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text.slice(0, 100)) ?? [];
  const scale = size === '' ? 1 : SIZES[size.toLowerCase()];
  if (digits === undefined || scale === undefined) return null;
  const value = Number((Number(digits.replace(/[_,]/g, '')) * scale).toPrecision(12));
  return Number.isSafeInteger(value) || value < 1e15 ? String(value) : null;
}

/** 1,234,567.89: digits in threes, and no more of the fraction than tells. */
export function sayNumber(value: number): string {
  const size = Math.abs(value);
  if (!(size < 1e15) || (size > 0 && size < 1e-6)) return String(value);
  const scale = size >= 1000 ? 1 : size >= 1 ? 100 : 1e6;
  const text = String(Math.round(size * scale) / scale);
  const point = text.indexOf('.');
  let end = point === -1 ? text.length : point;
  let said = text.slice(end);
  for (; end > 3; end -= 3) said = `,${text.slice(end - 3, end)}${said}`;
  return `${value < 0 ? '-' : ''}${text.slice(0, end)}${said}`;
}

/** "A", "A or B", "A, B or C". */
export function sayList(items: readonly string[], lastLink: 'or' | 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${lastLink} ${items.at(-1)}`;
}
