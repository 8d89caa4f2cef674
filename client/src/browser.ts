/** Firstcall for pages: the same client over the browser's own WebSocket. */
import { FirstcallClient } from './client.ts';
import type { ClientOptions } from './options.ts';
import { openGlobalSocket } from './socket.ts';

export { FirstcallError } from '../../schemas/errors.ts';
export type { ClientState, FirstcallClient, StateListener } from './client.ts';
export type { InstrumentWatch, LocalOptions } from './local-selection.ts';
export type { ClientOptions } from './options.ts';
export type { Order } from './order.ts';
export type { LiveTopic, ReplicaChange, ReplicaState } from './replica.ts';

/** As `connectFirstcall` of `index.ts`. */
export function connectFirstcall(options: ClientOptions): FirstcallClient {
  return new FirstcallClient(options, openGlobalSocket);
}
