import { createServer, type Server } from 'node:net';
import { FirstcallError } from '../../schemas/errors.ts';
import type { ListenOptions } from './transport.ts';

/**
 * Listens with any of Node's servers; rejects with `portInUse`, which says what the system said. Node
 * never shares a port, but takes one whose last connections are still fading out.
 */
export function listenOn(server: Server, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => {
      const message = `cannot listen on ${host}:${port}: ${cause.message}`;
      reject(new FirstcallError('portInUse', message, { cause }));
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

/** Rejects with `portInUse` if somebody listens there already. */
export async function refuseUsedPort(options: ListenOptions): Promise<void> {
  const probe = createServer((socket) => socket.destroy());
  await listenOn(probe, options);
  await new Promise((resolve) => probe.close(resolve));
}
