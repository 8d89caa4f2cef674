import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { MarketTape } from '../../bench/support/market-tape.ts';
import {
  nowNanos,
  paceOpenLoop,
  randomArrivals,
  seededRandom,
} from '../../bench/support/open-loop.ts';
import { ProbeQuotes } from '../../bench/support/probe-quotes.ts';
import { encode } from '../../schemas/codec.ts';
import type { Micros } from '../../schemas/ids.ts';
import { logNames, partitionOf } from '../../schemas/subjects.ts';
import { clockNanos, type Sent } from './sent.ts';

const names = logNames();

/** Quotes at random moments, each of which makes a new state of every ranking of its dealer. */
export class QuoteFeed {
  readonly #js: JetStreamClient;
  readonly #partitions: number;
  readonly #quotes: ProbeQuotes;
  readonly #ts: Micros;
  #tsClock: Micros = 0;
  #seed = 1;

  constructor(nc: NatsConnection, tape: MarketTape, partitions: number) {
    this.#js = jetstream(nc);
    this.#partitions = partitions;
    this.#ts = tape.ts;
    this.#quotes = new ProbeQuotes(
      tape.market.dealers.map((dealer) => dealer.dealerId),
      tape.market.instruments.map(({ instrumentId: id, basePrice: price }) => ({ id, price })),
    );
  }

  /** Publishes for so long, open loop, and resolves once the log has everything. */
  async publish(perSecond: number, seconds: number): Promise<Sent[]> {
    const offsets = randomArrivals(perSecond, seconds, seededRandom(this.#seed++));
    const ahead = clockNanos() - nowNanos();
    const sent: Promise<Sent>[] = [];
    await paceOpenLoop(offsets, (_, due) => void sent.push(this.#send(due + ahead)));
    return await Promise.all(sent);
  }

  async #send(at: number): Promise<Sent> {
    const quote = this.#quotes.next(this.#ts);
    if (quote.tsEvent > this.#tsClock) this.#tellTime(quote.tsEvent);
    const partition = partitionOf(quote.instrumentId, this.#partitions);
    const ack = await this.#js.publish(names.events(partition, 'quote'), encode(quote));
    return { partition, sequence: ack.seq, at };
  }

  /** As a feed does: a partition that is ahead of its benchmarks waits for them. */
  #tellTime(tsEvent: Micros): void {
    this.#tsClock = tsEvent;
    const clock = { kind: 'clock', id: `quotes-clock-${tsEvent}`, tsEvent };
    void this.#js.publish(names.events('all', 'clock'), encode(clock));
  }
}
