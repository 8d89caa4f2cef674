/** What a typed quantity means, nominal; or what is wrong with it, in a sentence. */
export type Quantity = { readonly value: number } | { readonly problem: string };

/** As desks write them: `m` and `mm` are both a million here, never a thousand. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  mm: 1e6,
  mn: 1e6,
  mio: 1e6,
  b: 1e9,
  bn: 1e9,
  yd: 1e9,
};
const QUANTITY_MAX = 1e15;
const SHAPE = /^(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?\s*([a-z]*)$/;

/** Reads `2m`, `2.5mm`, `500k`, `1bn`, `2,500,000`. */
export function parseQuantity(text: string): Quantity {
  const match = SHAPE.exec(text.trim().toLowerCase());
  const [, whole = '', fraction = '', unit = ''] = match ?? [];
  if (match === null || whole + fraction === '') {
    return { problem: 'Write it as 2m, 2.5mm, 500k or 2,500,000: commas only part thousands' };
  }
  const factor = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  if (factor === undefined) {
    return { problem: `"${unit}" is no unit: use k, m or mm (million), bn` };
  }
  // Through the exponent, so that 2.3m is 2,300,000 and not a hair beside it.
  const digits = `${whole.replaceAll(',', '')}${fraction}`;
  const value = Number(`${digits}e${Math.round(Math.log10(factor))}`);
  if (value === 0) return { problem: 'It must be more than 0' };
  if (value > QUANTITY_MAX) return { problem: 'It is more than 1,000,000bn' };
  return { value };
}
