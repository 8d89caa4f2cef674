import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { resolveConfig } from '../../engine/platform/config.ts';
import { connectNats } from '../../engine/platform/log.ts';
import { decode } from '../../schemas/codec.ts';
import { decodeEvents } from '../../schemas/event-message.ts';
import type { FirstcallEvent } from '../../schemas/events.ts';
import { type LogNames, type PartitionName, partitionOf } from '../../schemas/subjects.ts';

const DIST = join(import.meta.dirname, '..', '..', 'dist');

/** Starts a bundled process of ours with these settings, as the supervisor does; tests only. */
export function startProcess(
  entry: string,
  args: readonly string[],
  settings: Readonly<Record<string, unknown>>,
): ChildProcess {
  const defaults = resolveConfig({ env: {}, cwd: DIST });
  const storeDir = mkdtempSync(join(tmpdir(), 'firstcall-feed-'));
  const config = { ...defaults, storeDir, logFormat: 'json', ...settings };
  return fork(join(DIST, entry), [...args], {
    env: { ...process.env, FIRSTCALL_CONFIG: JSON.stringify(config) },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
}

/** Resolves with the exit code and all that the process wrote. */
export async function untilExit(child: ChildProcess): Promise<{ code: number; output: string }> {
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = await once(child, 'exit');
  return { code, output };
}

/** Resolves when the process sends a message of this type. */
export async function untilMessage(child: ChildProcess, type: string): Promise<void> {
  for (;;) {
    const [message] = await once(child, 'message');
    if ((message as { type: string }).type === type) return;
  }
}

export interface LogContents {
  readonly events: readonly { readonly partition: PartitionName; readonly event: FirstcallEvent }[];
  readonly deadLetters: readonly {
    readonly reason: string;
    readonly detail: string;
    readonly text: string;
  }[];
}

/** Everything in a log, each stream in its order. */
export async function readLog(url: string, names: LogNames, partitions: number) {
  const nc = await connectNats(url, 'test');
  const jsm = await jetstreamManager(nc);
  const read = async (stream: string): Promise<Uint8Array[]> => {
    const { state } = await jsm.streams.info(stream);
    const messages: Uint8Array[] = [];
    for (let seq = state.first_seq; state.messages > 0 && seq <= state.last_seq; seq++) {
      const message = await jsm.streams.getMessage(stream, { seq });
      messages.push(new Uint8Array(message!.data));
    }
    return messages;
  };
  const events: { partition: PartitionName; event: FirstcallEvent }[] = [];
  for (const partition of [...Array(partitions).keys(), 'all'] as PartitionName[]) {
    for (const bytes of await read(names.stream(partition))) {
      for (const event of decodeEvents(bytes) as FirstcallEvent[])
        events.push({ partition, event });
    }
  }
  const deadLetters = (await read(names.deadLetterStream)).map((letter) => {
    const { reason, detail, bytes } = decode(letter) as {
      reason: string;
      detail: string;
      bytes: Uint8Array;
    };
    return { reason, detail, text: Buffer.from(bytes).toString() };
  });
  await nc.close();
  return { events, deadLetters } satisfies LogContents;
}

/** Whether an event lies where the engine looks for it; `benchmarks` tick on `all`. */
export function isAtHome(
  { partition, event }: LogContents['events'][number],
  partitions: number,
  benchmarks: ReadonlySet<string>,
): boolean {
  if (event.kind === 'clock') return true;
  if (event.kind === 'dealer') return partition === 'all';
  if (event.kind === 'tick' && benchmarks.has(event.instrumentId)) return partition === 'all';
  return partition === partitionOf(event.instrumentId, partitions);
}
