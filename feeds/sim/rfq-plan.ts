import type { Micros, Side } from '../../schemas/ids.ts';
import { roundQuantity } from './answering.ts';
import { planAsks } from './asking.ts';
import type { SimDealer } from './dealers.ts';
import type { SimInstrument } from './instruments.ts';
import { keyOf, mix, Random } from './random.ts';
import type { RfqPlan } from './rfq-types.ts';

/** A client order: what the RFQs for it have in common. */
export interface SimOrder {
  readonly key: number;
  readonly instrument: SimInstrument;
  readonly side: Side;
  readonly quantity: number;
  readonly tsArrived: Micros;
  /** Lines of the list it came on; 1 for an order of its own. */
  readonly lines: number;
}

const SECOND_MICROS = 1_000_000;
const ORDER = keyOf('order');
const RFQ = keyOf('rfq');
const CANCEL_PROBABILITY = 0.06;
const TWO_SIDED_PROBABILITY = 0.3;
/** Only currency pairs are asked for in both directions. */
const TWO_SIDED_ASSET = 'FX';

/** Draws an order's side and size. */
export function drawOrder(
  seed: number,
  key: number,
  instrument: SimInstrument,
  tsArrived: Micros,
  lines: number,
): SimOrder {
  const random = new Random(seed, ORDER, key);
  const side = random.chance(0.5) ? 'buy' : 'sell';
  const quantity = roundQuantity(random.logNormal(instrument.typicalQuantity, 0.7));
  return { key, instrument, side, quantity, tsArrived, lines };
}

/** How long the desk takes from an order's arrival to its first RFQ. */
export function drawDeskDelayMicros(seed: number, order: SimOrder): number {
  const seconds = new Random(seed, ORDER, order.key, 1).between(2, 30);
  return Math.round(seconds * order.instrument.profile.pace * SECOND_MICROS);
}

/** Draws the RFQ of an order's n-th attempt, 0-based. */
export function drawRfqPlan(
  seed: number,
  order: SimOrder,
  attempt: number,
  tsSent: Micros,
  dealers: readonly SimDealer[],
): RfqPlan {
  const { instrument } = order;
  const { profile } = instrument;
  const key = mix(order.key, attempt + 1);
  const random = new Random(seed, RFQ, key);
  const asking = planAsks(instrument, dealers, tsSent, key, random);
  const tightness = instrument.halfSpreadBps / profile.halfSpreadBps;
  const reservation = random.normal(profile.reservationBps, profile.reservationSpreadBps);
  const givesUp = random.chance(CANCEL_PROBABILITY);
  const givesUpAfter = random.between(0.05, 0.9) * (asking.tsDeadline - tsSent);
  const isTwoSided = random.chance(TWO_SIDED_PROBABILITY);
  return {
    instrument,
    side: order.side,
    isTwoSided: isTwoSided && instrument.assetClass === TWO_SIDED_ASSET,
    quantity: order.quantity,
    tsSent,
    asking,
    reservationBps: reservation * tightness,
    tsCancelled: givesUp ? tsSent + Math.round(givesUpAfter) : null,
    key,
  };
}
