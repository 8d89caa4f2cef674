/** The part of a WebSocket that browsers and the `ws` library share, as far as the client needs it. */
export interface SocketLike {
  binaryType: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown } & never) => void) | null;
  onclose: ((event: { code: number; reason: string } & never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

/** Begins to connect; the outcome comes as `open`, or as `error` and `close`. */
export type OpenSocket = (url: string, protocol: string) => SocketLike;

type SocketConstructor = new (url: string, protocol: string) => SocketLike;

/** The runtime's own WebSocket: every browser, Deno, Bun, Node from 22. */
export const openGlobalSocket: OpenSocket = (url, protocol) => {
  const { WebSocket } = globalThis as unknown as { WebSocket: SocketConstructor };
  return new WebSocket(url, protocol);
};
