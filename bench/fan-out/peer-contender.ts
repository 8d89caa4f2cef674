import { setTimeout as delay } from 'node:timers/promises';
import type { BenchContext } from '../support/bench.ts';
import type { TapeOptions } from '../support/market-tape.ts';
import { RoleProcess } from '../support/role.ts';
import type { FanOutContender } from './contender.ts';
import type { Crowds } from './crowds.ts';
import type { Listening, PeerLibrary, PeerPlan } from './peer-role.ts';
import type { SentRows } from './recorded-ranking.ts';

export interface PeerContenderOptions {
  readonly crowds: Crowds;
  readonly subscribers: number;
  readonly library: PeerLibrary;
  readonly rows: SentRows;
  readonly tape: TapeOptions;
  readonly historyEvents: number;
  readonly topic: string;
  readonly changesPerSecond: number;
  readonly changesPerRound: number;
  readonly rounds: number;
}

/** Changes that may be on their way: more would only wait in buffers. */
const AHEAD = 2;

/** A server that sends each change as it comes, as often as they come or as fast as it can. */
export async function openPeer(
  { defer }: BenchContext,
  name: string,
  options: PeerContenderOptions,
): Promise<FanOutContender> {
  const { crowds, subscribers, changesPerSecond, changesPerRound, ...recorded } = options;
  const child = new RoleProcess('fan-out-peer');
  defer(() => child.stop());
  const changes = changesPerRound * options.rounds;
  const plan: PeerPlan = { ...recorded, changes };
  const { port, firstSeq, lastDigest } = await child.call<Listening>('listen', plan);
  const { library: dialect, topic, rows } = options;
  const crowd = await crowds.connect({ port, dialect, topic, count: subscribers });
  const cpuMicros = () => child.call<number>('cpuMicros');
  let done = 0;
  return {
    name,
    crowd,
    measure: async () => {
      const before = await crowd.reached(firstSeq + done);
      const [cpu, beganMs] = [await cpuMicros(), performance.now()];
      for (let i = 0; i < changesPerRound; i++) {
        await delay(Math.max(0, beganMs + (i * 1000) / changesPerSecond - performance.now()));
        await crowd.reached(firstSeq + done - AHEAD);
        await child.call('broadcast', done++);
      }
      const after = await crowd.reached(firstSeq + done);
      return {
        subscribers,
        changes: changesPerRound,
        frames: after.frames - before.frames,
        bytes: after.bytes - before.bytes,
        seconds: (performance.now() - beganMs) / 1000,
        cpuMicros: (await cpuMicros()) - cpu,
      };
    },
    end: async () => {
      const seq = firstSeq + done;
      const digest = rows === 'changed' ? lastDigest : null;
      return { ...(await crowd.state(seq)), digest, digests: await crowd.digests(seq) };
    },
    stop: () => child.stop(),
  };
}
