import { createServer } from 'node:net';
import { FirstcallError } from '../../../schemas/errors.ts';

/**
 * Throws FirstcallError `portInUse` (or `portUnusable`) if nothing can listen there. Another program
 * may still take the port before we do; the engine then says so itself.
 */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const error = await tryListen(host, port);
  if (error === null) return;
  if (error.code === 'EADDRINUSE') {
    throw new FirstcallError(
      'portInUse',
      `port ${port} on ${host} is in use by another program. Stop that, or choose another port: ` +
        `--port ${port + 1 > 65_535 ? 7700 : port + 1} (or --port 0 for any free one)`,
    );
  }
  throw new FirstcallError('portUnusable', `cannot listen on ${host} port ${port}: ${error.code}`);
}

export async function isFreePort(host: string, port: number): Promise<boolean> {
  return (await tryListen(host, port)) === null;
}

function tryListen(host: string, port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
