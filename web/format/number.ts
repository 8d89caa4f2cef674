/** Stands where there is no number. */
export const NO_NUMBER = '–';

const MINUS = '−';

/**
 * Fixed decimals with a true minus sign, as wide as a digit so that columns align; what rounds to
 * zero has no sign.
 */
export function fixed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_NUMBER;
  const digits = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(digits) !== 0 ? MINUS + digits : digits;
}

/** The same with a plus sign before what is above zero. */
export function signed(value: number | null | undefined, decimals: number): string {
  const text = fixed(value, decimals);
  const isPositive = typeof value === 'number' && value > 0 && Number(text) !== 0;
  return isPositive && text !== NO_NUMBER ? `+${text}` : text;
}

/** A standard error, as it stands behind its value. */
export function plusMinus(value: number | null | undefined, decimals: number): string {
  const text = fixed(value, decimals);
  return text === NO_NUMBER ? '' : `±${text}`;
}

/** A whole number with thousands apart: 12,345. */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}
