import type {
  FillEvent,
  FirstcallEvent,
  OrderEvent,
  QuoteEvent,
  RfqEvent,
} from '../../schemas/events.ts';
import type { FillId, Micros, OrderId, QuoteId, RfqId } from '../../schemas/ids.ts';
import type { SimOrder } from './rfq-plan.ts';
import type { RfqOutcome } from './rfq-play.ts';
import type { PlayedAsk, RfqPlan } from './rfq-types.ts';

const SECOND_MICROS = 1_000_000;
/** A late answer this soon after the close still arrives; later ones are never sent. */
const LATE_ANSWER_MICROS = 2 * SECOND_MICROS;
const QUOTE_LIFE_MICROS = 60 * SECOND_MICROS;

export function orderEvent(order: SimOrder, orderId: OrderId): OrderEvent {
  const { instrument, side, quantity, tsArrived } = order;
  const { instrumentId } = instrument;
  return { kind: 'order', id: orderId, tsEvent: tsArrived, orderId, instrumentId, side, quantity };
}

export function orderClosedEvent(
  order: SimOrder,
  orderId: OrderId,
  tsEvent: Micros,
): FirstcallEvent {
  const { instrumentId } = order.instrument;
  return { kind: 'orderClosed', id: `${orderId}.end`, tsEvent, orderId, instrumentId };
}

/**
 * All events of one RFQ, in no order. A staggered RFQ is sent in two events; the asks that a
 * sequential one never came to are in its event, with a tsSent after the close.
 */
export function rfqEvents(
  order: SimOrder,
  plan: RfqPlan,
  outcome: RfqOutcome,
  orderId: OrderId,
  rfqId: RfqId,
): FirstcallEvent[] {
  return [
    ...sendings(order, plan, outcome, orderId, rfqId),
    ...outcome.asked.flatMap((ask) => answerEvents(plan, ask, outcome, rfqId)),
    ...dealEvents(plan, outcome, orderId, rfqId),
    {
      kind: 'rfqClosed',
      id: `${rfqId}.end`,
      tsEvent: outcome.tsClosed,
      rfqId,
      instrumentId: plan.instrument.instrumentId,
      reason: outcome.reason,
    },
  ];
}

function sendings(
  order: SimOrder,
  plan: RfqPlan,
  outcome: RfqOutcome,
  orderId: OrderId,
  rfqId: RfqId,
): RfqEvent[] {
  const { instrument, quantity, asking, isTwoSided } = plan;
  const asks = asking.asks.map(({ dealer, tsSent }) => ({ dealerId: dealer.dealerId, tsSent }));
  const sent = (suffix: string, part: typeof asks): RfqEvent => ({
    kind: 'rfq',
    id: `${rfqId}${suffix}`,
    tsEvent: part[0]!.tsSent,
    rfqId,
    orderId,
    instrumentId: instrument.instrumentId,
    side: isTwoSided ? 'two_sided' : plan.side,
    quantity,
    asks: part,
    tsDeadline: asking.tsDeadline,
    ...(order.lines > 1 ? { lines: order.lines } : {}),
  });
  if (asking.style !== 'staggered') return [sent('', asks)];
  const first = asks.filter((ask) => ask.tsSent === plan.tsSent);
  const more = asks.filter((ask) => ask.tsSent > plan.tsSent && ask.tsSent < outcome.tsClosed);
  return more.length === 0 ? [sent('', first)] : [sent('', first), sent('.more', more)];
}

function answerEvents(
  plan: RfqPlan,
  ask: PlayedAsk,
  outcome: RfqOutcome,
  rfqId: RfqId,
): FirstcallEvent[] {
  const { answer, dealer } = ask;
  if (answer.kind === 'silent' || answer.ts > outcome.tsClosed + LATE_ANSWER_MICROS) return [];
  const quoteId = `${rfqId}.${dealer.dealerId}` as QuoteId;
  const { instrumentId } = plan.instrument;
  const common = { rfqId, quoteId, dealerId: dealer.dealerId, instrumentId };
  const quote: QuoteEvent = {
    kind: 'quote',
    id: quoteId,
    tsEvent: answer.ts,
    ...common,
    quoteKind: answer.kind,
  };
  if (answer.kind !== 'firm') return [quote];
  Object.assign(quote, quotedPrices(plan, ask), {
    quantity: answer.quantity,
    tsExpires: Math.max(plan.asking.tsDeadline, answer.ts + QUOTE_LIFE_MICROS),
  });
  const { tsCancelled } = answer;
  if (tsCancelled === null || tsCancelled >= outcome.tsClosed) return [quote];
  return [quote, { kind: 'quoteCancel', id: `${quoteId}.x`, tsEvent: tsCancelled, ...common }];
}

function quotedPrices(plan: RfqPlan, ask: PlayedAsk): { bid?: number; ask?: number } {
  const [bid, offer] =
    plan.side === 'buy' ? [ask.otherPrice, ask.price] : [ask.price, ask.otherPrice];
  if (plan.isTwoSided) return { bid, ask: offer };
  return plan.side === 'buy' ? { ask: offer } : { bid };
}

function dealEvents(
  plan: RfqPlan,
  { deal }: RfqOutcome,
  orderId: OrderId,
  rfqId: RfqId,
): FirstcallEvent[] {
  if (deal === null) return [];
  const { instrumentId } = plan.instrument;
  const acceptances = deal.acceptances.flatMap(({ dealer, ts, tsRefused }): FirstcallEvent[] => {
    const quoteId = `${rfqId}.${dealer.dealerId}` as QuoteId;
    const common = { rfqId, quoteId, dealerId: dealer.dealerId, instrumentId };
    const lifted = { kind: 'quoteAccept', id: `${quoteId}.a`, tsEvent: ts, ...common } as const;
    if (tsRefused === null) return [lifted];
    return [
      lifted,
      { kind: 'quoteAcceptReject', id: `${quoteId}.r`, tsEvent: tsRefused, ...common },
    ];
  });
  const fills = deal.fills.map(({ dealer, ts, price, quantity }, index): FillEvent => {
    const fillId = `${rfqId}.f${index}` as FillId;
    const { dealerId } = dealer;
    const { side } = plan;
    const ids = { rfqId, orderId, dealerId, instrumentId };
    return { kind: 'fill', id: fillId, tsEvent: ts, fillId, ...ids, side, price, quantity };
  });
  return [...acceptances, ...fills];
}
