import type { Micros } from '../../schemas/ids.ts';
import { type FirmQuote, strikeDeal } from './deal.ts';
import type { Random } from './random.ts';
import type { Decision, PlayedAsk, RfqPlan } from './rfq-types.ts';

/** What the client has before it, as it will be. */
export interface Choice {
  readonly plan: RfqPlan;
  readonly played: readonly PlayedAsk[];
  readonly sign: number;
  /** Worst acceptable price. */
  readonly limitPrice: number;
}

const SECOND_MICROS = 1_000_000;
/** Nobody decides later than this before the deadline, so that dealing fits in. */
const MARGIN_MICROS = 4 * SECOND_MICROS;
/** A client that finds no price good enough says so at once, or lets the RFQ expire. */
const GIVE_UP_PROBABILITY = 0.4;

/** Decides as the style of asking asks for. */
export function decide(choice: Choice, random: Random): Decision {
  return choice.plan.asking.style === 'sequential'
    ? decideInTurn(choice, random)
    : decideAtOnce(choice, random);
}

/** Waits for the answers, then takes the best prices that are good enough. */
function decideAtOnce(choice: Choice, random: Random): Decision {
  const { plan, played } = choice;
  const tsDecided = drawDecisionTime(plan, played, random);
  const givesUp = random.chance(GIVE_UP_PROBABILITY);
  if (isCancelledBefore(plan, tsDecided)) return cancelled(plan);
  const quotes = liftable(choice, played, tsDecided);
  const deal = quotes.length === 0 ? null : strikeDeal(plan.quantity, quotes, tsDecided, random);
  const tsDone = deal?.tsDone ?? tsDecided;
  if (deal !== null && deal.fills.length > 0) return { tsClosed: tsDone, reason: 'traded', deal };
  return givesUp
    ? { tsClosed: tsDone, reason: 'cancelled', deal }
    : { tsClosed: Math.max(tsDone, plan.asking.tsDeadline), reason: 'expired', deal };
}

/** Asks one after the other and takes the first price that is good enough. */
function decideInTurn(choice: Choice, random: Random): Decision {
  const { plan, played } = choice;
  for (const [index, ask] of played.entries()) {
    const tsTurnEnds = played[index + 1]?.tsSent ?? plan.asking.tsDeadline;
    const tsDecided = ask.answer.ts + Math.round(random.between(0.5, 2) * SECOND_MICROS);
    if (isCancelledBefore(plan, Math.min(tsDecided, tsTurnEnds))) return cancelled(plan);
    if (tsDecided > tsTurnEnds - MARGIN_MICROS) continue;
    const quotes = liftable(choice, [ask], tsDecided);
    if (quotes.length === 0) continue;
    const deal = strikeDeal(plan.quantity, quotes, tsDecided, random);
    return { tsClosed: deal.tsDone, reason: deal.fills.length > 0 ? 'traded' : 'cancelled', deal };
  }
  return { tsClosed: plan.asking.tsDeadline, reason: 'expired', deal: null };
}

/** Soon after the last answer, when all have answered; bored before that while somebody is silent. */
function drawDecisionTime(plan: RfqPlan, played: readonly PlayedAsk[], random: Random): Micros {
  const latest = plan.asking.tsDeadline - MARGIN_MICROS;
  const bored = plan.tsSent + random.between(0.6, 1) * (latest - plan.tsSent);
  const thinkMicros = random.between(0.5, 6) * SECOND_MICROS;
  const lastAnswer = Math.max(...played.map(answerTime));
  const lastSent = played.at(-1)!.tsSent + SECOND_MICROS;
  return Math.round(
    Math.min(latest, Math.max(lastSent, Math.min(lastAnswer + thinkMicros, bored))),
  );
}

function answerTime({ answer }: PlayedAsk): number {
  return answer.kind === 'silent' ? Number.POSITIVE_INFINITY : answer.ts;
}

function isCancelledBefore(plan: RfqPlan, ts: Micros): boolean {
  return plan.tsCancelled !== null && plan.tsCancelled < ts;
}

function cancelled(plan: RfqPlan): Decision {
  return { tsClosed: plan.tsCancelled!, reason: 'cancelled', deal: null };
}

/** Quotes that stand and are good enough: best for the client first, the faster of two equals. */
function liftable(choice: Choice, asks: readonly PlayedAsk[], ts: Micros): FirmQuote[] {
  const { sign, limitPrice } = choice;
  return asks
    .filter((ask) => isStanding(ask, ts) && sign * (ask.price - limitPrice) <= 0)
    .map(({ dealer, price, fadeRate, answer }) => ({
      dealer,
      price,
      fadeRate,
      ts: answer.ts,
      quantity: answer.quantity,
    }))
    .sort((a, b) => sign * (a.price - b.price) || a.ts - b.ts);
}

function isStanding({ answer }: PlayedAsk, ts: Micros): boolean {
  const isWithdrawn = answer.tsCancelled !== null && answer.tsCancelled <= ts;
  return answer.kind === 'firm' && answer.ts < ts && !isWithdrawn;
}
