import { WebSocket } from 'ws';
import { MAX_FRAME_BYTES } from './limits.ts';
import type { OpenSocket, SocketLike } from './socket.ts';

/** The `ws` library, since Node 20 has no WebSocket of its own. */
export const openNodeSocket: OpenSocket = (url, protocol) => {
  const options = { maxPayload: MAX_FRAME_BYTES, perMessageDeflate: false };
  return new WebSocket(url, protocol, options) as unknown as SocketLike;
};
