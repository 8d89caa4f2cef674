import type { FillEvent, FirstcallEvent, QuoteEvent, RfqEvent } from '../../schemas/events.ts';
import type { QuoteId, Side } from '../../schemas/ids.ts';

const SECOND_MICROS = 1_000_000;

/** One RFQ in so many has axes that meet its asks. */
const AXED_EVERY = 3;
/** One fill in so many is busted, soon or within the day. */
const BUSTED_EVERY = 15;
const NOTHING: readonly FirstcallEvent[] = [];

/**
 * What a simulated market has little or nothing of: axes that stand when their dealer is asked, some
 * with a price, some expired or withdrawn by then; named metrics of fills from outside; and streamed
 * quotes that were accepted, some refused at last look; and busts.
 */
export function deskEvents(market: readonly FirstcallEvent[]): FirstcallEvent[] {
  let rfqs = 0;
  let streamed = 0;
  let fills = 0;
  const mids = new Map<string, number>();
  return market.flatMap((event): readonly FirstcallEvent[] => {
    switch (event.kind) {
      case 'rfq':
        return rfqs++ % AXED_EVERY === 0 ? axesOf(event, mids.get(event.instrumentId)) : NOTHING;
      case 'tick':
        mids.set(event.instrumentId, event.mid ?? (event.bid! + event.ask!) / 2);
        return NOTHING;
      case 'fill':
        return [...tcaOf(event), ...(fills++ % BUSTED_EVERY === 0 ? [bustOf(event, fills)] : [])];
      case 'quote':
        return event.rfqId === undefined && streamed++ % 7 === 0
          ? acceptanceOf(event, streamed % 3 === 0)
          : NOTHING;
      default:
        return NOTHING;
    }
  });
}

function axesOf(
  { id, instrumentId, side, quantity, asks }: RfqEvent,
  mid: number | undefined,
): FirstcallEvent[] {
  const dealerSide: Side = side === 'buy' ? 'sell' : 'buy';
  return asks.flatMap(({ dealerId, tsSent }, i): FirstcallEvent[] => {
    const tsEvent = tsSent - (30 + 10 * i) * SECOND_MICROS;
    // Live, expired, and no longer than it is said: by its place among those asked.
    const lifeSeconds = [3600, 5, 0, 7200][i % 4]!;
    return [
      {
        kind: 'axe',
        id: `${id}.axe${i}`,
        tsEvent,
        axeId: `${id}.axe${i}` as QuoteId,
        dealerId,
        instrumentId,
        dealerSide,
        quantity: quantity * [0.5, 1, 2][i % 3]!,
        ...(mid === undefined || i % 2 === 0 ? {} : { price: mid }),
        tsExpires: tsEvent + lifeSeconds * SECOND_MICROS,
      },
    ];
  });
}

function tcaOf({ id, tsEvent: tsFilled, dealerId, instrumentId }: FillEvent): FirstcallEvent[] {
  const tsEvent = tsFilled + 60 * SECOND_MICROS;
  // Any number that differs from fill to fill.
  const value = (tsFilled % 1009) / 1009;
  const common = { kind: 'tca', tsEvent, dealerId, instrumentId } as const;
  return [
    { ...common, id: `${id}.tox`, name: 'toxicity', value },
    { ...common, id: `${id}.hit`, name: 'hitRatio', value: 1 - value, quantity: 0.5 + value },
    { ...common, id: `${id}.no`, name: 'unscored', value },
  ];
}

function bustOf({ kind: _, id, side, price, quantity, ...names }: FillEvent, n: number) {
  const tsEvent = names.tsEvent + (n % 2 === 0 ? 300 : 10 * 3600) * SECOND_MICROS;
  return { ...names, kind: 'fillBust', id: `${id}.mybust`, tsEvent } as const;
}

function acceptanceOf(
  { quoteId, dealerId, instrumentId, tsEvent }: QuoteEvent,
  isRefused: boolean,
): FirstcallEvent[] {
  const common = { quoteId, dealerId, instrumentId };
  const accepted = tsEvent + 2 * SECOND_MICROS;
  const lifted = { kind: 'quoteAccept', id: `${quoteId}.lift`, tsEvent: accepted } as const;
  if (!isRefused) return [{ ...lifted, ...common }];
  const refused = { kind: 'quoteAcceptReject', id: `${quoteId}.no` } as const;
  return [
    { ...lifted, ...common },
    { ...refused, ...common, tsEvent: accepted + SECOND_MICROS },
  ];
}
