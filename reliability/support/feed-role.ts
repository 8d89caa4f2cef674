import { createHash, type Hash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { MarketTape, type TapeMessage, type TapeOptions } from '../../bench/support/market-tape.ts';
import type { RoleMethods } from '../../bench/support/role.ts';
import { connectNats } from '../../engine/platform/log.ts';
import { createPublisher, type EventPublisher } from '../../engine/platform/publisher.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { DealerId, InstrumentId } from '../../schemas/ids.ts';
import { logNames, type PartitionName, partitionOf } from '../../schemas/subjects.ts';

export interface FeedTask {
  readonly natsUrl: string;
  readonly log: string;
  readonly market: TapeOptions;
  readonly eventsPerSecond: number;
}

export interface FeedReport {
  /** Events that the server has stored, by its own word. */
  readonly acknowledged: number;
  /** Of these, how many no validator takes. */
  readonly invalid: number;
  /** By partition: SHA-256 of the ids in the order in which they were published. */
  readonly idDigests: Readonly<Record<string, string>>;
}

const PIECE_EVENTS = 1_000;
const BURST_MS_MAX = 500;
/** After so many pieces an event that the market does not have, and one that no validator takes. */
const EXTRA_EVERY = 4;

/** A feed that publishes a simulated market at a steady rate, whatever happens to the log. */
export function feedRole(): RoleMethods {
  let feed: Feed | null = null;
  return {
    start: async (task: FeedTask) => {
      feed = new Feed(task, await connectNats(task.natsUrl, 'reliability-feed'));
      feed.begin();
    },
    published: () => feed!.acknowledged,
    /** Resolves when everything is stored. */
    end: () => feed!.end(),
  };
}

class Feed {
  readonly #task: FeedTask;
  readonly #nc: NatsConnection;
  readonly #publisher: EventPublisher;
  readonly #tape: MarketTape;
  readonly #digests = new Map<PartitionName, Hash>();
  #invalid = 0;
  #isEnding = false;
  #publishing: Promise<void> | null = null;

  constructor(task: FeedTask, nc: NatsConnection) {
    this.#task = task;
    this.#nc = nc;
    this.#publisher = createPublisher(nc, logNames(task.log));
    this.#tape = new MarketTape(task.market);
  }

  get acknowledged(): number {
    return this.#publisher.published;
  }

  begin(): void {
    this.#publishing = this.#publishAll();
  }

  async end(): Promise<FeedReport> {
    this.#isEnding = true;
    await this.#publishing;
    await this.#publisher.flush();
    await this.#nc.close();
    const digests = [...this.#digests].map(([p, hash]) => [p, hash.digest('hex')] as const);
    return {
      acknowledged: this.acknowledged,
      invalid: this.#invalid,
      idDigests: Object.fromEntries(digests),
    };
  }

  async #publishAll(): Promise<void> {
    let dueMs = performance.now();
    for (let piece = 0; !this.#isEnding; piece++) {
      for (const message of await this.#tape.take(PIECE_EVENTS)) {
        await this.#publish(message);
        dueMs += (message.events.length * 1000) / this.#task.eventsPerSecond;
        // What the log was away for is made up for, but not longer than for a moment.
        dueMs = Math.max(dueMs, performance.now() - BURST_MS_MAX);
        await delay(Math.max(0, dueMs - performance.now()));
        if (this.#isEnding) break;
      }
      if (piece % EXTRA_EVERY === 0) await this.#publishExtras(piece);
    }
    for (const message of await this.#tape.settle()) await this.#publish(message);
  }

  async #publishExtras(piece: number): Promise<void> {
    const instrumentId = `EXTRA-${piece}` as InstrumentId;
    const place = partitionOf(instrumentId, this.#task.market.partitions);
    const own = { tsEvent: this.#tape.ts, instrumentId };
    const dealerId = 'EXTRA' as DealerId;
    const id = `tca-${piece}`;
    const tca = { kind: 'tca' as const, id, name: 'EXTRA', dealerId, value: 1, ...own };
    await this.#publish({ partition: place, kind: 'tca', events: [tca] });
    const tick = { kind: 'tick' as const, id: `invalid-${piece}`, mid: -1, ...own };
    await this.#publish({ partition: place, kind: 'tick', events: [tick] });
    this.#invalid += 1;
  }

  async #publish({ partition, kind, events }: Omit<TapeMessage, 'tsFrom'>): Promise<void> {
    await this.#publisher.publish(partition, kind, events);
    const digest = this.#digests.get(partition) ?? createHash('sha256');
    this.#digests.set(partition, digest);
    for (const event of events as readonly FirstcallEvent[]) digest.update(`${event.id}\n`);
  }
}
