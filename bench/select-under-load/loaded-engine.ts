import { setTimeout as delay } from 'node:timers/promises';
import { FirstcallError } from '../../schemas/errors.ts';
import type { LoadOptions, LoadResult } from '../select-websocket/load-client.ts';
import type { EngineProcess } from '../support/engine-process.ts';
import type { RoleProcess } from '../support/role.ts';
import type { DrawnMarket } from './market-role.ts';

/** A round of requests while the engine ingests. */
export interface LoadedRound extends LoadResult {
  /** Longest garbage collection of the engine's serving thread. */
  readonly longestGcMs: number;
  readonly published: number;
  /** Of those, not applied when the last one had been published. */
  readonly behind: number;
}

/** The market is on its way before the first request, and for as long as there are requests. */
const LEAD_SECONDS = 0.5;
const APPLIED_POLL_MS = 50;
const APPLIED_MS_MAX = 120_000;

/** An engine, the market that it ingests, and who asks it meanwhile. */
export class LoadedEngine {
  readonly #engine: EngineProcess;
  readonly #market: RoleProcess;
  readonly #client: RoleProcess;
  /** Events that the engine will have applied. */
  #published: number;

  /** `events`: of partitions, in the log already. */
  constructor(engine: EngineProcess, market: RoleProcess, client: RoleProcess, events: number) {
    this.#engine = engine;
    this.#market = market;
    this.#client = client;
    this.#published = events;
  }

  /** Events of partitions that the log holds. */
  get published(): number {
    return this.#published;
  }

  /** Ends when the engine has caught up again, so that each round begins alike. */
  async measure(options: LoadOptions, eventsPerSecond: number): Promise<LoadedRound> {
    const pace = { perSecond: eventsPerSecond, seconds: options.seconds + LEAD_SECONDS };
    const drawn = await this.#market.call<DrawnMarket>('draw', pace);
    this.#published += drawn.events;
    await this.#engine.longestGcMs();
    const publishing = this.#market.call<void>('publish').then(() => this.#applied());
    await delay(LEAD_SECONDS * 1000);
    const result = await this.#client.call<LoadResult>('measure', { ...options, ts: drawn.ts });
    const longestGcMs = await this.#engine.longestGcMs();
    const behind = this.#published - (await publishing);
    await this.#untilApplied();
    return { ...result, longestGcMs, published: drawn.events, behind };
  }

  async #applied(): Promise<number> {
    const text = await (await fetch(`${this.#engine.httpUrl}/metrics`)).text();
    return Number(/^firstcall_events_applied_total (\d+)/m.exec(text)?.[1]);
  }

  async #untilApplied(): Promise<void> {
    for (let waitedMs = 0; waitedMs < APPLIED_MS_MAX; waitedMs += APPLIED_POLL_MS) {
      if ((await this.#applied()) >= this.#published) return;
      await delay(APPLIED_POLL_MS);
    }
    const count = `${await this.#applied()} of ${this.#published} events`;
    throw new FirstcallError(
      'benchProcess',
      `the engine has applied ${count}, and goes no further`,
    );
  }
}
