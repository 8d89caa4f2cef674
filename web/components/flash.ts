import { isMotionWelcome } from './motion.ts';

/** What a change is to us; the style sheet has a colour and a sign for each. */
export type Change = 'better' | 'worse' | 'changed';

const LIT_MS = 600;
const SWEEP_MS = 100;
/** When more than this changes at once, lighting all of it up would point at nothing. */
const LIT_MAX = 48;

/** Milliseconds of the page's clock at which each goes out, the first to do so first. */
const lit = new Map<HTMLElement, number>();

/** Lights a number up for a moment. Does nothing where motion is unwelcome or too much is lit. */
export function flash(element: HTMLElement, change: Change): void {
  if (lit.has(element) || lit.size >= LIT_MAX || !isMotionWelcome()) return;
  if (lit.size === 0) setTimeout(sweep, SWEEP_MS);
  element.dataset.flash = change;
  lit.set(element, performance.now() + LIT_MS);
}

export function changeOf(
  before: number | null,
  value: number | null,
  isHigherBetter: boolean | null,
): Change {
  if (before === null || value === null || isHigherBetter === null) return 'changed';
  return value > before === isHigherBetter ? 'better' : 'worse';
}

/** One timer for all of them. */
function sweep(): void {
  const nowMs = performance.now();
  for (const [element, untilMs] of lit) {
    if (untilMs > nowMs) break;
    lit.delete(element);
    delete element.dataset.flash;
  }
  if (lit.size > 0) setTimeout(sweep, SWEEP_MS);
}
