import { connectNats } from '../../engine/platform/log.ts';
import { decode } from '../../schemas/codec.ts';
import type { DeltaFrame } from '../../schemas/protocol.ts';
import { logNames } from '../../schemas/subjects.ts';
import { atMost } from '../support/at-most.ts';
import { type Background, BackgroundSource } from '../support/background.ts';
import { Latencies } from '../support/latencies.ts';
import { MarketTape, type TapeOptions } from '../support/market-tape.ts';
import { randomArrivals, seededRandom } from '../support/open-loop.ts';
import { type Probe, ProbePublisher } from '../support/probe-publisher.ts';
import type { RoleMethods } from '../support/role.ts';
import { LogWatcher, type SeenFrame, TopicWatcher } from './event-watcher.ts';

export interface PublisherTargets {
  readonly natsUrl: string;
  readonly tape: TapeOptions;
  /** Events of the tape that are in the log already. */
  readonly historyEvents: number;
}

interface WatchTarget {
  readonly wsUrl: string;
  readonly topic: string;
}

export interface PublishRound {
  readonly seed: number;
  readonly probesPerSecond: number;
  readonly background: Background;
  readonly seconds: number;
}

export interface PublishResult {
  /** From the moment at which a probe was due to be published; HDR histograms, nanoseconds. */
  readonly ranking: string;
  readonly bareConsumer: string;
  readonly probes: number;
  readonly seenInRanking: number;
  readonly seenByConsumer: number;
  /** Probes seen by both, the ranking's delta holding the row of the probe's dealer. */
  readonly good: number;
  /** Frames that did not continue the one before. */
  readonly gaps: number;
}

/** How long the last probes may take to be seen. */
const SEEN_MS_MAX = 5_000;

/**
 * Publishes events and watches for them, twice: as a subscriber of a ranking and as a bare consumer
 * of the log. One process, so that all moments are of one clock.
 */
export function publisherRole(): RoleMethods {
  let publisher: Publisher | undefined;
  return {
    connect: async (targets: PublisherTargets): Promise<void> => {
      publisher = await Publisher.open(targets);
    },
    watch: (target: WatchTarget): Promise<void> => publisher!.watch(target),
    unwatch: (): void => publisher!.unwatch(),
    measure: (round: PublishRound): Promise<PublishResult> => publisher!.measure(round),
  };
}

class Publisher {
  readonly #log: LogWatcher;
  readonly #background: BackgroundSource;
  readonly #probes: ProbePublisher;
  #topic: TopicWatcher | null = null;

  private constructor(log: LogWatcher, background: BackgroundSource, probes: ProbePublisher) {
    this.#log = log;
    this.#background = background;
    this.#probes = probes;
  }

  static async open({ natsUrl, tape: options, historyEvents }: PublisherTargets) {
    const { partitions } = options;
    const tape = new MarketTape(options);
    await tape.take(historyEvents);
    const nc = await connectNats(natsUrl, 'bench-consumer');
    const log = await LogWatcher.open(nc, logNames(), partitions);
    const publisher = await connectNats(natsUrl, 'bench-publisher');
    const probes = new ProbePublisher(publisher, logNames(), partitions, tape);
    return new Publisher(log, new BackgroundSource(tape, partitions), probes);
  }

  async watch({ wsUrl, topic }: WatchTarget): Promise<void> {
    this.#topic = await TopicWatcher.open(wsUrl, topic);
  }

  unwatch(): void {
    this.#topic?.close();
    this.#topic = null;
  }

  async measure(round: PublishRound): Promise<PublishResult> {
    const { probesPerSecond, seconds, seed } = round;
    const background = await this.#background.take(round.background, seconds);
    const offsets = randomArrivals(probesPerSecond, seconds, seededRandom(seed));
    const topic = this.#topic!;
    const framesBefore = topic.frames.length;
    const probes = await this.#probes.publish(offsets, background);
    const isSeen = ({ partition, sequence }: Probe): boolean =>
      topic.frames[topic.frames.length - 1]!.partitions[partition]! >= sequence &&
      this.#log.arrivals[partition]!.has(sequence);
    await atMost(SEEN_MS_MAX, () => probes.every(isSeen));
    return this.#summarise(probes, topic.frames.slice(framesBefore - 1));
  }

  /** `frames` begins with the last one of the round before. */
  #summarise(probes: readonly Probe[], frames: readonly SeenFrame[]): PublishResult {
    const ranking = new Latencies();
    const bareConsumer = new Latencies();
    let good = 0;
    const dealers = keepLast(dealersOf);
    for (const { due, dealer, partition, sequence } of probes) {
      const arrival = this.#log.arrivals[partition]!.get(sequence);
      const frame = frames.find(({ partitions }) => partitions[partition]! >= sequence);
      if (arrival !== undefined) bareConsumer.record(arrival - due);
      if (frame !== undefined) ranking.record(frame.at - due);
      if (arrival !== undefined && frame !== undefined && dealers(frame).has(dealer)) good++;
    }
    const gaps = frames.filter((frame, i) => i > 0 && frame.seq !== frames[i - 1]!.seq + 1).length;
    for (const arrivals of this.#log.arrivals) arrivals.clear();
    return {
      ranking: ranking.encode(),
      bareConsumer: bareConsumer.encode(),
      probes: probes.length,
      seenInRanking: ranking.count,
      seenByConsumer: bareConsumer.count,
      good,
      gaps,
    };
  }
}

/** Whose rows a frame changed. */
function dealersOf({ bytes }: SeenFrame): ReadonlySet<string> {
  const { rows } = decode(bytes) as DeltaFrame;
  return new Set(rows.map(({ dealerId }) => dealerId));
}

/** Several probes in a row are in the same frame. */
function keepLast<T extends object, R>(compute: (of: T) => R): (of: T) => R {
  let last: { readonly of: T; readonly result: R } | null = null;
  return (of) => {
    if (last?.of !== of) last = { of, result: compute(of) };
    return last.result;
  };
}
