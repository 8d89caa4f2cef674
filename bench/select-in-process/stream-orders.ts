import type { Micros } from '../../schemas/ids.ts';
import type { SelectRequest } from '../../schemas/selection.ts';
import type { TapeMessage } from '../support/market-tape.ts';

/** The orders of a simulated market, as they arrive: each its own instrument, side, size and moment. */
export class StreamOrders {
  readonly #orders: readonly SelectRequest[];
  #first = 0;

  constructor(messages: readonly TapeMessage[]) {
    this.#orders = messages
      .flatMap(({ events }) => events)
      .flatMap((event): SelectRequest[] => {
        if (event.kind !== 'order') return [];
        const { orderId, instrumentId, side, quantity, tsEvent } = event;
        return [{ orderId, instrumentId, side, quantity, tsEvent }];
      })
      .sort((a, b) => a.tsEvent - b.tsEvent);
  }

  /** The first `count` at a moment or after. Moments only ever grow. Throws when there are not as many. */
  from(ts: Micros, count: number): readonly SelectRequest[] {
    while ((this.#orders[this.#first]?.tsEvent ?? ts) < ts) this.#first++;
    const orders = this.#orders.slice(this.#first, this.#first + count);
    if (orders.length === count) return orders;
    throw new Error(
      `${orders.length} orders are left of the simulated market, ${count} are needed`,
    );
  }
}
