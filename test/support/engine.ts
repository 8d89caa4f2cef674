import type { NatsConnection } from '@nats-io/transport-node';
import pino from 'pino';
import { Engine } from '../../engine/engine.ts';
import type { EngineOptions } from '../../engine/engine-options.ts';
import { connectNats, ensureLog } from '../../engine/platform/log.ts';
import { DEFAULT_MODEL } from '../../engine/scoring/model.ts';
import type { LogNames } from '../../schemas/subjects.ts';
import type { TopicFrames } from '../../workers/topic-frames.ts';

type RulesFile = NonNullable<Parameters<Engine['start']>[0]>;

export interface TestEngine {
  readonly engine: Engine;
  readonly nc: NatsConnection;
  readonly updates: TopicFrames[];
  close(): Promise<void>;
}

/** An engine in this process on a real log, with real shard and ranking threads. */
export async function startEngine(
  natsUrl: string,
  names: LogNames,
  options: Partial<EngineOptions> & { partitions: number; rulesFile?: RulesFile },
): Promise<TestEngine> {
  const nc = await connectNats(natsUrl, 'test-engine');
  await ensureLog(nc, names, options.partitions);
  const updates: TopicFrames[] = [];
  const engine = new Engine({
    nc,
    natsUrl,
    names,
    shards: 2,
    rankTickMs: 20,
    readyLagMs: 5_000,
    snapshots: null,
    model: DEFAULT_MODEL,
    logger: pino({ level: process.env.FIRSTCALL_TEST_LOG ?? 'silent' }),
    onUpdate: (update) => updates.push(update),
    onStatus: () => {},
    onFatal: (error) => {
      throw error;
    },
    ...options,
  });
  await engine.start(options.rulesFile ?? null);
  const close = async (): Promise<void> => {
    await engine.close();
    await nc.close();
  };
  return { engine, nc, updates, close };
}

/** Waits for a condition that must come true; the test's own time-out bounds it. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
