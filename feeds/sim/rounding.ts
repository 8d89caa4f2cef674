/** Decimals that prices of this size are quoted with: about a hundredth of a basis point. */
function decimalsOf(basePrice: number): number {
  if (basePrice >= 1000) return 2;
  return basePrice >= 20 ? 4 : 5;
}

/** Rounds a price to the decimals that its instrument is quoted with. */
export function roundPrice(price: number, basePrice: number): number {
  const scale = 10 ** decimalsOf(basePrice);
  return Math.round(price * scale) / scale;
}
