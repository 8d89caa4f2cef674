/** Firstcall for pages: the same connection over the browser's own WebSocket; the engine selects. */
import { LiveClient } from './live-client.ts';
import type { ClientOptions } from './options.ts';
import { openGlobalSocket } from './socket.ts';

export type { LiveClient } from './live-client.ts';
export type { Order } from './order.ts';
export type { LiveTopic } from './replica.ts';

/** As `connectFirstcall` of `index.ts`, without local selections. */
export function connectLive(options: ClientOptions): LiveClient {
  return new LiveClient(options, openGlobalSocket);
}
