import type { Micros, Side } from '../../schemas/ids.ts';
import type { Answer } from './answering.ts';
import type { AskPlan, SimAsk } from './asking.ts';
import type { Deal } from './deal.ts';
import type { DealerTraits, SimDealer } from './dealers.ts';
import type { SimInstrument } from './instruments.ts';

/** One RFQ as the client means to run it. */
export interface RfqPlan {
  readonly instrument: SimInstrument;
  readonly side: Side;
  readonly isTwoSided: boolean;
  readonly quantity: number;
  readonly tsSent: Micros;
  readonly asking: AskPlan;
  /** Worst acceptable price, bps from the mid at the sending, against the client. */
  readonly reservationBps: number;
  /** The client gives up then, whatever it holds; null for never. */
  readonly tsCancelled: Micros | null;
  /** Keys the random streams of this RFQ. */
  readonly key: number;
}

/** What an RFQ meets: prices and dealers. */
export interface RfqWorld {
  readonly seed: number;
  /** Mid, with the impact of everything but this RFQ. */
  midAt(ts: Micros): number;
  traitsOf(dealer: SimDealer): DealerTraits;
  /** Whether the dealer shows a live axe that suits the client, and means it. */
  isAxed(dealer: SimDealer): boolean;
}

/** What came of one ask. */
export interface PlayedAsk extends SimAsk {
  readonly answer: Answer;
  readonly fadeRate: number;
  /** Price for the client's side; NaN unless firm. */
  readonly price: number;
  /** Price for the other side of a two-sided RFQ; NaN unless firm. */
  readonly otherPrice: number;
}

/** How an RFQ ends. */
export interface Decision {
  readonly tsClosed: Micros;
  readonly reason: 'traded' | 'cancelled' | 'expired';
  /** Null if no quote was lifted; without fills if the dealers refused. */
  readonly deal: Deal | null;
}
