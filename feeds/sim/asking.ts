import type { Micros } from '../../schemas/ids.ts';
import type { SimDealer } from './dealers.ts';
import type { SimInstrument } from './instruments.ts';
import { keyOf, mix, type Random, unitOf } from './random.ts';

/** parallel: all at once; staggered: some more at half-time; sequential: one after another. */
type AskingStyle = 'parallel' | 'staggered' | 'sequential';

export interface SimAsk {
  readonly dealer: SimDealer;
  readonly tsSent: Micros;
}

/** Whom a client asks, when, and until when it waits. */
export interface AskPlan {
  readonly style: AskingStyle;
  readonly asks: readonly SimAsk[];
  readonly tsDeadline: Micros;
}

const SECOND_MICROS = 1_000_000;
/** Clients know who makes markets in what: others are asked this much less often. */
const UNCOVERED_WEIGHT = 0.12;
const SPECIALTY_WEIGHT = 1.6;
const RACE = keyOf('race');

/** Draws how an RFQ is run: mostly 3 to 6 dealers in parallel. `rfqKey` decides who is picked. */
export function planAsks(
  instrument: SimInstrument,
  dealers: readonly SimDealer[],
  tsSent: Micros,
  rfqKey: number,
  random: Random,
): AskPlan {
  const wanted = 3 + Math.floor(random.next() ** 1.1 * 4);
  const picked = pickDealers(instrument, dealers, Math.min(wanted, dealers.length), rfqKey);
  const style = drawStyle(random);
  const deadlineMicros = instrument.profile.deadlineSeconds * SECOND_MICROS;
  const gapMicros = spacing(style, deadlineMicros);
  const late = style === 'staggered' ? Math.ceil(picked.length / 2) : 0;
  const asks = picked.map((dealer, index) => {
    const turns = style === 'staggered' ? Number(index >= late) : index;
    return { dealer, tsSent: tsSent + turns * gapMicros };
  });
  const waits = style === 'sequential' ? picked.length * gapMicros : deadlineMicros;
  return { style, asks, tsDeadline: tsSent + waits };
}

function drawStyle(random: Random): AskingStyle {
  const draw = random.next();
  if (draw < 0.12) return 'sequential';
  return draw < 0.15 ? 'staggered' : 'parallel';
}

function spacing(style: AskingStyle, deadlineMicros: number): number {
  if (style === 'parallel') return 0;
  return Math.floor(style === 'sequential' ? deadlineMicros * 0.4 : deadlineMicros / 2);
}

/**
 * Draws `count` dealers without replacement, likelier the more popular: each runs a race of its own
 * (Efraimidis and Spirakis, 2006) and the first ones home are asked. One more dealer in the market
 * changes only the RFQs whose race it does well in.
 */
function pickDealers(
  instrument: SimInstrument,
  dealers: readonly SimDealer[],
  count: number,
  rfqKey: number,
): SimDealer[] {
  const races = dealers.map((dealer) => {
    const draw = unitOf(mix(mix(RACE, rfqKey), dealer.key));
    return { dealer, time: -Math.log(1 - draw) / askWeight(instrument, dealer) };
  });
  races.sort((a, b) => a.time - b.time);
  return races.slice(0, count).map((race) => race.dealer);
}

function askWeight(instrument: SimInstrument, dealer: SimDealer): number {
  const covers = dealer.covers.includes(instrument.assetClass) ? 1 : UNCOVERED_WEIGHT;
  const knows = dealer.specialty === instrument.sector ? SPECIALTY_WEIGHT : 1;
  return dealer.popularity * covers * knows;
}
