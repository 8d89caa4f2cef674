import type { Target } from '../targets.ts';
import { times } from './report.ts';

export const nameOfTarget = ({ what, against }: Pick<Target, 'what' | 'against'>): string =>
  against === null ? what : `${what}, to ${against}`;

/** A figure of a target in its unit. */
export function inUnit(unit: Target['unit'], value: number | null): string {
  if (value === null) return '-';
  if (unit === 'x') return times(value);
  const maximumFractionDigits = value < 100 ? 1 : 0;
  return `${value.toLocaleString('en-US', { maximumFractionDigits })} ${unit}`;
}

/** What a target asks for. */
export function limitText({
  bound,
  limit,
  unit,
}: Pick<Target, 'bound' | 'limit' | 'unit'>): string {
  const amount = limit.toLocaleString('en-US');
  return `${bound === 'atLeast' ? '>=' : '<='} ${amount}${unit === 'x' ? 'x' : ` ${unit}`}`;
}
