/** Firstcall for programs on Node: live rankings, selection over the wire or computed here. */
import { FirstcallClient } from './client.ts';
import { openNodeSocket } from './node-socket.ts';
import type { ClientOptions } from './options.ts';

export { FirstcallError } from '../../schemas/errors.ts';
export { type OtherDealer, otherDealers } from '../../schemas/other-dealers.ts';
export type { FirstcallClient } from './client.ts';
export type { ClientState, StateListener } from './live-client.ts';
export type { InstrumentWatch, LocalOptions } from './local-selection.ts';
export type { ClientOptions } from './options.ts';
export type { Order } from './order.ts';
export type { LiveTopic, ReplicaChange, ReplicaState } from './replica.ts';

/**
 * Begins to connect and returns at once; see `whenLive` and `state`. Throws a TypeError on a
 * malformed URL. The client keeps the process alive until it is closed.
 */
export function connectFirstcall(options: ClientOptions): FirstcallClient {
  return new FirstcallClient(options, openNodeSocket);
}
