import type { Micros } from '../../schemas/ids.ts';
import type { DealerTraits } from './dealers.ts';
import type { SimInstrument } from './instruments.ts';
import type { Random } from './random.ts';

type AnswerKind = 'firm' | 'pass' | 'reject' | 'silent';

/** What a dealer does with one request, before it is known what the market does meanwhile. */
export interface Answer {
  readonly kind: AnswerKind;
  readonly ts: Micros;
  /** Distance of a firm quote from the mid of its moment, against the client, bps. */
  readonly markupBps: number;
  /** At most what was asked for. */
  readonly quantity: number;
  /** When the dealer withdraws the quote; null for never. */
  readonly tsCancelled: Micros | null;
}

export interface Question {
  readonly instrument: SimInstrument;
  readonly traits: DealerTraits;
  readonly tsSent: Micros;
  readonly quantity: number;
  /** The dealer shows a live axe that suits the client, and means it. */
  readonly isAxed: boolean;
}

const SECOND_MICROS = 1_000_000;
/** Noise of a dealer's price from one RFQ to the next, in units of a 6 bps half-spread. */
const QUOTE_NOISE_BPS = 2.5;
const AXE_LOGIT = 1.5;
const AXE_BPS = 2.5;
const REFERENCE_HALF_SPREAD_BPS = 6;

/** Draws an answer. All draws are made whatever comes of them: one trait moved moves no other. */
export function drawAnswer(question: Question, random: Random): Answer {
  const { instrument, traits, tsSent, quantity, isAxed } = question;
  const size = Math.log(quantity / instrument.typicalQuantity);
  const logit = traits.quoteLogit - 0.25 * size + (isAxed ? AXE_LOGIT : 0);
  const kind = drawKind(random.next(), random.next(), 1 / (1 + Math.exp(-logit)));
  const seconds = 0.5 + random.logNormal(traits.medianSeconds * instrument.profile.pace, 0.45);
  const ts = tsSent + Math.round(seconds * SECOND_MICROS);
  const scale = instrument.halfSpreadBps / REFERENCE_HALF_SPREAD_BPS;
  const noise = random.normal(0, QUOTE_NOISE_BPS);
  const markupBps =
    instrument.halfSpreadBps +
    scale * (traits.markupBps + noise + 0.8 * size - (isAxed ? AXE_BPS : 0));
  const part = random.chance(0.85) ? 1 : random.integer(3, 9) / 10;
  const withdrawn = random.chance(0.03);
  const lifeSeconds = random.between(5, 60);
  return {
    kind,
    ts,
    markupBps,
    quantity: roundQuantity(quantity * part),
    tsCancelled: withdrawn ? ts + Math.round(lifeSeconds * SECOND_MICROS) : null,
  };
}

function drawKind(quoteDraw: number, otherDraw: number, quoteProbability: number): AnswerKind {
  if (quoteDraw < quoteProbability) return 'firm';
  if (otherDraw < 0.55) return 'pass';
  return otherDraw < 0.65 ? 'reject' : 'silent';
}

/** Whole thousands, at least one: the lots that bonds are dealt in. */
export function roundQuantity(quantity: number): number {
  return Math.max(1000, Math.round(quantity / 1000) * 1000);
}
