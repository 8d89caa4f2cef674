import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../client/src/testing/clients.ts';
import { dieWithParent } from '../../engine/platform/die-with-parent.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import { importPeer, peerVersion } from './peer-packages.ts';
import { findRedisServer } from './redis-binary.ts';

export type RedisArgument = string | Buffer;

/** What is used of the `redis` package. Commands of one tick go out together (auto-pipelining). */
export interface RedisClient {
  connect(): Promise<unknown>;
  close(): Promise<void>;
  sendCommand(command: readonly RedisArgument[]): Promise<unknown>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

interface RedisPackage {
  createClient(options: {
    url: string;
    RESP: 2;
    commandOptions: { timeout: undefined };
  }): RedisClient;
}

export interface RedisConnection {
  readonly client: RedisClient;
  readonly version: string;
  readonly pid: number;
  close(): Promise<void>;
}

const READY_MS_MAX = 10_000;

/** A redis-server of our own on a free loopback port, which keeps nothing on disk, and a client of it. */
export async function openRedis(): Promise<RedisConnection> {
  const { createClient } = await importPeer<RedisPackage>('redis');
  const { path, libraries } = await findRedisServer({ progress: () => {} });
  const port = await freePort();
  const settings = [
    '--bind',
    '127.0.0.1',
    '--port',
    String(port),
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  const [program, ...args] = dieWithParent([path, ...settings]);
  const env = libraries === null ? process.env : { ...process.env, LD_LIBRARY_PATH: libraries };
  const server = spawn(program!, args, { stdio: 'ignore', env });
  const exited = once(server, 'exit');
  const stop = async (): Promise<void> => {
    server.kill();
    await exited;
  };
  try {
    const client = createClient({
      url: `redis://127.0.0.1:${port}`,
      RESP: 2,
      // A timer for each command, which is the default, takes five times the client's processor time.
      commandOptions: { timeout: undefined },
    });
    // An error that nobody listens to ends the process; whoever sent a command is told of it too.
    client.on('error', () => {});
    await connected(client, exited);
    const info = String(await client.sendCommand(['INFO', 'server']));
    const serverVersion = /redis_version:(\S+)/.exec(info)?.[1];
    const version = `redis-server ${serverVersion}, npm redis ${peerVersion('redis')}`;
    const close = async (): Promise<void> => {
      await client.close();
      await stop();
    };
    return { client, version, pid: server.pid!, close };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The client tries until the server listens. */
async function connected(client: RedisClient, exited: Promise<unknown>): Promise<void> {
  const connecting = client.connect();
  const failed = exited.then(() => {
    throw new FirstcallError('benchProcess', 'redis-server ended at once');
  });
  failed.catch(() => {});
  const late = delay(READY_MS_MAX, null, { ref: false }).then(() => {
    throw new FirstcallError('benchProcess', `redis-server is not ready after ${READY_MS_MAX} ms`);
  });
  await Promise.race([connecting, failed, late]);
}

/** Its documentation on pipelining has batches of some 10,000 commands. */
export const COMMANDS_A_BATCH = 10_000;

/** Sends commands in one go and waits for all of their answers. */
export async function sendAll(
  client: RedisClient,
  commands: Iterable<readonly RedisArgument[]>,
): Promise<void> {
  await Promise.all(Array.from(commands, (command) => client.sendCommand(command)));
}

/** An answer of names and numbers in turn. */
export function readPairs(answer: unknown): Map<string, number> {
  const parts = answer as string[];
  const pairs = new Map<string, number>();
  for (let i = 0; i < parts.length; i += 2) pairs.set(parts[i]!, Number(parts[i + 1]));
  return pairs;
}
