import { FirstcallError } from '../../schemas/errors.ts';
import type { ListenOptions, Transport, TransportHandlers } from './transport.ts';
import { listenWithUws } from './uws-transport.ts';
import { listenWithWs } from './ws-transport.ts';

export type GatewayLibrary = 'auto' | 'uws' | 'ws';

/** Listens with the wanted library; `auto` prefers uWebSockets.js and says when it has to do without. */
export async function openTransport(
  library: GatewayLibrary,
  handlers: TransportHandlers,
  options: ListenOptions,
  log: (message: string) => void,
): Promise<Transport> {
  if (library === 'ws') return listenWithWs(handlers, options);
  try {
    return await listenWithUws(handlers, options);
  } catch (error) {
    const isAbsent = error instanceof FirstcallError && error.code === 'uwsUnavailable';
    if (library === 'uws' || !isAbsent) throw error;
    log(`${error.message}; the gateway runs on ws instead, with less fan-out per core`);
    return listenWithWs(handlers, options);
  }
}
