import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { createChdbConnection } from 'chdb/connection';

type Connection = ReturnType<typeof createChdbConnection>;

/**
 * ClickHouse's HTTP interface, as far as `@clickhouse/client` asks for it, in front of chDB: the real
 * engine on the real way to it. It can be away, and it can lose the answers to what it has done.
 */
export class ClickHouseHttp {
  readonly #connection: Connection;
  readonly #directory: string;
  #server: Server | null = null;
  #port = 0;
  #turn: Promise<unknown> = Promise.resolve();
  /** Answers to be lost. */
  #toLose = 0;
  #lost = 0;
  /** Requests that have come. */
  requests = 0;

  private constructor(directory: string) {
    this.#directory = directory;
    this.#connection = createChdbConnection({ path: directory });
  }

  static async start(): Promise<ClickHouseHttp> {
    const server = new ClickHouseHttp(await mkdtemp(join(tmpdir(), 'firstcall-clickhouse-')));
    await server.comeBack();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/desk`;
  }

  get lost(): number {
    return this.#lost;
  }

  /** The next inserts are done, and their connections cut instead of answered. */
  loseAnswers(count: number): void {
    this.#toLose += count;
  }

  /** Refuses connections from now on, and cuts those that there are. */
  async goAway(): Promise<void> {
    const server = this.#server!;
    this.#server = null;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** On the port that it had. */
  async comeBack(): Promise<void> {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (this.#server !== null) await this.goAway();
    await this.#turn.catch(() => {});
    await this.#connection.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    try {
      const parameters = new URL(request.url ?? '/', 'http://localhost').searchParams;
      const body = await text(request);
      // Statements on an embedded connection share its current database.
      const answering = this.#turn.catch(() => {}).then(() => this.#answer(parameters, body));
      this.#turn = answering;
      const { isInsert, bytes } = await answering;
      if (isInsert && this.#toLose > 0) {
        this.#toLose -= 1;
        this.#lost += 1;
        request.socket.destroy();
        return;
      }
      response.writeHead(200).end(bytes);
    } catch (error) {
      response
        .writeHead(500)
        .end((error as Error & { cause?: Error }).cause?.message ?? `${error}`);
    }
  }

  async #answer(parameters: URLSearchParams, body: string) {
    const statement = parameters.get('query');
    const sql = statement === null ? body : `${statement}\n${body}`;
    const database = parameters.get('database');
    const query_params = Object.fromEntries(
      [...parameters].flatMap(([name, value]) =>
        name.startsWith('param_') ? [[name.slice('param_'.length), value]] : [],
      ),
    );
    if (database !== null) await this.#exec({ query: `USE ${database}` });
    const { stream } = await this.#exec({ query: sql, query_params });
    return { isInsert: sql.startsWith('INSERT'), bytes: await buffer(stream) };
  }

  #exec(parameters: object) {
    return this.#connection.exec(parameters as Parameters<Connection['exec']>[0]);
  }
}
