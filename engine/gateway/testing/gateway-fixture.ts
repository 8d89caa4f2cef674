import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SUBPROTOCOL_MSGPACK } from '../../../schemas/protocol.ts';
import { createGateway, type GatewayOptions } from '../gateway.ts';
import type { Gateway } from '../services.ts';
import { HandDrivenEngine, scoredDealer } from './hand-driven-engine.ts';
import { TestSubscriber } from './test-subscriber.ts';

type FixtureOptions = Pick<GatewayOptions, 'connectionsMax'>;

/** A gateway on a free port, a page of two files, and an engine driven by hand. */
export class GatewayFixture {
  readonly engine = new HandDrivenEngine();
  /** What an operator would have read. */
  readonly logged: string[] = [];
  readonly #library: 'uws' | 'ws';
  readonly #webDir: string;
  readonly #options: FixtureOptions;
  readonly #subscribers: TestSubscriber[] = [];
  #gateway: Gateway | undefined;

  private constructor(library: 'uws' | 'ws', webDir: string, options: FixtureOptions) {
    this.#library = library;
    this.#options = options;
    this.#webDir = webDir;
  }

  static async open(library: 'uws' | 'ws', options: FixtureOptions = {}): Promise<GatewayFixture> {
    const webDir = await mkdtemp(join(tmpdir(), 'firstcall-web-'));
    await writeFile(join(webDir, 'index.html'), '<!doctype html>page');
    await writeFile(join(webDir, 'app-ABCD1234.js'), 'export {};');
    await writeFile(join(webDir, 'long.js'), 'export {};\n'.repeat(100));
    const fixture = new GatewayFixture(library, webDir, options);
    await fixture.#listen(0);
    return fixture;
  }

  get gateway(): Gateway {
    if (this.#gateway === undefined) throw new Error('the fixture is not open');
    return this.#gateway;
  }

  get base(): string {
    return `http://127.0.0.1:${this.gateway.port}`;
  }

  async connect(
    protocol: string | null = SUBPROTOCOL_MSGPACK,
    headers: Record<string, string> = {},
  ): Promise<TestSubscriber> {
    const subscriber = await TestSubscriber.connect(this.gateway.port, protocol, headers);
    this.#subscribers.push(subscriber);
    return subscriber;
  }

  /** Closes the gateway and opens another on the same port at once. */
  async reopen(): Promise<void> {
    const { port } = this.gateway;
    await this.gateway.close();
    await this.#listen(port);
  }

  async close(): Promise<void> {
    await Promise.all(this.#subscribers.map((subscriber) => subscriber.close()));
    await this.gateway.close();
    await rm(this.#webDir, { recursive: true });
  }

  async #listen(port: number): Promise<void> {
    this.#gateway = await createGateway(this.engine, {
      host: '127.0.0.1',
      port,
      library: this.#library,
      webDir: this.#webDir,
      ...this.#options,
      log: (line) => this.logged.push(line),
    });
    this.engine.gateway = this.#gateway;
  }
}

/** Rows of about 400 bytes each. */
export function manyDealers(count: number, composite: number) {
  return Array.from({ length: count }, (_, i) => scoredDealer(`D${i}`, composite, 2));
}

/** A value of the gateway's own, out of Prometheus text. */
export function gauge(metrics: string, name: string): number {
  const line = metrics.split('\n').find((text) => text.startsWith(`firstcall_gateway_${name} `));
  return Number(line?.split(' ')[1]);
}
