import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { MarketTape } from '../../bench/support/market-tape.ts';
import { connectFirstcall, type FirstcallClient } from '../../client/src/index.ts';
import { freePort } from '../../client/src/testing/clients.ts';
import { connectNats, ensureLog } from '../../engine/platform/log.ts';
import { launchNatsServer } from '../../engine/platform/nats-server.ts';
import { createPublisher, type EventPublisher } from '../../engine/platform/publisher.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { InstrumentId, OrderId } from '../../schemas/ids.ts';
import type { SnapshotFrame, StatusFrame } from '../../schemas/protocol.ts';
import type { ScoredDealer, SelectRequest } from '../../schemas/selection.ts';
import { logNames } from '../../schemas/subjects.ts';
import { OrderStream } from './order-stream.ts';
import { RankingWatch } from './ranking-watch.ts';
import { ReplicaProcess } from './replica-process.ts';
import type { TrialContext } from './trial.ts';

const PARTITIONS = 8;
const LOG = 'replicas';
/** In the log before the first engine starts. */
const EVENTS_BEFORE = 15_000;
const QUICK_EVENTS_BEFORE = 1_000;
const PIECE_EVENTS = 20;
const PIECE_MS = 200;
const DAY_US = 86_400e6;
const SUMS_TRIES_MAX = 50;
const RANKINGS = ['ALL', 'ALL/fillRate', 'CORP', 'MUNI'];

/** Two engines on one log, a feed, and a client with rankings and orders that knows both. */
export class ReplicatedDesk {
  readonly names = logNames(LOG);
  readonly nc: NatsConnection;
  readonly engines: readonly [ReplicaProcess, ReplicaProcess];
  readonly watches: readonly RankingWatch[];
  readonly orders: OrderStream;
  readonly #client: FirstcallClient;
  readonly #tape: MarketTape;
  readonly #publisher: EventPublisher;
  readonly #instruments: readonly InstrumentId[];
  #isEnding = false;
  readonly #feeding: Promise<void>;

  private constructor(
    context: TrialContext,
    nc: NatsConnection,
    engines: readonly [ReplicaProcess, ReplicaProcess],
    tape: MarketTape,
    publisher: EventPublisher,
  ) {
    this.nc = nc;
    this.engines = engines;
    this.#tape = tape;
    this.#publisher = publisher;
    this.#instruments = tape.market
      .reference()
      .flatMap((event) => (event.kind === 'instrument' ? [event.instrumentId] : []));
    this.#client = connectFirstcall({ url: engines.map(({ wsUrl }) => wsUrl) });
    context.defer(() => this.#client.close());
    this.watches = RANKINGS.map((topic) => new RankingWatch(this.#client, topic));
    this.orders = new OrderStream(this.#client, (n) => this.orderOf(n));
    this.#feeding = this.#feed();
  }

  static async start(context: TrialContext): Promise<ReplicatedDesk> {
    const { seed, isQuick, defer } = context;
    const folder = await mkdtemp(join(tmpdir(), 'firstcall-reliability-'));
    defer(() => rm(folder, { recursive: true, force: true }));
    const server = await launchNatsServer({ storeDir: join(folder, 'nats') });
    defer(() => server.stop());
    const nc = await connectNats(server.url, 'reliability');
    defer(() => nc.close());
    const names = logNames(LOG);
    await ensureLog(nc, names, PARTITIONS);
    const publisher = createPublisher(nc, names);
    const sizes = { dealers: 40, instruments: 200, rfqsPerDay: 800 };
    const tape = new MarketTape({ seed, ...sizes, partitions: PARTITIONS });
    const before = await tape.take(isQuick ? QUICK_EVENTS_BEFORE : EVENTS_BEFORE);
    for (const { partition, kind, events } of before) {
      await publisher.publish(partition, kind, events);
    }
    await publisher.flush();
    const start = async (name: string) => {
      const storeDir = join(folder, name);
      const log = { natsUrl: server.url, log: LOG, partitions: PARTITIONS };
      const engine = new ReplicaProcess(name, { ...log, storeDir, port: await freePort() });
      defer(() => engine.end());
      engine.start();
      await engine.ready();
      return engine;
    };
    const engines = [await start('engine A'), await start('engine B')] as const;
    const desk = new ReplicatedDesk(context, nc, engines, tape, publisher);
    await desk.#allLive(null);
    return desk;
  }

  /** Events in the log so far. */
  get events(): number {
    return this.#publisher.published;
  }

  /** An order as of the day after: the market goes on meanwhile, and scores of the past are not kept. */
  orderOf(n: number): SelectRequest {
    return {
      orderId: `order-${n}` as OrderId,
      instrumentId: this.#instruments[n % this.#instruments.length]!,
      side: n % 2 === 0 ? 'buy' : 'sell',
      quantity: 1e6,
      tsEvent: this.#tape.ts + DAY_US,
    };
  }

  /** Kills the engine that the client listens to; its name, and milliseconds until all is live again. */
  async kill(): Promise<[name: string, ms: number]> {
    const engine = this.#listenedTo();
    const ms = await this.#timed(engine, () => engine.signal('SIGKILL'));
    await engine.end();
    engine.start();
    await engine.ready();
    return [engine.name, ms];
  }

  /** The same with an engine that is frozen, and thaws afterwards. */
  async freeze(): Promise<[name: string, ms: number]> {
    const engine = this.#listenedTo();
    const ms = await this.#timed(engine, () => engine.signal('SIGSTOP'));
    engine.signal('SIGCONT');
    await engine.ready();
    return [engine.name, ms];
  }

  /** Ends feed and orders; resolves when both engines have all that was published. */
  async settle(): Promise<void> {
    this.#isEnding = true;
    await this.#feeding;
    await this.orders.end();
    for (const engine of this.engines) {
      const isThere = async () => {
        const status = (await engine.get('/readyz')) as StatusFrame;
        return status.ready && status.lagMs === 0 && status.asOf === (await this.#asOfA());
      };
      while (!(await isThere())) await delay(100);
    }
    // What was ranked last has to arrive.
    await delay(1_000);
  }

  /** Rankings of the client that are, at their number, what the engine says. */
  async rankingsAsServed(): Promise<number> {
    const engine = this.#listenedTo();
    let same = 0;
    for (const watch of this.watches) {
      const { seq, rows } = (await engine.get(`/rankings/${watch.topic}`)) as SnapshotFrame;
      if (watch.isSame(engine.wsUrl, seq, rows as ScoredDealer[]) === true) same += 1;
    }
    return same;
  }

  /** Every coarse scope that was observed, and the first instruments. */
  async scopes(): Promise<string[]> {
    const { scopes } = (await this.engines[0].get('/rankings')) as StatusFrame;
    return [...scopes, ...this.#instruments.slice(0, 20).map((id) => `instrument:${id}`)];
  }

  /** The decayed sums of a scope, as text: JSON writes numbers so that each reads back the same. */
  async sumsOf(engine: ReplicaProcess, scope: string): Promise<string> {
    // A busy engine may need longer for a first state than it lets a request wait.
    for (let tries = 0; tries < SUMS_TRIES_MAX; tries++) {
      const frame = (await engine.get(`/rankings/sums:${scope}`)) as Partial<SnapshotFrame>;
      if (frame.rows !== undefined) return JSON.stringify([frame.rows, frame.position]);
      await delay(100);
    }
    throw new FirstcallError('trialStuck', `${engine.name} does not say its sums of ${scope}`);
  }

  async #asOfA(): Promise<number | null> {
    return ((await this.engines[0].get('/readyz')) as StatusFrame).asOf;
  }

  #listenedTo(): ReplicaProcess {
    const engine = this.engines.find(({ wsUrl }) => wsUrl === this.#client.engine);
    return engine ?? this.engines[0];
  }

  async #timed(engine: ReplicaProcess, fault: () => void): Promise<number> {
    const began = performance.now();
    fault();
    await this.#allLive(engine.wsUrl);
    return Math.round(performance.now() - began);
  }

  /** Resolves once client and rankings are live, with another engine than `former`. */
  async #allLive(former: string | null): Promise<void> {
    const isLive = () =>
      this.#client.engine !== former &&
      this.#client.state === 'live' &&
      this.watches.every(({ ranking }) => ranking.state === 'live');
    while (!isLive()) await delay(1);
  }

  async #feed(): Promise<void> {
    while (!this.#isEnding) {
      const began = performance.now();
      await this.#publish(await this.#tape.take(PIECE_EVENTS));
      await delay(Math.max(0, PIECE_MS - (performance.now() - began)));
    }
    await this.#publish(await this.#tape.settle());
    await this.#publisher.flush();
  }

  async #publish(messages: Awaited<ReturnType<MarketTape['take']>>): Promise<void> {
    for (const { partition, kind, events } of messages) {
      await this.#publisher.publish(partition, kind, events);
    }
  }
}
