import { setTimeout as sleep } from 'node:timers/promises';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import { ClockCadence } from '../clock-cadence.ts';
import type { EventBatcher } from '../event-batcher.ts';
import type { EventSource } from './disorder.ts';

const SECOND_MICROS = 1_000_000;
/**
 * Simulated time of one flush while catching up: long enough for full messages, half of the ten
 * minutes of lateness past which a tick would no longer count.
 */
const FLUSH_MICROS = 300 * SECOND_MICROS;
/** While nothing trades, a clock an hour keeps the watermark moving. */
const IDLE_MICROS = 3600 * SECOND_MICROS;
const LIVE_FLUSH_MS = 50;
/** Nearer to now than this counts as caught up. */
const CAUGHT_UP_MICROS = SECOND_MICROS;

export interface RunOptions {
  readonly market: EventSource;
  readonly batcher: EventBatcher;
  readonly startTs: Micros;
  /** Simulated time of one flush while catching up, if not five minutes. */
  readonly flushMicros?: Micros;
  /** Simulated seconds per second, or as fast as the log takes it; never past now. */
  readonly speed: 'max' | number;
  /** Where to stop, included; null for never. */
  readonly untilTs: Micros | null;
  /** The wall clock, epoch microseconds. */
  readonly now: () => Micros;
  readonly signal: AbortSignal;
  /** Called once when simulated time has first reached the wall clock. */
  readonly onCaughtUp: () => void;
}

/**
 * Runs a market's time from `startTs` to now and on with the wall clock, publishing as it goes.
 * Resolves when `untilTs` is reached or the signal is aborted, with all events on their way.
 */
export async function runMarket(options: RunOptions): Promise<void> {
  const { market, batcher, untilTs, signal } = options;
  const goal = goalOf(options);
  const cadence = new ClockCadence();
  let ts = options.startTs;
  let isCaughtUp = false;
  while (!signal.aborted && (untilTs === null || ts < untilTs)) {
    const target = goal();
    if (!isCaughtUp && options.now() - ts < CAUGHT_UP_MICROS) {
      isCaughtUp = true;
      options.onCaughtUp();
    }
    if (target <= ts) {
      await rest(signal);
      continue;
    }
    ts = Math.min(target, nextStop(options, ts));
    await put(batcher, market.advance(ts));
    if (cadence.isDue(ts)) batcher.addClock(ts);
    await batcher.flush();
  }
  await put(batcher, market.release?.() ?? []);
  // The next run goes on from the newest clock: it must not come before the newest event.
  batcher.addClock(ts);
  await batcher.flush();
}

async function put(batcher: EventBatcher, events: readonly FirstcallEvent[]): Promise<void> {
  for (const event of events) {
    batcher.add(event);
    if (batcher.isFull) await batcher.flush();
  }
}

/** How far simulated time may be now. */
function goalOf({ speed, startTs, untilTs, now }: RunOptions): () => Micros {
  const startedAt = now();
  const limit = untilTs ?? Number.POSITIVE_INFINITY;
  return () => {
    const paced = speed === 'max' ? now() : startTs + Math.floor((now() - startedAt) * speed);
    return Math.min(paced, now(), limit);
  };
}

/** The end of the next flush: soon while something happens, far while nothing does. */
function nextStop({ market, flushMicros = FLUSH_MICROS }: RunOptions, ts: Micros): Micros {
  const quietUntil = Math.min(market.nextTs, ts + IDLE_MICROS);
  return Math.max(ts + flushMicros, Math.floor(quietUntil));
}

/** Live, events are sent this often; an abort ends the wait. */
async function rest(signal: AbortSignal): Promise<void> {
  await sleep(LIVE_FLUSH_MS, undefined, { signal }).catch(() => {});
}
