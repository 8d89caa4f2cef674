import { createServer } from 'node:net';

/** Below those that the system gives to whoever connects, which could take it while a test leaves it free. */
const FIRST = 20_000;
const COUNT = 12_000;

/** A port that nobody has, and that stays free for a server that is started again. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
