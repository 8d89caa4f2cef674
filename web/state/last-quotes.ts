import type { ReadonlySignal } from '@preact/signals';
import type { Micros } from '../../schemas/ids.ts';
import type { AllTimes, DealerTimes } from '../../schemas/record-edit.ts';
import { ask } from './ask.ts';
import { usePage } from './page.ts';
import { useAsked } from './use-asked.ts';

/** When each dealer was last heard of. */
export interface LastQuotes {
  readonly of: ReadonlyMap<string, DealerTimes>;
  /** How far events were ahead of the ranking, whose scores wait for late ones. */
  readonly leadMicros: Micros;
}

/** The engine sends no times with a ranking; ages of seconds need none newer. */
const EVERY_MS = 5_000;
const NOBODY: LastQuotes = { of: new Map(), leadMicros: 0 };

/** Asks again and again while they are wanted; null: not known yet. */
export function useLastQuotes(isWanted: boolean): ReadonlySignal<LastQuotes | null> {
  const { board } = usePage();
  const question = async (signal: AbortSignal) => {
    if (!isWanted) return NOBODY;
    const { eventTime, dealers } = await ask<AllTimes>('dealers?fields=times', { signal });
    const of = new Map(dealers.map((dealer) => [dealer.dealerId as string, dealer]));
    return { of, leadMicros: eventTime - (board.asOf.peek() ?? eventTime) };
  };
  return useAsked(isWanted ? 'times' : '', question, isWanted ? EVERY_MS : 0).answer;
}
