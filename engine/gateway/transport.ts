import {
  MAX_BODY_BYTES,
  MAX_OTHER_CONNECTIONS,
  MAX_RULES_BODY_BYTES,
  MAX_SUBSCRIBERS,
} from './limits.ts';

/**
 * What the gateway needs of a WebSocket and HTTP library. Two libraries implement it (uWebSockets.js
 * and `ws`); the protocol is written once, above it.
 */

/** Headers that are kept of a request, lower case; an absent one is ''. */
export const KEPT_HEADERS = [
  'host',
  'origin',
  'accept',
  'accept-encoding',
  'content-type',
  'if-none-match',
  'sec-websocket-protocol',
] as const;
export type KeptHeader = (typeof KEPT_HEADERS)[number];

export interface RequestHead {
  /** Upper case. */
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<KeptHeader, string>>;
}

/** Largest body that a request may have. */
export function bodyBytesMax(path: string): number {
  return path === '/rules' || path === '/rules/check' ? MAX_RULES_BODY_BYTES : MAX_BODY_BYTES;
}

export interface HttpRequest extends RequestHead {
  /** At most `bodyBytesMax`: the transport answers 413 for more. */
  readonly body: Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Not sent in answer to HEAD. */
  readonly body: string | Uint8Array;
}

/** Whether to take a WebSocket handshake; `protocol` is '' when the client offered none. */
export type HandshakeAnswer =
  | { readonly protocol: string }
  | { readonly status: number; readonly code: string; readonly message: string };

/** One open WebSocket. Every method is harmless on a closed one. */
export interface Socket {
  /** Bytes that the kernel has not taken yet; 0 once closed. */
  readonly bufferedBytes: number;
  /** Sends one whole message, never dropped while the socket is open. */
  send(bytes: Uint8Array, isBinary: boolean): void;
  /** Gathers what `work` sends into as few packets as it can. `work` must not close the socket. */
  cork(work: () => void): void;
  /** Says goodbye; nothing is received any more. */
  end(code: number, reason: string): void;
  /** Cuts the connection without a goodbye. */
  terminate(): void;
}

export interface SocketListener {
  /** `bytes` are only valid during the call. */
  message(bytes: Uint8Array): void;
  /** Fewer bytes are waiting than before. */
  drained(): void;
  /** Called once, whoever closed; the socket is dead already. */
  closed(): void;
}

/** What stands above a transport. Nothing in it may throw. */
export interface TransportHandlers {
  handshake(head: RequestHead): HandshakeAnswer;
  connected(socket: Socket, protocol: string): SocketListener;
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** A connection too many was closed before it could say anything. */
  refusedConnection(): void;
}

export interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** MAX_CONNECTIONS, unless a test needs to come to an end of them. */
  readonly connectionsMax?: number;
}

/** Open at once, WebSockets included. */
export const MAX_CONNECTIONS = MAX_SUBSCRIBERS + MAX_OTHER_CONNECTIONS;

export interface Transport {
  readonly library: 'uws' | 'ws';
  readonly port: number;
  /** Stops listening, gives goodbyes CLOSE_GRACE_MS to arrive, then cuts what is left. */
  close(): Promise<void>;
}

/** The refusal of a handshake as an HTTP answer. */
export function jsonAnswer(status: number, value: unknown): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: `${JSON.stringify(value)}\n`,
  };
}

export function methodNotAllowed(allow: string, hint = ''): HttpAnswer {
  const answer = jsonAnswer(405, { code: 'methodNotAllowed', message: `use ${allow}${hint}` });
  return { ...answer, headers: { ...answer.headers, allow } };
}

export const BODY_TOO_LARGE = jsonAnswer(413, {
  code: 'bodyTooLarge',
  message: 'the body is larger than this endpoint takes',
});

const STATUS_TEXT: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  304: 'Not Modified',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** The status line after the protocol, `404 Not Found`. */
export function statusLine(status: number): string {
  return `${status} ${STATUS_TEXT[status] ?? 'Status'}`;
}
