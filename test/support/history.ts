import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { connectHistory, type HistoryConnection } from '../../engine/history/connect.ts';
import { History } from '../../engine/history/history.ts';
import { connectNats, ensureLog } from '../../engine/platform/log.ts';
import { createLogger } from '../../engine/platform/logger.ts';
import { encode } from '../../schemas/codec.ts';
import type { FirstcallEvent, OrderEvent } from '../../schemas/events.ts';
import type { InstrumentId, OrderId } from '../../schemas/ids.ts';
import { type LogNames, logNames, partitionOf } from '../../schemas/subjects.ts';
import { startNats, type TestNats } from './nats.ts';

const PARTITIONS = 2;
export const NOW_US = Date.now() * 1000;
export const logger = createLogger('test', { logLevel: 'fatal', logFormat: 'json' });

/** A real nats-server and a real database for the tests of a file, and a log of its own for each. */
export class HistoryHarness {
  nc!: NatsConnection;
  connection!: HistoryConnection;
  names!: LogNames;
  #nats!: TestNats;
  #directory!: string;
  #logs = 0;
  readonly #stops: (() => Promise<void>)[] = [];

  constructor() {
    beforeAll(() => this.#open());
    afterAll(() => this.#close());
    beforeEach(() => this.#nextLog());
    afterEach(() => this.#stopAll());
  }

  /** Stops this when the test ends, before what was started earlier. */
  onEnd(stop: () => Promise<void>): void {
    this.#stops.push(stop);
  }

  async startHistory(): Promise<History> {
    const { nc, names } = this;
    const database = this.connection.writer;
    const history = new History({ nc, names, partitions: PARTITIONS, database, logger });
    this.onEnd(() => history.stop());
    await history.start();
    return history;
  }

  /** Until everything that is in the log now is in the tables. */
  async caughtUp(history: History): Promise<void> {
    const { names } = this;
    const jsm = await jetstreamManager(this.nc);
    const events = [names.stream(0), names.stream(1), names.stream('all')];
    const outputs = [names.decisionStream, names.deadLetterStream, names.tcaStream];
    for (const stream of [...events, ...outputs]) {
      const { state } = await jsm.streams.info(stream);
      while ((history.stored[stream] ?? 0) < state.last_seq) await delay(20);
    }
  }

  /** Publishes a message as it is, bytes or a value to encode. */
  async publish(
    partition: 0 | 1 | 'all',
    kind: FirstcallEvent['kind'],
    value: unknown,
  ): Promise<void> {
    const bytes = value instanceof Uint8Array ? value : encode(value);
    await jetstream(this.nc).publish(this.names.events(partition, kind), bytes);
  }

  /** Rows of this test's log; the statement has the parameter `log`. */
  async rows<T = Readonly<Record<string, unknown>>>(query: string): Promise<T[]> {
    return await this.connection.reader.rows<T>(query, { log: this.names.log });
  }

  async #open(): Promise<void> {
    this.#nats = await startNats();
    this.nc = await connectNats(this.#nats.url, 'test');
    this.#directory = await mkdtemp(join(tmpdir(), 'firstcall-history-'));
    this.connection = await connectHistory({ clickhouseUrl: null, directory: this.#directory });
  }

  async #close(): Promise<void> {
    await this.connection.close();
    await this.nc.close();
    await this.#nats.stop();
    await rm(this.#directory, { recursive: true });
  }

  async #nextLog(): Promise<void> {
    this.names = logNames(`test${++this.#logs}`);
    await ensureLog(this.nc, this.names, PARTITIONS);
  }

  async #stopAll(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
  }
}

/** An instrument of partition 0, and one of partition 1. */
export const HOMES = [0, 1].map((partition) => {
  const ids = ['A', 'B', 'C', 'D', 'E', 'F'];
  return ids.find((id) => partitionOf(id, PARTITIONS) === partition)!;
}) as [string, string];

export function orderOf(id: string, instrumentId: string, tsEvent = NOW_US): OrderEvent {
  return {
    kind: 'order',
    id,
    tsEvent,
    orderId: id as OrderId,
    instrumentId: instrumentId as InstrumentId,
    side: 'buy',
    quantity: 1,
  };
}
