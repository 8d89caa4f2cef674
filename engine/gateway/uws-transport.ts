import type * as Uws from 'uWebSockets.js';
import { FirstcallError } from '../../schemas/errors.ts';
import { MAX_CLIENT_FRAME_BYTES } from '../../schemas/protocol.ts';
import { IDLE_TIMEOUT_SECONDS, MAX_HEADER_BYTES } from './limits.ts';
import { refuseUsedPort } from './port-probe.ts';
import {
  BODY_TOO_LARGE,
  bodyBytesMax,
  type HttpAnswer,
  jsonAnswer,
  KEPT_HEADERS,
  type KeptHeader,
  type ListenOptions,
  MAX_CONNECTIONS,
  type RequestHead,
  type Socket,
  type SocketListener,
  statusLine,
  type Transport,
  type TransportHandlers,
} from './transport.ts';

interface UserData {
  readonly protocol: string;
  socket?: UwsSocket;
  listener?: SocketListener;
}

/**
 * Loads uWebSockets.js and listens. Throws `uwsUnavailable` where the library does not load (musl,
 * an old glibc, an unknown Node), and `portInUse`.
 */
export async function listenWithUws(
  handlers: TransportHandlers,
  options: ListenOptions,
): Promise<Transport> {
  const uws = await loadUws();
  const app = uws.App();
  const connections = limitConnections(app, handlers, options.connectionsMax ?? MAX_CONNECTIONS);
  app.ws<UserData>('/*', webSocketBehavior(uws, handlers, connections));
  app.any('/*', (response, request) => serveHttp(handlers, response, request));
  const token = await listen(app, options);
  const port = uws.us_socket_local_port(token);
  return {
    library: 'uws',
    port,
    close: async () => {
      app.close();
    },
  };
}

type UwsLibrary = (typeof Uws)['default'];

async function loadUws(): Promise<UwsLibrary> {
  // Read when the library loads; its own default, 4 KB, is less than a browser's cookies may take.
  process.env.UWS_HTTP_MAX_HEADERS_SIZE ??= String(MAX_HEADER_BYTES);
  try {
    return (await import('uWebSockets.js')).default;
  } catch (cause) {
    const message = `uWebSockets.js does not load here: ${firstLine(cause)}`;
    throw new FirstcallError('uwsUnavailable', message, { cause });
  }
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? '';
}

/**
 * Left to itself the library shares its port with the next engine, silently, connection by
 * connection (SO_REUSEPORT); told not to, it also refuses a port whose last connections are fading
 * out, for a minute after each restart. So it is left to itself, behind a look at the port.
 */
async function listen(
  app: Uws.TemplatedApp,
  options: ListenOptions,
): Promise<Uws.us_listen_socket> {
  const { host, port } = options;
  if (port !== 0) await refuseUsedPort(options);
  return new Promise((resolve, reject) => {
    app.listen(host, port, (token) => {
      if (token !== false) return resolve(token);
      reject(new FirstcallError('portInUse', `cannot listen on ${host}:${port}`));
    });
  });
}

interface Connections {
  open: number;
}

/** The library tells of every connection that opens, and closes unless it has become a WebSocket. */
function limitConnections(
  app: Uws.TemplatedApp,
  handlers: TransportHandlers,
  connectionsMax: number,
): Connections {
  const connections = { open: 0 };
  // biome-ignore lint/suspicious/useIterableCallbackReturn: it is not the filter of an array.
  app.filter((response, change) => {
    connections.open += Number(change);
    if (Number(change) < 0 || connections.open <= connectionsMax) return;
    handlers.refusedConnection();
    response.close();
  });
  return connections;
}

function webSocketBehavior(
  uws: UwsLibrary,
  handlers: TransportHandlers,
  connections: Connections,
): Uws.WebSocketBehavior<UserData> {
  return {
    maxPayloadLength: MAX_CLIENT_FRAME_BYTES,
    idleTimeout: IDLE_TIMEOUT_SECONDS,
    sendPingsAutomatically: true,
    compression: uws.DISABLED,
    // 0 is "no limit": the subscriber itself stops sending, and never has a frame dropped unseen.
    maxBackpressure: 0,
    upgrade: (response, request, context) => upgrade(handlers, response, request, context),
    open: (ws) => {
      const data = ws.getUserData();
      data.socket = new UwsSocket(ws);
      data.listener = handlers.connected(data.socket, data.protocol);
    },
    message: (ws, message) => ws.getUserData().listener?.message(new Uint8Array(message)),
    drain: (ws) => ws.getUserData().listener?.drained(),
    close: (ws) => {
      connections.open--;
      const data = ws.getUserData();
      data.socket?.forget();
      data.listener?.closed();
    },
  };
}

function upgrade(
  handlers: TransportHandlers,
  response: Uws.HttpResponse,
  request: Uws.HttpRequest,
  context: Uws.us_socket_context_t,
): void {
  const answer = handlers.handshake(readHead(request));
  if ('status' in answer) {
    const { status, code, message } = answer;
    sendAnswer(response, jsonAnswer(status, { code, message }), 'GET');
    return;
  }
  response.upgrade<UserData>(
    { protocol: answer.protocol },
    request.getHeader('sec-websocket-key'),
    answer.protocol,
    request.getHeader('sec-websocket-extensions'),
    context,
  );
}

function readHead(request: Uws.HttpRequest): RequestHead {
  const headers = Object.fromEntries(
    KEPT_HEADERS.map((name) => [name, request.getHeader(name)]),
  ) as Record<KeptHeader, string>;
  return {
    method: request.getCaseSensitiveMethod().toUpperCase(),
    path: request.getUrl(),
    query: new URLSearchParams(request.getQuery() ?? ''),
    headers,
  };
}

function serveHttp(
  handlers: TransportHandlers,
  response: Uws.HttpResponse,
  request: Uws.HttpRequest,
): void {
  const head = readHead(request);
  let isOver = false;
  const answerOnce = (answer: HttpAnswer) => {
    if (isOver) return;
    isOver = true;
    response.cork(() => sendAnswer(response, answer, head.method));
  };
  response.onAborted(() => {
    isOver = true;
  });
  readBody(response, bodyBytesMax(head.path), (body) => {
    if (body === null) answerOnce(BODY_TOO_LARGE);
    else handlers.request({ ...head, body }).then(answerOnce);
  });
}

/** Calls back once: with the whole body, or null as soon as it is too large. */
function readBody(
  response: Uws.HttpResponse,
  bytesMax: number,
  done: (body: Uint8Array | null) => void,
): void {
  const chunks: Uint8Array[] = [];
  let length = 0;
  response.onData((chunk, isLast) => {
    if (length > bytesMax) return;
    length += chunk.byteLength;
    // The library takes its memory back when this returns.
    chunks.push(new Uint8Array(chunk.slice(0)));
    if (length > bytesMax) done(null);
    else if (isLast) done(Buffer.concat(chunks));
  });
}

function sendAnswer(response: Uws.HttpResponse, answer: HttpAnswer, method: string): void {
  response.writeStatus(statusLine(answer.status));
  for (const [name, value] of Object.entries(answer.headers)) response.writeHeader(name, value);
  // After a refused body the rest of it would be read as the next request.
  const mustClose = answer.status === 413;
  if (method === 'HEAD') response.endWithoutBody(Buffer.byteLength(answer.body), true);
  else response.end(answer.body, mustClose);
}

/** Touching a closed uWebSockets.js socket throws, so this forgets it when it closes. */
class UwsSocket implements Socket {
  #ws: Uws.WebSocket<UserData> | null;

  constructor(ws: Uws.WebSocket<UserData>) {
    this.#ws = ws;
  }

  get bufferedBytes(): number {
    return this.#ws?.getBufferedAmount() ?? 0;
  }

  send(bytes: Uint8Array, isBinary: boolean): void {
    this.#ws?.send(bytes, isBinary, false);
  }

  cork(work: () => void): void {
    this.#ws?.cork(work);
  }

  end(code: number, reason: string): void {
    const ws = this.#ws;
    this.#ws = null;
    ws?.end(code, reason);
  }

  terminate(): void {
    const ws = this.#ws;
    this.#ws = null;
    ws?.close();
  }

  forget(): void {
    this.#ws = null;
  }
}
