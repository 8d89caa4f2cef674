import type { Micros } from '../../schemas/ids.ts';
import { keyOf, Random } from './random.ts';
import type { RfqOutcome } from './rfq-play.ts';
import type { RfqPlan } from './rfq-types.ts';

interface TickTime {
  readonly at: Micros;
  /** Quantity reported as traded with it. */
  readonly volume: number;
}

const SECOND_MICROS = 1_000_000;
const TICKS = keyOf('ticks');

/** When market data is seen around an RFQ: probability, then the earliest and latest second. */
const WHILE_ASKING = [{ probability: 0.7, from: 0.2, to: 0.6 }] as const;
/** Before the close, so that drift and mark-outs start from a fresh mid. */
const BEFORE_CLOSE = { probability: 0.8, from: 0.2, to: 1 } as const;
/**
 * After a fill. Together they give the 30-minute mark-out a newer mid about nine times in ten: an
 * illiquid bond does not always move.
 */
const AFTER_FILL = [
  { probability: 0.5, from: 5, to: 60 },
  { probability: 0.45, from: 60, to: 600 },
  { probability: 0.55, from: 600, to: 1795 },
  { probability: 0.4, from: 1800, to: 5400 },
] as const;
const AFTER_NO_TRADE = { probability: 0.5, from: 60, to: 1200 } as const;

/** Draws the times at which an instrument's mid is seen because of an RFQ. */
export function drawTickTimes(seed: number, plan: RfqPlan, outcome: RfqOutcome): TickTime[] {
  const random = new Random(seed, TICKS, plan.key);
  const times: TickTime[] = [];
  const draw = (
    from: Micros,
    unitMicros: number,
    when: { readonly probability: number; readonly from: number; readonly to: number },
    volume = 0,
  ) => {
    const offset = random.between(when.from, when.to) * unitMicros;
    const at = Math.max(plan.tsSent, from + Math.round(offset));
    if (random.chance(when.probability)) times.push({ at, volume });
  };
  const open = outcome.tsClosed - plan.tsSent;
  for (const when of WHILE_ASKING) draw(plan.tsSent, open, when);
  const fill = outcome.deal?.fills[0];
  draw((fill?.ts ?? outcome.tsClosed) - 2 * SECOND_MICROS, SECOND_MICROS, BEFORE_CLOSE);
  if (fill === undefined) draw(outcome.tsClosed, SECOND_MICROS, AFTER_NO_TRADE);
  else {
    for (const [index, when] of AFTER_FILL.entries()) {
      draw(fill.ts, SECOND_MICROS, when, index === 0 ? fill.quantity : 0);
    }
  }
  return times;
}
