import type { LoadOptions } from '../select-websocket/load-client.ts';
import type { LoadedEngine, LoadedRound } from './loaded-engine.ts';

export const EVENTS_PER_SECOND_MIN = 5_000;
/** What is wanted of an engine; what it carries depends on its processors. */
export const EVENTS_PER_SECOND_MAX = 300_000;
/** From one rate that is tried to the next. */
const STEP = 1.5;
const TRIAL_SECONDS = 4;
/** Of the highest rate that a trial has carried, so that every round carries it. */
export const SHARE_OF_HIGHEST = 0.8;
/** What may be published and not applied at the end of a trial, in seconds of events. */
const BEHIND_SECONDS_MAX = 0.4;
export const LAG_MS_MAX = 1_000;

/**
 * Events a second at which the engine, asked so often meanwhile, does not fall behind. The lowest that is
 * tried, if even that is not carried.
 */
export async function highestRate(
  engine: LoadedEngine,
  requestsPerSecond: number,
  progress: (line: string) => void,
): Promise<number> {
  const options: LoadOptions = {
    target: 'engine',
    perSecond: requestsPerSecond,
    seconds: TRIAL_SECONDS,
  };
  // The first code to meet events is still being compiled.
  await engine.measure(options, EVENTS_PER_SECOND_MIN);
  let carried = EVENTS_PER_SECOND_MIN;
  for (let rate = carried; ; rate *= STEP) {
    const tried = Math.min(EVENTS_PER_SECOND_MAX, rounded(rate));
    const trial = await engine.measure(options, tried);
    const isCarried = carries(trial, tried);
    const lag = `${trial.behind} not applied at the end, ${trial.lagMsMax} ms behind at most`;
    progress(`${tried} events a second are ${isCarried ? '' : 'not '}carried: ${lag}`);
    if (isCarried) carried = tried;
    if (!isCarried || tried === EVENTS_PER_SECOND_MAX) break;
  }
  if (carried === EVENTS_PER_SECOND_MAX) return carried;
  return lowerRate(carried);
}

/** For rounds, which are longer than a trial. */
export const lowerRate = (rate: number): number =>
  Math.max(EVENTS_PER_SECOND_MIN, rounded(rate * SHARE_OF_HIGHEST));

const carries = ({ behind, lagMsMax }: LoadedRound, rate: number): boolean =>
  behind <= BEHIND_SECONDS_MAX * rate && lagMsMax < LAG_MS_MAX;

const rounded = (rate: number): number => Math.round(rate / 500) * 500;
