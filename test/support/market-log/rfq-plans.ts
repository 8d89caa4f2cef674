import fc from 'fast-check';
import type { OrderId, RfqId, Side } from '../../../schemas/ids.ts';
import { type AxePlan, addAxe, axePlan } from './axe-plans.ts';
import { addFill, type FillPlan, fillPlan } from './fill-plans.ts';
import {
  DAY_STEPS,
  DEALERS,
  type Drafts,
  dealer,
  INSTRUMENTS,
  LATENESS_STEPS,
  mostly,
  nominal,
  side,
  sometimes,
  timeOf,
} from './grid.ts';
import { addQuote, type QuotePlan, quotePlan } from './quote-plans.ts';

interface AskPlan {
  readonly dealer: number;
  /** Before the event too: it is logged after the send. */
  readonly sentAfter: number;
}

interface EndPlan {
  readonly after: number;
  readonly reason: 'traded' | 'cancelled' | 'expired';
}

export interface RfqPlan {
  readonly side: Side;
  readonly twoSided: boolean;
  readonly quantity: number;
  readonly deadlineAfter: number;
  readonly lines: number | undefined;
  readonly allOrNone: boolean | undefined;
  readonly asks: readonly AskPlan[];
  readonly further: { readonly after: number; readonly asks: readonly AskPlan[] } | undefined;
  readonly end: EndPlan | undefined;
  readonly secondEnd: EndPlan | undefined;
  readonly answers: readonly QuotePlan[];
  readonly fills: readonly FillPlan[];
  readonly axes: readonly AxePlan[];
}

const asks = fc.array(
  fc.record({
    dealer,
    sentAfter: fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 2, arbitrary: fc.integer({ min: -1, max: 20 }) },
    ),
  }),
  { minLength: 1, maxLength: 5 },
);

const end = fc.record({
  after: mostly(40, LATENESS_STEPS, 3 * LATENESS_STEPS),
  reason: fc.constantFrom('traded', 'cancelled', 'expired'),
});

const answerKind = fc.constantFrom<QuotePlan['kind'][]>(
  'firm',
  'firm',
  'firm',
  'firm',
  'indicative',
  'pass',
  'reject',
);

export const rfqPlan: fc.Arbitrary<RfqPlan> = fc.record({
  side,
  twoSided: fc.constantFrom(false, false, true),
  quantity: nominal,
  deadlineAfter: fc.constantFrom(12, 12, 24, 60, 2 * DAY_STEPS),
  lines: sometimes(fc.integer({ min: 1, max: 5 }), 3),
  allOrNone: sometimes(fc.boolean(), 5),
  asks,
  further: sometimes(fc.record({ after: mostly(30, 360, 600), asks }), 4),
  end: fc.option(end, { nil: undefined, freq: 4 }),
  secondEnd: sometimes(end, 8),
  answers: fc.array(quotePlan(answerKind, 14), { maxLength: 6 }),
  fills: fc.array(fillPlan, { maxLength: 4 }),
  axes: fc.array(axePlan, { maxLength: 4 }),
});

export interface RfqPlace {
  readonly instrument: number;
  readonly step: number;
  readonly order?: { readonly orderId: OrderId; readonly side: Side };
}

/** Adds an RFQ and its parts. No part's event is before that of the RFQ, but for axes. */
export function addRfq(drafts: Drafts, plan: RfqPlan, { instrument, step, order }: RfqPlace): void {
  const rfqId = drafts.nextId<RfqId>('r');
  const tradeSide = order?.side ?? plan.side;
  const mentions = new Map<number, number>();
  addRequests(drafts, plan, { instrument, step, order }, rfqId, mentions);
  for (const axe of plan.axes) addAxe(drafts, axe, instrument, step - axe.before);
  for (const answer of plan.answers) {
    const asked = Math.max(step, mentions.get(answer.dealer) ?? step);
    addQuote(drafts, answer, instrument, asked + answer.after, rfqId);
  }
  for (const fill of plan.fills) {
    const flips = plan.twoSided && order === undefined && fill.otherSide;
    const fillSide = flips ? otherSide(tradeSide) : tradeSide;
    addFill(drafts, fill, { instrument, step, side: fillSide, rfqId, orderId: order?.orderId });
  }
  for (const ending of [plan.end, plan.secondEnd]) {
    if (ending === undefined) continue;
    const { after, reason } = ending;
    drafts.add('rfqClosed', step + after, {
      rfqId,
      instrumentId: INSTRUMENTS[instrument]!,
      reason,
    });
  }
}

const otherSide = (s: Side): Side => (s === 'buy' ? 'sell' : 'buy');
/** An RFQ with a further event comes first and not late, else its earlier parts might be orphans. */
const FIRST_MAX_DELAY = 60;

/** The `rfq` event, and a further one that says otherwise about all but the dealers. */
function addRequests(
  drafts: Drafts,
  plan: RfqPlan,
  { instrument, step, order }: RfqPlace,
  rfqId: RfqId,
  mentions: Map<number, number>,
): void {
  const deadline = step + plan.deadlineAfter;
  const sends = (from: number, planned: readonly AskPlan[]) =>
    planned.map((ask) => {
      const sent = Math.min(from + ask.sentAfter, deadline - 1);
      mentions.set(ask.dealer, Math.max(sent, mentions.get(ask.dealer) ?? sent));
      return { dealerId: DEALERS[ask.dealer]!, tsSent: timeOf(sent) };
    });
  const content = {
    rfqId,
    orderId: order?.orderId,
    instrumentId: INSTRUMENTS[instrument]!,
    side: plan.twoSided ? ('two_sided' as const) : (order?.side ?? plan.side),
    quantity: plan.quantity,
    asks: sends(step, plan.asks),
    tsDeadline: timeOf(deadline),
    lines: plan.lines,
    allOrNone: plan.allOrNone,
  };
  const { further } = plan;
  const limits = further === undefined ? {} : { maxDelay: FIRST_MAX_DELAY };
  const first = drafts.add('rfq', step, content, limits);
  if (further === undefined) return;
  const added = sends(step + further.after, further.asks);
  const other = { ...content, quantity: plan.quantity * 3, lines: 7, asks: added };
  drafts.add('rfq', step + further.after, other, { after: first });
}
