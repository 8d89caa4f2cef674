import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logNames } from '../../schemas/subjects.ts';
import type { BenchContext } from '../support/bench.ts';
import { type EngineProcess, startEngineProcess } from '../support/engine-process.ts';
import { readFrameHead } from '../support/frame-head.ts';
import { fillLog, type LogServer } from '../support/log-server.ts';
import { MarketTape, type TapeOptions } from '../support/market-tape.ts';
import { fixedRate } from '../support/open-loop.ts';
import { type Probe, ProbePublisher } from '../support/probe-publisher.ts';
import { snapshotDigest } from '../support/rows-digest.ts';
import type { FanOutContender } from './contender.ts';
import type { Crowds } from './crowds.ts';

export interface EngineContenderOptions {
  readonly server: LogServer;
  readonly crowds: Crowds;
  readonly subscribers: number;
  readonly library: 'uws' | 'ws';
  readonly tape: TapeOptions;
  readonly historyEvents: number;
  readonly topic: string;
  readonly rankTickMs: number;
  readonly changesPerSecond: number;
  readonly changesPerRound: number;
}

const POLL_MS = 20;

/** An engine with a log of its own, whose subscribers watch a ranking. */
export async function openEngine(
  { defer }: BenchContext,
  name: string,
  options: EngineContenderOptions,
): Promise<FanOutContender> {
  const { server, crowds, subscribers, library, topic, rankTickMs, changesPerRound } = options;
  const { partitions } = options.tape;
  const log = `fanout${library}${subscribers}`;
  const tape = new MarketTape(options.tape);
  await fillLog(server, logNames(log), partitions, await tape.take(options.historyEvents));
  const storeDir = await mkdtemp(join(tmpdir(), 'firstcall-bench-'));
  defer(() => rm(storeDir, { recursive: true, force: true }));
  const place = { natsUrl: server.url, log, partitions, storeDir };
  const engine = await startEngineProcess({ ...place, rankTickMs, gatewayLibrary: library });
  defer(() => engine.stop());
  const port = Number(new URL(engine.httpUrl).port);
  const crowd = await crowds.connect({ port, dialect: 'firstcall', topic, count: subscribers });
  const probes = new ProbePublisher(server.nc, logNames(log), partitions, tape);
  await probes.prepare();
  const offsets = fixedRate(options.changesPerSecond, changesPerRound);
  return {
    name,
    crowd,
    measure: async () => {
      const { seq } = await ownState(engine, topic);
      const before = await crowd.reached(seq);
      const [cpu, beganMs] = [await cpuSeconds(engine), performance.now()];
      const published = await probes.publish(offsets, []);
      const after = await crowd.reached(await seqWith(engine, topic, published));
      return {
        subscribers,
        changes: published.length,
        frames: after.frames - before.frames,
        bytes: after.bytes - before.bytes,
        seconds: (performance.now() - beganMs) / 1000,
        cpuMicros: ((await cpuSeconds(engine)) - cpu) * 1e6,
      };
    },
    end: async () => {
      const { seq, digest } = await ownState(engine, topic);
      return { ...(await crowd.state(seq)), digest, digests: await crowd.digests(seq) };
    },
    stop: () => engine.stop(),
  };
}

interface OwnState {
  readonly seq: number;
  readonly partitions: readonly number[];
  readonly digest: string;
}

async function ownState({ httpUrl }: EngineProcess, topic: string): Promise<OwnState> {
  const response = await fetch(`${httpUrl}/rankings/${encodeURIComponent(topic)}?format=msgpack`);
  const bytes = Buffer.from(await response.arrayBuffer());
  return { ...readFrameHead(bytes)!, digest: snapshotDigest(bytes) };
}

/** The number of the first state that is seen to hold all of some events. */
async function seqWith(
  engine: EngineProcess,
  topic: string,
  events: readonly Probe[],
): Promise<number> {
  for (;;) {
    const { seq, partitions } = await ownState(engine, topic);
    if (events.every(({ partition, sequence }) => partitions[partition]! >= sequence)) return seq;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Of all threads of the engine's process. */
async function cpuSeconds({ httpUrl }: EngineProcess): Promise<number> {
  const text = await (await fetch(`${httpUrl}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)$/m.exec(text)?.[1]);
}
