import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchContext } from '../support/bench.ts';
import { RoleProcess } from '../support/role.ts';

export interface PeerProcess<Name extends string> {
  readonly name: Name;
  readonly child: RoleProcess;
  readonly version: string;
}

/** Where a peer may write: gone when the benchmark ends, however it does. */
export interface Scratch {
  readonly folder: string;
}

/**
 * A process for each peer, in a role whose method `open` takes its name, a folder and `settings`, and
 * answers its version. One after another: some load for seconds.
 */
export async function openPeers<Name extends string>(
  { progress, defer }: BenchContext,
  role: string,
  names: readonly Name[],
  settings: object,
): Promise<PeerProcess<Name>[]> {
  const folder = await mkdtemp(join(tmpdir(), 'firstcall-bench-peers-'));
  // A server that is about to end may still write.
  defer(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  const peers: PeerProcess<Name>[] = [];
  for (const name of names) {
    progress(`opening ${name}`);
    const child = new RoleProcess(role);
    defer(() => child.stop());
    const task = { name, folder, ...settings };
    peers.push({ name, child, version: await child.call<string>('open', task) });
  }
  return peers;
}

/** Each version once, for a note. */
export function versionsNote(peers: readonly PeerProcess<string>[]): string {
  return [...new Set(peers.map(({ version }) => version))].join(', ');
}

/** Has whatever is written to a temporary place in this process, and by what it starts, written there. */
export function useScratch({ folder }: Scratch): void {
  process.env.TMPDIR = folder;
}
