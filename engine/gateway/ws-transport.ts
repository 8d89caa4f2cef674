import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { MAX_CLIENT_FRAME_BYTES } from '../../schemas/protocol.ts';
import {
  CLOSE_GRACE_MS,
  HEADERS_TIMEOUT_MS,
  IDLE_TIMEOUT_SECONDS,
  MAX_HEADER_BYTES,
  MAX_HEADERS,
  REQUEST_TIMEOUT_MS,
} from './limits.ts';
import { listenOn } from './port-probe.ts';
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
  statusLine,
  type Transport,
  type TransportHandlers,
} from './transport.ts';
import { WsSocket } from './ws-socket.ts';

/** Listens with `ws` over node:http, which load everywhere. Throws `portInUse`. */
export async function listenWithWs(
  handlers: TransportHandlers,
  options: ListenOptions,
): Promise<Transport> {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: HEADERS_TIMEOUT_MS,
  });
  server.maxHeadersCount = MAX_HEADERS;
  server.maxConnections = options.connectionsMax ?? MAX_CONNECTIONS;
  server.on('drop', () => handlers.refusedConnection());
  const sockets = new Set<WsSocket>();
  server.on('upgrade', upgradeWith(handlers, sockets));
  server.on('request', (request, response) => serveHttp(handlers, request, response));
  await listenOn(server, options);
  const pings = setInterval(() => pingAll(sockets), (IDLE_TIMEOUT_SECONDS / 2) * 1000);
  pings.unref();
  return {
    library: 'ws',
    port: (server.address() as AddressInfo).port,
    close: () => {
      clearInterval(pings);
      return closeServer(server, sockets);
    },
  };
}

function upgradeWith(handlers: TransportHandlers, sockets: Set<WsSocket>) {
  const chosen = new WeakMap<IncomingMessage, string>();
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_CLIENT_FRAME_BYTES,
    handleProtocols: (_offered, request) => chosen.get(request) ?? false,
  });
  return (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    stream.on('error', () => stream.destroy());
    const answer = handlers.handshake(readHead(request));
    if ('status' in answer) {
      const { status, code, message } = answer;
      stream.end(rawAnswer(jsonAnswer(status, { code, message })));
      return;
    }
    chosen.set(request, answer.protocol);
    webSockets.handleUpgrade(request, stream, head, (ws) => {
      const socket = new WsSocket(ws, stream);
      sockets.add(socket);
      ws.once('close', () => sockets.delete(socket));
      socket.listen(handlers.connected(socket, answer.protocol));
    });
  };
}

function rawAnswer({ status, headers, body }: HttpAnswer): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = `content-length: ${Buffer.byteLength(body)}\r\n`;
  return `HTTP/1.1 ${statusLine(status)}\r\n${lines.join('')}${length}connection: close\r\n\r\n${body}`;
}

function readHead(request: IncomingMessage): RequestHead {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const headers = Object.fromEntries(
    KEPT_HEADERS.map((name) => [name, String(request.headers[name] ?? '')]),
  ) as Record<KeptHeader, string>;
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers,
  };
}

/** Connections whose request has not been answered. */
const answering = new WeakSet<Duplex>();

async function serveHttp(
  handlers: TransportHandlers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { socket } = request;
  // One request at a time, as uWebSockets.js has it: answers to many would wait in memory.
  if (answering.has(socket)) {
    socket.destroy();
    return;
  }
  answering.add(socket);
  response.once('close', () => answering.delete(socket));
  const head = readHead(request);
  const body = await readBody(request, bodyBytesMax(head.path));
  if (body === 'aborted') return;
  const answer = body === 'tooLarge' ? BODY_TOO_LARGE : await handlers.request({ ...head, body });
  const length = Buffer.byteLength(answer.body);
  const lengthHeader = answer.status === 304 ? {} : { 'content-length': length };
  // After a refused body the rest of it would be read as the next request.
  const closing = answer.status === 413 ? { connection: 'close' } : {};
  response.writeHead(answer.status, { ...answer.headers, ...lengthHeader, ...closing });
  response.end(head.method === 'HEAD' ? undefined : answer.body);
}

async function readBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Uint8Array | 'tooLarge' | 'aborted'> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      length += (chunk as Buffer).length;
      if (length > bytesMax) return 'tooLarge';
      chunks.push(chunk as Buffer);
    }
  } catch {
    return 'aborted';
  }
  return Buffer.concat(chunks);
}

function pingAll(sockets: Set<WsSocket>): void {
  for (const socket of sockets) socket.pingOrCut();
}

async function closeServer(server: Server, sockets: Set<WsSocket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => {
    for (const socket of sockets) socket.terminate();
    server.closeAllConnections();
  }, CLOSE_GRACE_MS);
  await Promise.all([closed, ...[...sockets].map((socket) => socket.whenClosed)]);
  clearTimeout(cut);
}
