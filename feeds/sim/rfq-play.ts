import type { Micros } from '../../schemas/ids.ts';
import { type Answer, drawAnswer } from './answering.ts';
import type { SimAsk } from './asking.ts';
import { decide } from './client-decision.ts';
import { type Impulse, impulseAt } from './impact.ts';
import { keyOf, Random } from './random.ts';
import type { Decision, PlayedAsk, RfqPlan, RfqWorld } from './rfq-types.ts';
import { roundPrice } from './rounding.ts';

export interface RfqOutcome extends Decision {
  /** Asks sent before the close, in the order of asking. An answer may lie after the close. */
  readonly asked: readonly PlayedAsk[];
  /** What the asking does to the mid. */
  readonly impulses: readonly Impulse[];
}

const SECOND_MICROS = 1_000_000;
const CLIENT = keyOf('client');
const ANSWER = keyOf('answer');
const TEMPORARY_SHARE = 0.75;
/** A two-sided quote must not cross itself. */
const MIN_TWO_SIDED_MARKUP_BPS = 0.3;

/**
 * Plays one RFQ from its sending to its close. Pure: the same plan and world give the same outcome.
 * Leakage pushes the mid against the client from soon after each ask; dealers quote from the pushed
 * mid, so a leaky dealer costs the client with everybody.
 */
export function playRfq(plan: RfqPlan, world: RfqWorld): RfqOutcome {
  const sign = plan.side === 'buy' ? 1 : -1;
  const drawn = plan.asking.asks.map((ask) => drawAsk(plan, world, ask, sign));
  const leaks = drawn.map(({ leak }) => leak);
  const played = drawn.map((ask) => priceAsk(plan, world, ask, leaks, sign));
  const random = new Random(world.seed, CLIENT, plan.key);
  const limitPrice = world.midAt(plan.tsSent) * (1 + (sign * plan.reservationBps) / 10_000);
  const decision = decide({ plan, played, sign, limitPrice }, random);
  const asked = played.filter((ask) => ask.tsSent < decision.tsClosed);
  const impulses = leaks.slice(0, asked.length);
  if (decision.reason !== 'traded') impulses.push(...aftermath(impulses, decision, random));
  return { ...decision, asked, impulses };
}

/** The mid that an RFQ has made of the world's. */
export function pushedMid(mid: number, impulses: readonly Impulse[], ts: Micros): number {
  let bps = 0;
  for (const impulse of impulses) bps += impulseAt(impulse, ts);
  return mid * (1 + bps / 10_000);
}

interface DrawnAsk extends SimAsk {
  readonly answer: Answer;
  readonly fadeRate: number;
  readonly leak: Impulse;
}

function drawAsk(plan: RfqPlan, world: RfqWorld, ask: SimAsk, sign: number): DrawnAsk {
  const { instrument, quantity } = plan;
  const random = new Random(world.seed, ANSWER, plan.key, ask.dealer.key);
  const traits = world.traitsOf(ask.dealer);
  const isAxed = world.isAxed(ask.dealer);
  const question = { instrument, traits, tsSent: ask.tsSent, quantity, isAxed };
  const answer = drawAnswer(question, random);
  const size = Math.min(2, Math.sqrt(quantity / instrument.typicalQuantity));
  const bps = sign * size * random.logNormal(traits.leakBps, 0.5);
  const delay = random.between(0.03, 0.3) * instrument.profile.deadlineSeconds * SECOND_MICROS;
  const leak = {
    at: ask.tsSent + Math.round(delay),
    temporaryBps: TEMPORARY_SHARE * bps,
    lastingBps: (1 - TEMPORARY_SHARE) * bps,
  };
  return { ...ask, answer, fadeRate: traits.fadeRate, leak };
}

function priceAsk(
  plan: RfqPlan,
  world: RfqWorld,
  { dealer, tsSent, answer, fadeRate }: DrawnAsk,
  leaks: readonly Impulse[],
  sign: number,
): PlayedAsk {
  const isFirm = answer.kind === 'firm';
  const mid = isFirm ? pushedMid(world.midAt(answer.ts), leaks, answer.ts) : Number.NaN;
  const markup = plan.isTwoSided
    ? Math.max(MIN_TWO_SIDED_MARKUP_BPS, answer.markupBps)
    : answer.markupBps;
  const { basePrice } = plan.instrument;
  const price = roundPrice(mid * (1 + (sign * markup) / 10_000), basePrice);
  const otherPrice = roundPrice(mid * (1 - (sign * markup) / 10_000), basePrice);
  return { dealer, tsSent, answer, fadeRate, price, otherPrice };
}

/** The client is known to be still there: whoever heard of it moves the market again. */
function aftermath(leaks: readonly Impulse[], { tsClosed }: Decision, random: Random): Impulse[] {
  const at = tsClosed + Math.round(random.between(10, 120) * SECOND_MICROS);
  return leaks.map((leak) => ({
    at,
    temporaryBps: 0,
    lastingBps: 0.4 * (leak.temporaryBps + leak.lastingBps),
  }));
}
