import { createGateway } from '../../engine/gateway/gateway.ts';
import type { Gateway } from '../../engine/gateway/services.ts';
import { distFile } from '../../engine/platform/dist.ts';
import { ensureLog } from '../../engine/platform/log.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import { cleanEnv, run, temporaryFolder } from '../shell-support.ts';
import { startEngine, type TestEngine, until } from './engine.ts';
import { startNats, type TestNats } from './nats.ts';
import { type PartitionedLog, publishLog, SIM_START, simulatePartitions } from './simulated-log.ts';

const PARTITIONS = 2;
const cli = distFile('engine/cli/firstcall.js');
const MARKET = { seed: 7, days: 1, rfqsPerDay: 200, dealers: 6, instruments: 10, clockMinutes: 10 };
const { log, market } = simulatePartitions(MARKET, PARTITIONS);

/** Dealers of the market; without the first the dealer database must do. */
const [stranger, ...others] = market.dealers.map(({ dealerId }) => dealerId);

type Answer = { readonly status: number } & Readonly<Record<string, unknown>>;

/** An engine over a day of a market of whose first dealer, and of whose instruments, nothing is known. */
export class RecordsDesk {
  readonly nats: TestNats;
  readonly engine: TestEngine;
  readonly stranger = stranger!;
  readonly others = others;
  /** Where commands run. */
  readonly folder: string;
  readonly #gateway: Gateway;

  private constructor(nats: TestNats, engine: TestEngine, gateway: Gateway, folder: string) {
    this.nats = nats;
    this.engine = engine;
    this.folder = folder;
    this.#gateway = gateway;
  }

  static async start(names: LogNames): Promise<RecordsDesk> {
    const nats = await startNats();
    const folder = temporaryFolder();
    let gateway: Gateway | undefined;
    const engine = await startEngine(nats.url, names, {
      partitions: PARTITIONS,
      onUpdate: (update) => gateway?.publish(update),
    });
    gateway = await createGateway(engine.engine, {
      host: '127.0.0.1',
      port: 0,
      library: 'uws',
      webDir: folder,
      log: () => {},
    });
    await ensureLog(engine.nc, names, PARTITIONS);
    await publishLog(engine.nc, names, withoutReference(log));
    const end = SIM_START + MARKET.days * 86_400e6;
    await until(() => {
      const { ready, asOf } = engine.engine.status();
      return ready && (asOf ?? 0) >= end;
    });
    return new RecordsDesk(nats, engine, gateway, folder);
  }

  async stop(): Promise<void> {
    await this.#gateway.close();
    await this.engine.close();
    await this.nats.stop();
  }

  async ask(path: string, method = 'GET', body?: unknown): Promise<Answer> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.#url}${path}`, { method, ...json });
    return { status: response.status, ...((await response.json()) as object) };
  }

  firstcall(...args: string[]) {
    return run([cli, ...args, '--url', this.#url], { cwd: this.folder, env: cleanEnv() });
  }

  get #url(): string {
    return `http://127.0.0.1:${this.#gateway.port}`;
  }
}

function withoutReference(whole: PartitionedLog): PartitionedLog {
  const isKnown = (event: FirstcallEvent) =>
    event.kind !== 'instrument' && !(event.kind === 'dealer' && event.dealerId === stranger);
  return new Map([...whole].map(([partition, events]) => [partition, events.filter(isKnown)]));
}
