import { Frame, SUBPROTOCOLS } from './frame.ts';
import { answerHandshake } from './handshake.ts';
import { HttpRoutes } from './http-routes.ts';
import { Hub } from './hub.ts';
import { type GatewayLibrary, openTransport } from './open-transport.ts';
import { isLoopbackHost, type OriginPolicy } from './origin.ts';
import type { EngineServices, Gateway } from './services.ts';
import { Session } from './session.ts';
import { StaticFiles } from './static-files.ts';
import { Subscriber } from './subscriber.ts';
import type { HandshakeAnswer, RequestHead, Socket, Transport } from './transport.ts';

export interface GatewayOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly library: GatewayLibrary;
  readonly connectionsMax?: number;
  /** The built web page; null for none. */
  readonly webDir: string | null;
  /** Origins, besides our own host, whose pages may connect; see `refuseOrigin`. */
  readonly allowOrigins?: readonly string[];
  /** Told what an operator should know; stderr by default. */
  readonly log?: (message: string) => void;
}

/** RFC 6455: the endpoint is going away. Clients reconnect. */
const GOING_AWAY = 1001;

/**
 * Listens for subscribers and HTTP. Throws FirstcallError `portInUse`, `uwsUnavailable` (only with
 * library `uws`) or `webDirTooLarge`.
 */
export async function createGateway(
  services: EngineServices,
  options: GatewayOptions,
): Promise<Gateway> {
  const log = options.log ?? ((message) => process.stderr.write(`gateway: ${message}\n`));
  const files = await StaticFiles.read(options.webDir);
  const server = new GatewayServer(services, files, options, log);
  await server.listen(options, log);
  return server;
}

class GatewayServer implements Gateway {
  readonly #services: EngineServices;
  readonly #hub: Hub;
  readonly #routes: HttpRoutes;
  readonly #originPolicy: OriginPolicy;
  readonly #report: (error: unknown) => void;
  #transport: Transport | null = null;
  #isClosing = false;

  constructor(
    services: EngineServices,
    files: StaticFiles,
    options: GatewayOptions,
    log: (message: string) => void,
  ) {
    this.#services = services;
    this.#hub = new Hub(services);
    this.#originPolicy = {
      isLoopback: isLoopbackHost(options.host),
      allowOrigins: options.allowOrigins ?? [],
    };
    this.#report = (error) => log(error instanceof Error ? String(error.stack) : String(error));
    this.#routes = new HttpRoutes({
      hub: this.#hub,
      services,
      files,
      originPolicy: this.#originPolicy,
      report: this.#report,
    });
  }

  async listen(options: GatewayOptions, log: (message: string) => void): Promise<void> {
    const handlers = {
      handshake: (head: RequestHead) => this.#handshake(head),
      connected: (socket: Socket, protocol: string) => this.#connected(socket, protocol),
      request: this.#routes.answer.bind(this.#routes),
      refusedConnection: () => this.#hub.counters.add('connections_refused_total'),
    };
    this.#transport = await openTransport(options.library, handlers, options, log);
  }

  get port(): number {
    return this.#transport?.port ?? 0;
  }

  get subscribers(): number {
    return this.#hub.subscribers.size;
  }

  publish(update: Parameters<Gateway['publish']>[0]): void {
    this.#hub.publish(update);
  }

  whenSent(): Promise<void> {
    return this.#hub.whenSent();
  }

  statusChanged(): void {
    const frame = Frame.ofValue(this.#services.status());
    for (const subscriber of this.#hub.subscribers) subscriber.sendStatus(frame);
  }

  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#routes.close();
    for (const subscriber of [...this.#hub.subscribers]) {
      subscriber.end(GOING_AWAY, 'the engine is stopping');
    }
    await this.#transport?.close();
    this.#hub.close();
  }

  #handshake(head: RequestHead): HandshakeAnswer {
    const answer: HandshakeAnswer = this.#isClosing
      ? { status: 503, code: 'closing', message: 'the engine is stopping' }
      : answerHandshake(head, this.subscribers, this.#originPolicy);
    if ('status' in answer) this.#hub.counters.add('handshakes_refused_total');
    return answer;
  }

  #connected(socket: Socket, protocol: string): Session {
    const encoding = SUBPROTOCOLS.get(protocol) ?? 'json';
    const subscriber = new Subscriber(this.#hub, socket, encoding);
    subscriber.sendStatus(Frame.ofValue(this.#services.status()));
    return new Session(this.#hub, this.#services, subscriber, this.#report);
  }
}
