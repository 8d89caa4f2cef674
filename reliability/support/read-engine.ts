import pino from 'pino';
import { Engine } from '../../engine/engine.ts';
import { contentHash } from '../../engine/platform/hash.ts';
import { connectNats } from '../../engine/platform/log.ts';
import { canonicalModel, DEFAULT_MODEL } from '../../engine/scoring/model.ts';
import { TierSnapshots } from '../../engine/tier-snapshots.ts';
import { decode } from '../../schemas/codec.ts';
import type { SnapshotFrame } from '../../schemas/protocol.ts';
import { logNames } from '../../schemas/subjects.ts';
import { until } from './until.ts';

export interface ReadEngineOptions {
  readonly natsUrl: string;
  readonly log: string;
  readonly partitions: number;
  /** Where its snapshots are; null: it has none, and reads the whole log. */
  readonly storeDir: string | null;
}

/** What an engine comes to when it has read a log to its end. */
export interface EngineRead {
  /** One a partition. */
  readonly stateHashes: readonly string[];
  /** Prometheus text. */
  readonly metrics: string;
  /** By topic `sums:<scope>`: the merged rows as subscribers get them, tiers included, and the midnight of the tiers. */
  readonly merged: Readonly<Record<string, string>>;
  /** The newest midnight whose tiers are in the merged board; 0: none. */
  readonly tsTiers: number;
  /** What it was warned of: snapshots that are of no use. */
  readonly warnings: readonly string[];
}

const READY_MS_MAX = 300_000;
/** It keeps nothing while it is looked at. */
const EVERY_MS = 3_600_000;

/** Starts an engine in this process, and ends it when it has read all that the log holds now. */
export async function readWithEngine(options: ReadEngineOptions): Promise<EngineRead> {
  const { natsUrl, log, partitions, storeDir } = options;
  const warnings: string[] = [];
  const write = (line: string): void =>
    void warnings.push((JSON.parse(line) as { msg: string }).msg);
  const logger = pino({ level: 'warn' }, { write });
  const nc = await connectNats(natsUrl, 'reliability-engine');
  const names = logNames(log);
  const modelHash = contentHash(canonicalModel(DEFAULT_MODEL));
  const settings = storeDir === null ? null : { storeDir, everyMs: EVERY_MS };
  const snapshots =
    settings === null
      ? null
      : await TierSnapshots.open({ nc, names, partitions, modelHash, settings, logger });
  const frames = new Map<string, SnapshotFrame>();
  const engine = new Engine({
    nc,
    natsUrl,
    names,
    partitions,
    shards: 2,
    rankTickMs: 20,
    model: DEFAULT_MODEL,
    logger,
    snapshots,
    readyLagMs: 5_000,
    onUpdate: ({ topic, snapshot }) => frames.set(topic, decode(snapshot) as SnapshotFrame),
    onStatus: () => {},
    onFatal: (error) => {
      throw error;
    },
  });
  try {
    await engine.start();
    await until('an engine has read the log', READY_MS_MAX, () => engine.status().ready);
    const topics = engine.status().scopes.map((scope) => `sums:${scope}`);
    engine.watch(topics);
    await until('it has told all sums', READY_MS_MAX, () => topics.every((t) => frames.has(t)));
    const told = topics.map((topic) => frames.get(topic)!);
    return {
      stateHashes: engine.stateHashes(),
      metrics: engine.metrics(),
      merged: Object.fromEntries(told.map((frame) => [frame.topic, rowsText(frame)])),
      tsTiers: Math.min(...told.map(({ position }) => position.tiers)),
      warnings,
    };
  } finally {
    await engine.close();
    await nc.close();
  }
}

function rowsText({ rows, position }: SnapshotFrame): string {
  const sorted = [...rows].sort((a, b) => (a.dealerId < b.dealerId ? -1 : 1));
  return JSON.stringify([position.tiers, sorted]);
}

/** A figure of Prometheus text. */
export function metricOf(metrics: string, name: string): number {
  return Number(new RegExp(`^firstcall_${name} (.*)$`, 'm').exec(metrics)?.[1]);
}
