import type { BoardSelector } from '../../engine/scoreboard/board-selector.ts';
import type { Selection } from '../../schemas/selection.ts';
import { Latencies } from '../support/latencies.ts';
import { eventCount, type TapeMessage } from '../support/market-tape.ts';
import type { Check } from '../support/report.ts';
import type { MarketBoard } from './market-board.ts';
import type { StreamOrders } from './stream-orders.ts';

/** Between two calls: 300,000 events/s beside 3,000 selections/s. */
export const EVENTS_BETWEEN = 100;

/** Calls each of which finds a board that others have written to since the one before. */
export class LiveCalls {
  readonly #board: MarketBoard;
  readonly #selector: BoardSelector;
  readonly #coming: TapeMessage[][];
  readonly #orders: StreamOrders;
  #calls = 0;
  #newer = 0;
  #events = 0;
  #scopes = 0;
  #before = '';

  /** `coming`: what is to come in the market; `orders`: those of it. */
  constructor(
    board: MarketBoard,
    selector: BoardSelector,
    coming: readonly TapeMessage[],
    orders: StreamOrders,
  ) {
    this.#orders = orders;
    this.#board = board;
    this.#selector = selector;
    this.#coming = slices(coming);
  }

  time(calls: number): Latencies {
    const latencies = new Latencies();
    for (let i = 0; i < calls && this.#change(); i++) {
      const [order] = this.#orders.from(this.#board.ts, 1);
      this.#calls++;
      const start = process.hrtime.bigint();
      const selection = this.#selector.select(order!, []);
      latencies.record(Number(process.hrtime.bigint() - start));
      this.#note(selection);
    }
    return latencies;
  }

  check(): Check {
    return {
      name: 'each call after events sees a board that it has not seen before',
      passed: this.#calls > 0 && this.#newer === this.#calls,
      detail: `${this.#newer} of ${this.#calls} calls`,
    };
  }

  note(): string {
    const perCall = (count: number): number => Math.round(count / this.#calls);
    return (
      `Between two calls: ${perCall(this.#events)} events, which change ${perCall(this.#scopes)} scopes. They are ` +
      'scored and merged in the thread that selects, and leave its caches to them; that is not timed.'
    );
  }

  /** Lets come what changes the board; false when nothing comes any more. */
  #change(): boolean {
    for (let change = this.#coming.shift(); change !== undefined; change = this.#coming.shift()) {
      const { size } = this.#board.apply(change);
      this.#events += eventCount(change);
      this.#scopes += size;
      // Ticks of benchmarks change nothing by themselves.
      if (size > 0) return true;
    }
    return false;
  }

  #note({ position }: Selection): void {
    const seen = JSON.stringify(position);
    if (seen !== this.#before) this.#newer++;
    this.#before = seen;
  }
}

/** Consecutive messages of about as many events each. */
function slices(messages: readonly TapeMessage[]): TapeMessage[][] {
  const list: TapeMessage[][] = [];
  let slice: TapeMessage[] = [];
  for (const message of messages) {
    slice.push(message);
    if (eventCount(slice) < EVENTS_BETWEEN) continue;
    list.push(slice);
    slice = [];
  }
  return list;
}
