import type { NatsConnection } from '@nats-io/transport-node';
import { connectNats } from '../../engine/platform/log.ts';
import { logNames } from '../../schemas/subjects.ts';
import {
  type Background,
  type BackgroundMessage,
  BackgroundSource,
} from '../support/background.ts';
import { MarketTape, type TapeOptions } from '../support/market-tape.ts';
import { randomArrivals, seededRandom } from '../support/open-loop.ts';
import { type Probe, ProbePublisher } from '../support/probe-publisher.ts';
import type { RoleMethods } from '../support/role.ts';

export interface LoadPlan {
  readonly natsUrl: string;
  readonly tape: TapeOptions;
  /** Events of the tape that every log holds before. */
  readonly historyEvents: number;
  readonly probesPerSecond: number;
  readonly background: Background;
  readonly seconds: number;
}

export interface LoadRound {
  readonly log: string;
  readonly seed: number;
}

/** Publishes the same market to one log after another. */
export function scoreLoadRole(): RoleMethods {
  let load: ScoreLoad | undefined;
  return {
    /** Number of events of partitions that it will publish beside the probes. */
    plan: async (plan: LoadPlan): Promise<number> => {
      load = await ScoreLoad.open(plan);
      return load.events;
    },
    publish: (round: LoadRound): Promise<Probe[]> => load!.publish(round),
  };
}

class ScoreLoad {
  readonly #plan: LoadPlan;
  readonly #nc: NatsConnection;
  readonly #tape: MarketTape;
  readonly #background: readonly BackgroundMessage[];

  private constructor(
    plan: LoadPlan,
    nc: NatsConnection,
    tape: MarketTape,
    background: readonly BackgroundMessage[],
  ) {
    this.#plan = plan;
    this.#nc = nc;
    this.#tape = tape;
    this.#background = background;
  }

  static async open(plan: LoadPlan): Promise<ScoreLoad> {
    const tape = new MarketTape(plan.tape);
    await tape.take(plan.historyEvents);
    const source = new BackgroundSource(tape, plan.tape.partitions);
    const background = await source.take(plan.background, plan.seconds);
    const nc = await connectNats(plan.natsUrl, 'bench-publisher');
    return new ScoreLoad(plan, nc, tape, background);
  }

  get events(): number {
    return this.#background.reduce((sum, { partition, events }) => {
      return sum + (partition === 'all' ? 0 : events);
    }, 0);
  }

  publish({ log, seed }: LoadRound): Promise<Probe[]> {
    const { probesPerSecond, seconds, tape } = this.#plan;
    const names = logNames(log);
    const publisher = new ProbePublisher(this.#nc, names, tape.partitions, this.#tape);
    const offsets = randomArrivals(probesPerSecond, seconds, seededRandom(seed));
    return publisher.publish(offsets, this.#background);
  }
}
