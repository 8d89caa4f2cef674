import type * as Uws from 'uWebSockets.js';
import type { RoleMethods } from '../support/role.ts';

/**
 * The least that a WebSocket server on this machine can do: a bare uWebSockets.js that answers every
 * message with `replyBytes` bytes, the first eight of which are those that came.
 */
export function echoServerRole(): RoleMethods {
  return {
    listen: async ({ replyBytes }: { replyBytes: number }): Promise<{ port: number }> => {
      const uws = (await import('uWebSockets.js')).default;
      const reply = new Uint8Array(replyBytes);
      const app = uws.App().ws('/*', {
        compression: uws.DISABLED,
        maxBackpressure: 0,
        message: (ws, message) => {
          reply.set(new Uint8Array(message, 0, 8));
          ws.send(reply, true, false);
        },
      });
      const token = await new Promise<Uws.us_listen_socket>((resolve, reject) => {
        app.listen('127.0.0.1', 0, (socket) => {
          if (socket === false) reject(new Error('cannot listen'));
          else resolve(socket);
        });
      });
      return { port: uws.us_socket_local_port(token) };
    },
  };
}
