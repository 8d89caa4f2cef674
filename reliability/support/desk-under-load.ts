import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import { MarketTape } from '../../bench/support/market-tape.ts';
import { RoleProcess } from '../../bench/support/role.ts';
import { connectNats, ensureLog } from '../../engine/platform/log.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import { logNames } from '../../schemas/subjects.ts';
import type { EngineTask } from './engine-role.ts';
import type { FeedReport, FeedTask } from './feed-role.ts';
import { HistoryProcess } from './history-process.ts';
import { KillableNats } from './killable-nats.ts';
import type { TrialContext } from './trial.ts';

export const PARTITIONS = 8;
const LOG = 'trial';
const PROGRAM = 'reliability/main.js';
const POLL_MS = 50;
const READY_MS_MAX = 300_000;

/** What was done and seen when the load has ended. */
export interface LoadReport {
  readonly feed: FeedReport;
  /** Selections that the engine has answered. */
  readonly selections: number;
  /** Errors in the engine's log. */
  readonly engineErrors: number;
}

/**
 * A whole desk: nats-server, engine, history and a feed, each a process of its own, with events going
 * in and selections asked for until `end`.
 */
export class DeskUnderLoad {
  readonly names = logNames(LOG);
  readonly nats: KillableNats;
  readonly nc: NatsConnection;
  readonly history: HistoryProcess;
  readonly storeDir: string;
  readonly #context: TrialContext;
  readonly #instruments: readonly string[];
  readonly #engine: RoleProcess;
  readonly #feed: RoleProcess;

  private constructor(
    context: TrialContext,
    nats: KillableNats,
    nc: NatsConnection,
    storeDir: string,
    instruments: readonly string[],
  ) {
    this.#context = context;
    this.nats = nats;
    this.nc = nc;
    this.storeDir = storeDir;
    this.#instruments = instruments;
    this.history = new HistoryProcess({ ...this.#log, storeDir });
    this.#engine = new RoleProcess('engine', PROGRAM);
    this.#feed = new RoleProcess('feed', PROGRAM);
  }

  /** @param eventsPerSecond that the feed publishes, while the log takes them */
  static async start(context: TrialContext, eventsPerSecond: number): Promise<DeskUnderLoad> {
    const { seed, defer } = context;
    const market = {
      seed,
      dealers: 40,
      instruments: 200,
      rfqsPerDay: 4_000,
      partitions: PARTITIONS,
    };
    const reference = new MarketTape(market).market.reference();
    const instruments = reference.flatMap((e) => (e.kind === 'instrument' ? [e.instrumentId] : []));
    const nats = await KillableNats.start(context);
    const nc = await connectNats(nats.url, 'reliability');
    defer(() => nc.close());
    const storeDir = await mkdtemp(join(tmpdir(), 'firstcall-reliability-store-'));
    defer(() => rm(storeDir, { recursive: true, force: true }));
    const desk = new DeskUnderLoad(context, nats, nc, storeDir, instruments);
    await ensureLog(nc, desk.names, PARTITIONS);
    defer(() => desk.history.end('SIGKILL'));
    defer(() => desk.#engine.stop());
    defer(() => desk.#feed.stop());
    await Promise.all([desk.history.start(), desk.#engine.call('start', desk.#engineTask)]);
    const feed: FeedTask = { natsUrl: nats.url, log: LOG, market, eventsPerSecond };
    await desk.#feed.call('start', feed);
    await desk.#engine.call('select');
    context.say('nats-server, engine, history and feed are up');
    return desk;
  }

  /** Events that the log has acknowledged so far. */
  async acknowledged(): Promise<number> {
    return await this.#feed.call<number>('published');
  }

  /** Ends the load; resolves when all of it is in the log. */
  async end(): Promise<LoadReport> {
    const feed = await this.#feed.call<FeedReport>('end');
    const selections = await this.#engine.call<number>('endSelecting');
    return { feed, selections, engineErrors: await this.#engine.call<number>('errors') };
  }

  /**
   * State of a fresh engine that reads the whole log in one go, one hash a partition, and that of the
   * engine under load: as soon as it is the same, or else after a while.
   */
  async stateHashes(): Promise<{ readonly loaded: string[]; readonly fresh: string[] }> {
    const engine = new RoleProcess('engine', PROGRAM);
    this.#context.defer(() => engine.stop());
    await engine.call('start', this.#engineTask);
    await until('a fresh engine is ready', () => engine.call<boolean>('isReady'));
    const fresh = await engine.call<string[]>('stateHashes');
    this.#context.say('a fresh engine has read the log');
    await engine.call('close');
    await engine.stop();
    let loaded: string[] = [];
    const isSame = async () => {
      loaded = await this.#engine.call<string[]>('stateHashes');
      return loaded.join() === fresh.join();
    };
    await until('the engine is where a fresh one is', isSame).catch(() => {});
    return { loaded, fresh };
  }

  /** Everything that the engine has to say is in the log when this resolves. */
  async closeEngine(): Promise<void> {
    await this.#engine.call('close');
  }

  get #log() {
    return { natsUrl: this.nats.url, log: LOG, partitions: PARTITIONS };
  }

  get #engineTask(): EngineTask {
    return { ...this.#log, instruments: this.#instruments };
  }
}

/** Throws FirstcallError `trialStuck`. */
async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + READY_MS_MAX;
  while (!(await condition())) {
    if (performance.now() > end) {
      throw new FirstcallError('trialStuck', `not within ${READY_MS_MAX / 1000} s: ${what}`);
    }
    await delay(POLL_MS);
  }
}
