import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { encode } from '../../schemas/codec.ts';
import type { QuoteEvent } from '../../schemas/events.ts';
import type { Micros } from '../../schemas/ids.ts';
import { type LogNames, partitionOf } from '../../schemas/subjects.ts';
import type { BackgroundMessage } from './background.ts';
import type { MarketTape } from './market-tape.ts';
import { paceOpenLoop } from './open-loop.ts';
import { ProbeQuotes } from './probe-quotes.ts';

/** An event whose way is timed: where the log has put it, and when it was due to be published. */
export interface Probe {
  /** On the clock of `nowNanos`. */
  readonly due: number;
  readonly dealer: string;
  readonly partition: number;
  readonly sequence: number;
}

/** Publishes single quotes to be timed, and a market that goes on beside them. */
export class ProbePublisher {
  readonly #names: LogNames;
  readonly #partitions: number;
  readonly #js: JetStreamClient;
  readonly #quotes: ProbeQuotes;
  #ts: Micros;
  #tsClock: Micros = 0;

  /** The tape: as far as the log has it already. */
  constructor(nc: NatsConnection, names: LogNames, partitions: number, tape: MarketTape) {
    this.#js = jetstream(nc);
    this.#names = names;
    this.#partitions = partitions;
    this.#ts = tape.ts;
    this.#quotes = new ProbeQuotes(
      tape.market.dealers.map((dealer) => dealer.dealerId),
      tape.market.instruments.map(({ instrumentId: id, basePrice: price }) => ({ id, price })),
    );
  }

  /** Publishes each when it is due, nanoseconds from now, acknowledged or not; resolves when all are. */
  async publish(
    offsets: readonly number[],
    background: readonly BackgroundMessage[],
  ): Promise<Probe[]> {
    const plan = [
      ...offsets.map((offset) => ({ offset, message: null })),
      ...background.map((message) => ({ offset: message.offset, message })),
    ].sort((a, b) => a.offset - b.offset);
    const acks: Promise<unknown>[] = [];
    const probes: Promise<Probe>[] = [];
    this.#ts = background[0]?.ts ?? this.#ts;
    await paceOpenLoop(
      plan.map(({ offset }) => offset),
      (i, due) => {
        const { message } = plan[i]!;
        if (message === null) probes.push(this.#probe(due));
        else acks.push(this.#send(message));
      },
    );
    await Promise.all(acks);
    return Promise.all(probes);
  }

  #send({ partition, kind, bytes, ts }: BackgroundMessage): Promise<unknown> {
    this.#ts = ts;
    return this.#js.publish(this.#names.events(partition, kind), bytes);
  }

  /** Publishes what has to be in the log before the first probe; resolves when it is. */
  async prepare(): Promise<void> {
    for (const quote of this.#quotes.firstOnes(this.#ts)) await this.#publishQuote(quote, 0);
  }

  #probe(due: number): Promise<Probe> {
    return this.#publishQuote(this.#quotes.next(this.#ts), due);
  }

  async #publishQuote(quote: QuoteEvent, due: number): Promise<Probe> {
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
}
