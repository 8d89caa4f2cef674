import type { BenchContext } from '../support/bench.ts';
import { RoleProcess } from '../support/role.ts';
import type { LoadTargets } from './load-client.ts';

/** A client of an engine, and of an echo server in a process beside it that answers as many bytes. */
export async function connectClient(
  { defer }: BenchContext,
  engineUrl: string,
  orders: Pick<LoadTargets, 'instrumentIds' | 'ts'>,
): Promise<{ client: RoleProcess; replyBytes: number }> {
  const client = new RoleProcess('load-client');
  defer(() => client.stop());
  // The echo server needs to know the size of a reply before it starts.
  const replyBytes = await client.call<number>('probe', { engineUrl, ...orders });
  const echo = new RoleProcess('echo-server');
  defer(() => echo.stop());
  const { port } = await echo.call<{ port: number }>('listen', { replyBytes });
  await client.call('connect', { engineUrl, echoUrl: `ws://127.0.0.1:${port}`, ...orders });
  return { client, replyBytes };
}
