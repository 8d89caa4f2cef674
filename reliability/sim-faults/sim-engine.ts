import { type BoardBuffer, createBoard, PARTITION_SHAPE } from '../../engine/scoreboard/board.ts';
import type { PartitionName } from '../../schemas/subjects.ts';
import { PartitionGroup } from '../../workers/partition-group.ts';
import type { PartitionHost } from '../../workers/partition-host.ts';
import { ShardSnapshots } from '../../workers/shard-snapshots.ts';
import type { SimDisk, SimOutputs } from './ground.ts';
import type { SimStream, World } from './world.ts';

const ROOM = { rows: 1024, cells: 1 << 17, nameBytes: 1 << 17 };
const MODEL_HASH = 'model';

/** An engine's shard, with messages handed to it one by one: the code of the real one. */
export class SimEngine {
  readonly boards: readonly BoardBuffer[];
  readonly #world: World;
  readonly #group: PartitionGroup;
  readonly #snapshots: ShardSnapshots;
  readonly #outputs: SimOutputs;
  /** Next message of each partition's stream, and of the shared one. */
  readonly #next: Map<PartitionName, number>;
  /** Snapshots that were found and were of no use. */
  readonly refused: string[] = [];

  private constructor(world: World, disk: SimDisk, outputs: SimOutputs) {
    this.#world = world;
    this.#outputs = outputs;
    this.boards = world.partitions.map(() => createBoard({ ...PARTITION_SHAPE, ...ROOM }));
    this.#group = new PartitionGroup({
      hosted: this.boards.map((board, partition) => ({ partition, board })),
      partitions: world.partitions.length,
      model: world.model,
      stopAt: Number.POSITIVE_INFINITY,
      frozen: () => {},
      analysed: (partition, place, analysis) =>
        outputs.put({ what: 'analysis', partition, ...place, content: JSON.stringify(analysis) }),
      refused: ({ partition, message, index, refusal }) =>
        outputs.put({
          ...{ what: 'letter', partition, sequence: message.seq, index },
          content: `${refusal.reason}: ${refusal.detail}`,
        }),
    });
    this.#snapshots = new ShardSnapshots({
      folder: disk,
      modelHash: MODEL_HASH,
      extent: { identity: 'log', of: extentOf(world) },
      frozenThrough: () => Number.POSITIVE_INFINITY,
      loggedMs: async (partition, sequence) =>
        Math.floor(this.#stream(partition).messages[sequence - 1]!.info.timestampNanos / 1e6),
      onRefused: (file) => this.refused.push(file),
    });
    this.#next = new Map();
  }

  /** Starts on what is on the disk. */
  static async start(world: World, disk: SimDisk, outputs: SimOutputs): Promise<SimEngine> {
    outputs.reopen();
    const engine = new SimEngine(world, disk, outputs);
    await engine.#group.restore(engine.#snapshots);
    for (const host of engine.hosts) engine.#next.set(host.partition, host.sequence);
    engine.#next.set('all', engine.#group.allSequence);
    return engine;
  }

  get hosts(): readonly PartitionHost[] {
    return this.#group.hosts;
  }

  /** Messages of a stream that it has not been handed. */
  left(partition: PartitionName): number {
    return this.#stream(partition).messages.length - this.#next.get(partition)!;
  }

  deliver(partition: PartitionName): void {
    const at = this.#next.get(partition)!;
    const message = this.#stream(partition).messages[at]!;
    this.#next.set(partition, at + 1);
    if (partition === 'all') this.#group.takeAll(message);
    else this.#group.take(this.hosts[partition]!, message);
  }

  publish(): void {
    for (const host of this.hosts) host.publish(this.#group.allSequence);
  }

  /** `settle`: what happens once the state is taken and before it is written. */
  keep(host: PartitionHost, settle: () => void): Promise<boolean> {
    return this.#group.keep(host, async () => {
      settle();
      this.#outputs.store();
    });
  }

  #stream(partition: PartitionName): SimStream {
    return partition === 'all' ? this.#world.shared : this.#world.partitions[partition]!;
  }
}

function extentOf({ partitions, shared }: World) {
  const streams: [PartitionName, SimStream][] = [...partitions.entries(), ['all', shared]];
  return new Map(streams.map(([p, { messages }]) => [p, { first: 1, last: messages.length }]));
}
