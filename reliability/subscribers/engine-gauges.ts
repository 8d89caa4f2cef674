import { readFileSync } from 'node:fs';
import type { EngineProcess } from '../../bench/support/engine-process.ts';
import { snapshotDigest } from '../../bench/support/rows-digest.ts';
import { decode } from '../../schemas/codec.ts';
import type { SnapshotFrame } from '../../schemas/protocol.ts';

const SAMPLE_MS = 500;
const MAX_FRAME_BYTES = 64 * 1024 * 1024;

/** The engine's own state of a topic. */
export interface OwnState {
  readonly seq: number;
  readonly digest: string;
  readonly bytes: number;
}

export async function ownState({ httpUrl }: EngineProcess, topic: string): Promise<OwnState> {
  const response = await fetch(`${httpUrl}/rankings/${encodeURIComponent(topic)}?format=msgpack`);
  const snapshot = new Uint8Array(await response.arrayBuffer());
  const { seq } = decode(snapshot, MAX_FRAME_BYTES) as SnapshotFrame;
  return { seq, digest: snapshotDigest(snapshot), bytes: snapshot.length };
}

/** One of the gateway's own numbers, out of /metrics. */
export async function gatewayNumber({ httpUrl }: EngineProcess, name: string): Promise<number> {
  const text = await (await fetch(`${httpUrl}/metrics`)).text();
  const prefix = `firstcall_gateway_${name} `;
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(prefix))
      ?.slice(prefix.length),
  );
}

export interface Peaks {
  /** Resident memory of the engine; null where the system does not say. */
  readonly residentBytes: number | null;
  /** What waited for the slowest subscriber. */
  readonly bufferedBytes: number;
}

/** Looks at the engine again and again while something goes on. */
export async function peaksDuring(engine: EngineProcess, work: Promise<unknown>): Promise<Peaks> {
  let residentBytes: number | null = null;
  let bufferedBytes = 0;
  let isOver = false;
  const look = async (): Promise<void> => {
    const resident = residentBytesOf(engine.pid);
    if (resident !== null) residentBytes = Math.max(residentBytes ?? 0, resident);
    bufferedBytes = Math.max(bufferedBytes, await gatewayNumber(engine, 'buffered_bytes_max'));
  };
  const looking = (async () => {
    while (!isOver) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  })();
  await work;
  isOver = true;
  await looking;
  return { residentBytes, bufferedBytes };
}

/** Linux alone says it so. */
function residentBytesOf(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
