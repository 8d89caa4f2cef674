import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { ScoredDealer } from '../../../schemas/selection.ts';
import type { FirstcallClient } from '../client.ts';
import { type ClientOptions, connectFirstcall, type FirstcallError, type Order } from '../index.ts';
import type { LiveTopic } from '../replica.ts';

export const TOPIC = 'CORP-TECH-A-2_5';
export const ORDER: Order = {
  orderId: 'O1',
  instrumentId: 'US0001',
  side: 'buy',
  quantity: 1e6,
  tsEvent: 1_700_000_000_000_000,
};
const QUICK = { reconnectMinMs: 5, reconnectMaxMs: 20 };

const clients: FirstcallClient[] = [];

export function connect(
  url: string | string[],
  options: Partial<ClientOptions> = {},
): FirstcallClient {
  const client = connectFirstcall({ url, ...QUICK, ...options });
  clients.push(client);
  return client;
}

export function closeClients(): void {
  for (const client of clients.splice(0)) client.close();
}

/** Resolves once the condition holds, checked after every change of the topic. */
export function until(topic: LiveTopic<ScoredDealer>, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!condition()) return;
      stop();
      resolve();
    };
    const stop = topic.onChange(check);
    check();
  });
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export function nextProblem(client: FirstcallClient): Promise<FirstcallError> {
  return new Promise((resolve) => {
    const stop = client.onProblem((problem) => {
      stop();
      resolve(problem);
    });
  });
}
