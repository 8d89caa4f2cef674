import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectNats } from '../../engine/platform/log.ts';
import { encodeEvents } from '../../schemas/event-message.ts';
import type { Micros } from '../../schemas/ids.ts';
import { logNames } from '../../schemas/subjects.ts';
import {
  eventCount,
  MarketTape,
  type TapeMessage,
  type TapeOptions,
} from '../support/market-tape.ts';
import { nowNanos } from '../support/open-loop.ts';
import type { RoleMethods } from '../support/role.ts';

export interface MarketTargets {
  readonly natsUrl: string;
  readonly tape: TapeOptions;
  /** Events of the tape that are in the log already. */
  readonly historyEvents: number;
}

interface MarketPace {
  readonly perSecond: number;
  readonly seconds: number;
}

/** Drawn and encoded, so that publishing costs next to nothing. */
export interface DrawnMarket {
  /** Those of partitions; what all of them share is not counted. */
  readonly events: number;
  /** Event time that it reaches. */
  readonly ts: Micros;
}

/** Event time of a piece of the history. */
export const HISTORY_PIECE_MICROS = 10_000_000;

interface Drawn {
  readonly subject: string;
  readonly bytes: Uint8Array;
  /** Nanoseconds after the beginning. */
  readonly offset: number;
}

/** Between two looks at the clock, which then costs no processor. */
const TICK_MS = 2;
/** A clock goes to every partition about so often: what needs a benchmark waits for it. */
const CLOCK_SECONDS = 0.05;
/** Event time of the first pieces; the rate makes them longer or shorter. */
const PIECE_MICROS = 1_000_000;

/** A feed that goes at its own pace, whatever becomes of its events. */
export function marketRole(): RoleMethods {
  let feed: MarketFeed | undefined;
  return {
    connect: async (targets: MarketTargets): Promise<void> => {
      feed = await MarketFeed.open(targets);
    },
    draw: (pace: MarketPace): Promise<DrawnMarket> => feed!.draw(pace),
    publish: (): Promise<void> => feed!.publish(),
  };
}

class MarketFeed {
  readonly #nc: NatsConnection;
  readonly #tape: MarketTape;
  readonly #names = logNames();
  #drawn: Drawn[] = [];
  #pieceMicros = PIECE_MICROS;

  private constructor(nc: NatsConnection, tape: MarketTape) {
    this.#nc = nc;
    this.#tape = tape;
  }

  static async open({ natsUrl, tape: options, historyEvents }: MarketTargets): Promise<MarketFeed> {
    const tape = new MarketTape(options);
    await tape.take(historyEvents, HISTORY_PIECE_MICROS);
    return new MarketFeed(await connectNats(natsUrl, 'bench-market'), tape);
  }

  /** The next so many seconds of the market at that speed. */
  async draw({ perSecond, seconds }: MarketPace): Promise<DrawnMarket> {
    const messages = await this.#take(Math.round(perSecond * seconds), perSecond * CLOCK_SECONDS);
    let [count, own] = [0, 0];
    this.#drawn = messages.map(({ partition, kind, events }) => {
      const offset = (count * 1e9) / perSecond;
      count += events.length;
      if (partition !== 'all') own += events.length;
      const bytes = encodeEvents(events);
      return { subject: this.#names.events(partition, kind), bytes, offset };
    });
    return { events: own, ts: this.#tape.ts };
  }

  /** In pieces of about so many events, each of which ends with clocks. */
  async #take(events: number, eventsOfPiece: number): Promise<TapeMessage[]> {
    const messages: TapeMessage[] = [];
    for (let left = events; left > 0; ) {
      const piece = await this.#tape.take(1, this.#pieceMicros);
      const size = eventCount(piece);
      messages.push(...piece);
      left -= size;
      const change = Math.min(2, Math.max(0.5, eventsOfPiece / size));
      this.#pieceMicros = Math.ceil(this.#pieceMicros * change);
    }
    return messages;
  }

  /** Without acknowledgements: whether all are in the log is seen in what the engine has applied. */
  async publish(): Promise<void> {
    const drawn = this.#drawn;
    this.#drawn = [];
    const start = nowNanos();
    for (let i = 0; i < drawn.length; ) {
      const passed = nowNanos() - start;
      for (; i < drawn.length && drawn[i]!.offset <= passed; i++) {
        this.#nc.publish(drawn[i]!.subject, drawn[i]!.bytes);
      }
      await delay(TICK_MS);
    }
    await this.#nc.flush();
  }
}
