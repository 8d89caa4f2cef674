import type { Micros } from '../../schemas/ids.ts';
import { ActivityTable } from './activity-table.ts';
import type { Period } from './calendar.ts';
import type { SimInstrument } from './instruments.ts';
import { keyOf, mix, Random } from './random.ts';
import { drawOrder, type SimOrder } from './rfq-plan.ts';

const ARRIVALS = keyOf('arrivals');
const LIST_PROBABILITY = 0.02;
/** Mean number of lines of a list. */
const LIST_LINES = { fewest: 3, most: 8 };
/** An order that did not trade is tried again by this share of clients, with another RFQ. */
export const RETRY_PROBABILITY = 0.25;
/** RFQs per arrival: list lines and second attempts (about six in ten first ones fail). */
const RFQS_PER_ARRIVAL =
  (1 + LIST_PROBABILITY * ((LIST_LINES.fewest + LIST_LINES.most) / 2 - 1)) *
  (1 + RETRY_PROBABILITY * 0.6);

/** Draws the orders that arrive in a period, in time order; `rfqs` is the mean of a whole period. */
export class Arrivals {
  readonly #seed: number;
  readonly #table: ActivityTable;

  constructor(seed: number, instruments: readonly SimInstrument[]) {
    this.#seed = seed;
    this.#table = new ActivityTable(instruments);
  }

  draw(period: Period, rfqs: number): SimOrder[] {
    const random = new Random(this.#seed, ARRIVALS, period.opens / 60_000_000, +period.isLive);
    const orders: SimOrder[] = [];
    for (let left = random.poisson(rfqs / RFQS_PER_ARRIVAL); left > 0; left--) {
      const ts = period.opens + Math.floor(drawShare(random, period) * length(period));
      const isList = random.chance(LIST_PROBABILITY);
      const lines = isList ? random.integer(LIST_LINES.fewest, LIST_LINES.most) : 1;
      for (let line = 0; line < lines; line++) {
        // Lines are a microsecond apart, so that the time alone can name an order.
        orders.push(this.#order(ts + line, lines, random.next()));
      }
    }
    return orders
      .filter((order) => order.tsArrived >= period.from && order.tsArrived < period.to)
      .sort((a, b) => a.tsArrived - b.tsArrived)
      .filter((order, index, all) => order.tsArrived !== all[index - 1]?.tsArrived);
  }

  #order(ts: Micros, lines: number, draw: number): SimOrder {
    // Both halves of the time: the low 32 bits alone come round every 72 minutes.
    const key = mix(mix(ARRIVALS, ts), Math.floor(ts / 0x1_0000_0000));
    return drawOrder(this.#seed, key, this.#table.pick(draw), ts, lines);
  }
}

function length(period: Period): number {
  return period.closes - period.opens;
}

/** When in its period something happens: busy after the open and before the close of a day. */
function drawShare(random: Random, period: Period): number {
  const draw = random.next();
  const within = random.next();
  if (period.isLive || draw < 0.55) return within;
  return draw < 0.8 ? within ** 2 * 0.3 : 1 - within ** 2 * 0.2;
}
