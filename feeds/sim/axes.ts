import type { EventOf } from '../../schemas/events.ts';
import type { Micros, QuoteId, Side } from '../../schemas/ids.ts';
import { roundQuantity } from './answering.ts';
import type { SimDealer } from './dealers.ts';
import type { SimInstrument } from './instruments.ts';
import type { Random } from './random.ts';

/** A dealer's interest in dealing, and whether it is meant. */
export interface SimAxe {
  readonly dealer: SimDealer;
  readonly dealerSide: Side;
  readonly tsExpires: Micros;
  readonly isMeant: boolean;
}

/** The live axes by instrument. An expired one is dropped when its instrument is looked at. */
export class AxeBook {
  readonly #live = new Map<SimInstrument, SimAxe[]>();

  add(instrument: SimInstrument, axe: SimAxe, ts: Micros): void {
    const live = this.#live.get(instrument) ?? [];
    // A dealer's newer axe replaces its older one.
    const kept = live.filter((other) => other.tsExpires > ts && other.dealer !== axe.dealer);
    this.#live.set(instrument, [...kept, axe]);
  }

  /** Whether the dealer shows a live and honest axe that suits a client on this side. */
  isAxed(instrument: SimInstrument, dealer: SimDealer, clientSide: Side, ts: Micros): boolean {
    return (this.#live.get(instrument) ?? []).some(
      (axe) =>
        axe.dealer === dealer && axe.tsExpires > ts && axe.isMeant && axe.dealerSide !== clientSide,
    );
  }
}

/** Draws an axe of a dealer, without a price. */
export function drawAxe(
  dealer: SimDealer,
  instrument: SimInstrument,
  ts: Micros,
  lifeMicros: number,
  random: Random,
): { axe: SimAxe; event: EventOf<'axe'> } {
  const dealerSide = random.chance(0.5) ? 'buy' : 'sell';
  const quantity = roundQuantity(random.logNormal(instrument.typicalQuantity, 0.5));
  const tsExpires = ts + lifeMicros;
  const isMeant = random.chance(dealer.axeHonesty);
  const axeId = `x-${ts.toString(36)}-${dealer.dealerId}` as QuoteId;
  const event: EventOf<'axe'> = {
    kind: 'axe',
    id: axeId,
    tsEvent: ts,
    axeId,
    dealerId: dealer.dealerId,
    instrumentId: instrument.instrumentId,
    dealerSide,
    quantity,
    tsExpires,
  };
  return { axe: { dealer, dealerSide, tsExpires, isMeant }, event };
}
