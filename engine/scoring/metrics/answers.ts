import type { AskFacts, Measured, RfqFacts } from '../facts.ts';

export const MAX_RESPONSE_SECONDS = 60;

/** Silence while we ended it early says nothing about the dealer. */
function isCutShort(rfq: RfqFacts, ask: AskFacts): boolean {
  return ask.waitSeconds === null && !ask.hasDeclined && rfq.isEndedEarly;
}

export function measureQuoteRate(rfq: RfqFacts, ask: AskFacts): Measured {
  if (isCutShort(rfq, ask)) return { missing: 'endedEarly' };
  return { value: ask.waitSeconds === null ? 0 : 1 };
}

export function measureResponse(rfq: RfqFacts, ask: AskFacts): Measured {
  if (isCutShort(rfq, ask)) return { missing: 'endedEarly' };
  return { value: Math.min(MAX_RESPONSE_SECONDS, ask.waitSeconds ?? MAX_RESPONSE_SECONDS) };
}

/** Its share of what was filled, so that ties are split. */
export function measureWin(rfq: RfqFacts, ask: AskFacts): Measured | null {
  if (ask.waitSeconds === null || rfq.isAllOrNone || rfq.filledQuantity === 0) return null;
  return { value: ask.filledQuantity / rfq.filledQuantity };
}

/** Whether a dealer that was axed when asked quoted as it had said. */
export function measureAxeHonesty(rfq: RfqFacts, { axe, lastQuote }: AskFacts): Measured | null {
  if (axe === null) return null;
  if (lastQuote === null) return { value: 0 };
  if (axe.price !== null) {
    if (lastQuote.price === null || rfq.sign === null) return { missing: 'noSide' };
    if (rfq.sign * (lastQuote.price - axe.price) > 0) return { value: 0 };
  }
  if (lastQuote.quantity === null) return { missing: 'noSize' };
  return { value: lastQuote.quantity >= Math.min(rfq.quantity, axe.quantity) ? 1 : 0 };
}
