/**
 * Identifiers that pass their check digits and belong to nobody: ZZ is a country code that ISO 3166
 * leaves to users, and no registrar of LEIs has the prefix ZZZZ.
 */

/** Letters as the numbers 10 to 35, digits as they are (ISO 6166 and ISO 17442 agree on it). */
function digitsOf(text: string): string {
  return [...text].map((char) => Number.parseInt(char, 36)).join('');
}

/** A made-up ISIN; the check digit is Luhn's over the expanded digits (ISO 6166). */
export function inventIsin(number: number): string {
  const body = `ZZ${number.toString(36).toUpperCase().padStart(9, '0')}`;
  const digits = digitsOf(body);
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return `${body}${(10 - (sum % 10)) % 10}`;
}

/** A made-up LEI; the check digits are ISO 7064 mod 97-10 (ISO 17442). */
export function inventLei(number: number): string {
  const body = `ZZZZ00${number.toString(36).toUpperCase().padStart(12, '0')}`;
  const remainder = BigInt(`${digitsOf(body)}00`) % 97n;
  return `${body}${String(98n - remainder).padStart(2, '0')}`;
}
