import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import { connectNats } from '../../engine/platform/log.ts';
import { encode } from '../../schemas/codec.ts';
import type { Micros } from '../../schemas/ids.ts';
import { type LogNames, logNames, partitionOf } from '../../schemas/subjects.ts';
import { atMost } from '../support/at-most.ts';
import { Latencies } from '../support/latencies.ts';
import { MarketTape, type TapeOptions } from '../support/market-tape.ts';
import { paceOpenLoop, randomArrivals, seededRandom } from '../support/open-loop.ts';
import type { RoleMethods } from '../support/role.ts';
import { type BackgroundMessage, drawBackground } from './background.ts';
import { LogWatcher, type SeenFrame, TopicWatcher } from './event-watcher.ts';
import { ProbeQuotes } from './probe-quotes.ts';

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
  readonly backgroundPerSecond: number;
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

interface Probe {
  readonly due: number;
  readonly dealer: string;
  readonly partition: number;
  readonly sequence: number;
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
  readonly #names: LogNames = logNames();
  readonly #partitions: number;
  readonly #js: JetStreamClient;
  readonly #log: LogWatcher;
  readonly #tape: MarketTape;
  readonly #quotes: ProbeQuotes;
  #topic: TopicWatcher | null = null;
  #tsClock: Micros = 0;

  private constructor(js: JetStreamClient, log: LogWatcher, tape: MarketTape, partitions: number) {
    this.#js = js;
    this.#log = log;
    this.#tape = tape;
    this.#partitions = partitions;
    this.#quotes = new ProbeQuotes(
      tape.market.dealers.map((dealer) => dealer.dealerId),
      tape.market.instruments.map(({ instrumentId: id, basePrice: price }) => ({ id, price })),
    );
  }

  static async open({ natsUrl, tape: options, historyEvents }: PublisherTargets) {
    const { partitions } = options;
    const tape = new MarketTape(options);
    await tape.take(historyEvents);
    const js = jetstream(await connectNats(natsUrl, 'bench-publisher'));
    const nc = await connectNats(natsUrl, 'bench-consumer');
    const log = await LogWatcher.open(nc, logNames(), partitions);
    return new Publisher(js, log, tape, partitions);
  }

  async watch({ wsUrl, topic }: WatchTarget): Promise<void> {
    this.#topic = await TopicWatcher.open(wsUrl, topic);
  }

  unwatch(): void {
    this.#topic?.close();
    this.#topic = null;
  }

  async measure(round: PublishRound): Promise<PublishResult> {
    const { probesPerSecond, backgroundPerSecond, seconds, seed } = round;
    const background = await drawBackground(this.#tape, this.#names, backgroundPerSecond, seconds);
    const offsets = randomArrivals(probesPerSecond, seconds, seededRandom(seed));
    const topic = this.#topic!;
    const framesBefore = topic.frames.length;
    const probes = await this.#publish(offsets, background);
    const isSeen = ({ partition, sequence }: Probe): boolean =>
      topic.frames[topic.frames.length - 1]!.partitions[partition]! >= sequence &&
      this.#log.arrivals[partition]!.has(sequence);
    await atMost(SEEN_MS_MAX, () => probes.every(isSeen));
    return this.#summarise(probes, topic.frames.slice(framesBefore - 1));
  }

  /** Publishes probes and background, each when it is due. */
  async #publish(
    offsets: readonly number[],
    background: readonly BackgroundMessage[],
  ): Promise<Probe[]> {
    const plan = [
      ...offsets.map((offset) => ({ offset, message: null })),
      ...background.map((message) => ({ offset: message.offset, message })),
    ].sort((a, b) => a.offset - b.offset);
    const acks: Promise<unknown>[] = [];
    const probes: Promise<Probe>[] = [];
    let ts = background[0]?.ts ?? this.#tape.ts;
    await paceOpenLoop(
      plan.map(({ offset }) => offset),
      (i, due) => {
        const { message } = plan[i]!;
        if (message === null) {
          probes.push(this.#probe(ts, due));
        } else {
          ts = message.ts;
          acks.push(this.#js.publish(message.subject, message.bytes));
        }
      },
    );
    await Promise.all(acks);
    return Promise.all(probes);
  }

  async #probe(ts: number, due: number): Promise<Probe> {
    const quote = this.#quotes.next(ts);
    if (quote.tsEvent > this.#tsClock) this.#tellTime(quote.tsEvent);
    const partition = partitionOf(quote.instrumentId, this.#partitions);
    const ack = await this.#js.publish(this.#names.events(partition, 'quote'), encode(quote));
    return { due, dealer: quote.dealerId, partition, sequence: ack.seq };
  }

  /** As a feed does: a partition that is ahead of its benchmarks waits for them. */
  #tellTime(tsEvent: Micros): void {
    this.#tsClock = tsEvent;
    const clock = { kind: 'clock', id: `probe-clock-${tsEvent}`, tsEvent };
    void this.#js.publish(this.#names.events('all', 'clock'), encode(clock));
  }

  /** `frames` begins with the last one of the round before. */
  #summarise(probes: readonly Probe[], frames: readonly SeenFrame[]): PublishResult {
    const ranking = new Latencies();
    const bareConsumer = new Latencies();
    let good = 0;
    for (const { due, dealer, partition, sequence } of probes) {
      const arrival = this.#log.arrivals[partition]!.get(sequence);
      const frame = frames.find(({ partitions }) => partitions[partition]! >= sequence);
      if (arrival !== undefined) bareConsumer.record(arrival - due);
      if (frame !== undefined) ranking.record(frame.at - due);
      if (arrival !== undefined && frame?.dealers.has(dealer)) good++;
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
