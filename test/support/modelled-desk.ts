import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { distFile } from '../../engine/platform/dist.ts';
import { connectNats, ensureLog } from '../../engine/platform/log.ts';
import { isAssetClass } from '../../engine/scoring/scopes.ts';
import type { Explanation } from '../../schemas/explanation.ts';
import type { SnapshotFrame } from '../../schemas/protocol.ts';
import { logNames } from '../../schemas/subjects.ts';
import { cleanEnv, run, temporaryFolder } from '../shell-support.ts';
import { deskEvents } from './desk-events.ts';
import { until } from './engine.ts';
import { startNats, type TestNats } from './nats.ts';
import { publishLog, simulatePartitions } from './simulated-log.ts';

const PARTITIONS = 2;
export const LOG = 'explained';
const cli = distFile('engine/cli/firstcall.js');
const MARKET = {
  seed: 5,
  days: 3,
  rfqsPerDay: 300,
  dealers: 12,
  instruments: 20,
  clockMinutes: 10,
};
const { log, market } = simulatePartitions({ ...MARKET, more: deskEvents }, PARTITIONS);
const MODEL_YAML = `model:
  splitBySide: true
  sizeBounds: [1000000]
  minObservations: 3
  halfLifeMicros: { base: 864000000000 }
  metrics:
    fillRate: { priorStrength: 2 }
    tca.toxicity: { priorStrength: 7 }
  tcaMetrics:
    - { name: toxicity, higherIsBetter: false, prior: 0.5 }
`;

/** An engine with a model of its own, over a log of three days, and the command beside it. */
export class ModelledDesk {
  readonly nats: TestNats;
  /** Where model.yaml is. */
  readonly folder: string;
  readonly url: string;
  readonly market = market;
  readonly #engine: ChildProcess;

  private constructor(nats: TestNats, folder: string, engine: ChildProcess, port: number) {
    this.nats = nats;
    this.folder = folder;
    this.url = `http://127.0.0.1:${port}`;
    this.#engine = engine;
  }

  static async start(): Promise<ModelledDesk> {
    const nats = await startNats();
    const nc = await connectNats(nats.url, 'test');
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'model.yaml'), MODEL_YAML);
    await ensureLog(nc, logNames(LOG), PARTITIONS);
    await publishLog(nc, logNames(LOG), log);
    await nc.close();
    const flags = ['--nats-url', nats.url, '--log', LOG, '--partitions', String(PARTITIONS)];
    const engine = spawn(process.execPath, [cli, 'engine', '--config', 'model.yaml', ...flags], {
      cwd: folder,
      env: cleanEnv({ FIRSTCALL_PORT: '0', FIRSTCALL_LOG_LEVEL: 'warn' }),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const exited = once(engine, 'exit').then(([code]) => {
      throw new Error(`the engine ended with ${code} before it was ready`);
    });
    const [ready] = (await Promise.race([once(engine, 'message'), exited])) as [{ port: number }];
    exited.catch(() => {});
    const desk = new ModelledDesk(nats, folder, engine, ready.port);
    await until(async () => (await fetch(`${desk.url}/readyz`)).status === 200);
    return desk;
  }

  async stop(): Promise<void> {
    if (this.#engine.exitCode === null) {
      const exited = once(this.#engine, 'exit');
      this.#engine.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
    }
    await this.nats.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** The command as a user has it, with the model's file beside. */
  firstcall(...args: string[]): ReturnType<typeof run> {
    return run([cli, ...args], { cwd: this.folder, env: cleanEnv() });
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}${path}`);
    const answer = await response.json();
    expect(response.status, JSON.stringify(answer).slice(0, 200)).toBe(200);
    return answer as T;
  }

  rankingOf(topic: string): Promise<SnapshotFrame> {
    return this.get(`/rankings/${encodeURIComponent(topic)}?format=json`);
  }

  explanationOf(dealer: string, scope: string, asOf: number): Promise<Explanation> {
    return this.get(`/explain?${new URLSearchParams({ dealer, scope, asOf: String(asOf) })}`);
  }

  /** Scopes of every kind, each with rows. */
  async someScopes(): Promise<string[]> {
    const { scopes } = await this.get<{ scopes: string[] }>('/rankings');
    const busiest = [...market.instruments]
      .map(({ instrumentId }) => instrumentId)
      .sort((a, b) => askedOf(b) - askedOf(a))[0]!;
    const { instrument } = await this.rankingOf(`instrument:${busiest}`);
    const split = scopes.filter((scope) => /-(BUY|SELL)-SZ[01]$/.test(scope));
    return [
      'ALL',
      scopes.find(isAssetClass)!,
      split[0]!.split('-').slice(0, 4).join('-'),
      split[0]!.split('-').slice(0, 5).join('-'),
      split[0]!,
      `issuer:${instrument!.issuerId}`,
      `instrument:${busiest}`,
    ];
  }
}

function askedOf(instrumentId: string): number {
  const rfqs = [...log.values()].flat().filter((event) => event.kind === 'rfq');
  return rfqs.filter((rfq) => rfq.instrumentId === instrumentId).length;
}
