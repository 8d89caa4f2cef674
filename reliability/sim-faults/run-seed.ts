import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { boardState } from '../../engine/scoreboard/board-digest.ts';
import { Random } from '../../feeds/sim/random.ts';
import type { PartitionName } from '../../schemas/subjects.ts';
import type { HostSnapshot, PartitionHost } from '../../workers/partition-host.ts';
import { type Output, SimCrash, SimDisk, SimOutputs } from './ground.ts';
import { complaintsOfNaiveModel } from './naive-model.ts';
import { SimEngine } from './sim-engine.ts';
import { type World, worldOf } from './world.ts';

/** How often each thing happens, against the others. */
const DICE = [
  ['deliver', 70],
  ['store', 12],
  ['publish', 6],
  ['keep', 8],
  ['crash', 2],
  ['rot', 1],
] as const;
const TOTAL = DICE.reduce((sum, [, weight]) => sum + weight, 0);

export interface SeedResult {
  /**
   * Of everything that happened and of the state at the end; the same for the same seed. The length of a
   * snapshot is not in it: how a serializer writes a whole number depends on how the engine holds it.
   */
  readonly trace: string;
  /** What is wrong, in words; none where all is well. */
  readonly complaints: readonly string[];
  readonly crashes: number;
  /** Restarts that went on from at least one snapshot. */
  readonly resumed: number;
  readonly refusedSnapshots: number;
  readonly messages: number;
}

/** One world, once with every fault that the seed says and once without, against each other and a naive model. */
export async function runSeed(seed: number): Promise<SeedResult> {
  const world = worldOf(seed);
  const faulty = new FaultyRun(world, new Random(seed, 2));
  await faulty.run();
  const quiet = await undisturbed(world);
  const { engine, outputs, counts } = faulty;
  const complaints = [
    ...differences(engine, quiet.engine),
    ...outputDifferences(outputs.stored, quiet.outputs.stored),
    ...complaintsOfNaiveModel(world, quiet.engine.boards, quiet.outputs.stored),
  ];
  return { trace: faulty.trace(), complaints, ...counts };
}

class FaultyRun {
  readonly outputs = new SimOutputs();
  readonly counts = { crashes: 0, resumed: 0, refusedSnapshots: 0, messages: 0 };
  engine!: SimEngine;
  readonly #world: World;
  readonly #random: Random;
  readonly #disk = new SimDisk();
  readonly #hash = createHash('sha256');

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  async run(): Promise<void> {
    await this.#start();
    while (this.#streams().length > 0) {
      try {
        await this.#step();
      } catch (error) {
        if (!(error instanceof SimCrash)) throw error;
        await this.#crash(error.message);
      }
    }
    this.outputs.store();
    this.engine.publish();
  }

  trace(): string {
    const state = this.engine.boards.map((board) => boardState(board).lines.join('\n'));
    const outputs = JSON.stringify(this.outputs.stored);
    return this.#hash.copy().update(state.join('\n')).update(outputs).digest('hex').slice(0, 16);
  }

  async #step(): Promise<void> {
    switch (this.#dice()) {
      case 'deliver': {
        const partition = this.#oneOf(this.#streams());
        this.#note(`deliver ${partition}`);
        this.counts.messages++;
        this.engine.deliver(partition);
        break;
      }
      case 'store':
        this.#note(`stored ${this.outputs.store(this.#below(4))}`);
        break;
      case 'publish':
        this.#note('publish');
        this.engine.publish();
        break;
      case 'keep':
        await this.#keep(this.#oneOf(this.engine.hosts));
        break;
      case 'crash':
        await this.#crash('between two messages');
        break;
      case 'rot':
        this.#note(`rot ${this.#disk.rot(this.#random)}`);
        break;
    }
  }

  async #keep(host: PartitionHost): Promise<void> {
    const fate = this.#below(10);
    if (fate === 1) this.#disk.tornAfter = this.#random.next();
    const isKept = await this.engine.keep(host, () => {
      if (fate === 0) throw new SimCrash('before a snapshot was written');
    });
    this.#disk.tornAfter = null;
    this.#note(`keep ${host.partition} ${isKept}`);
  }

  /** Some of what was on its way had come through. */
  async #crash(when: string): Promise<void> {
    this.#note(`crash ${when}, stored ${this.outputs.store(this.#below(4))}`);
    this.counts.crashes++;
    await this.#start();
  }

  async #start(): Promise<void> {
    this.engine = await SimEngine.start(this.#world, this.#disk, this.outputs);
    const at = this.engine.hosts.map((host) => host.sequence);
    if (at.some((sequence) => sequence > 0)) this.counts.resumed++;
    this.counts.refusedSnapshots += this.engine.refused.length;
    this.#note(`start at ${at.join()}, refused ${this.engine.refused.join()}`);
  }

  /** Those that have more to say. */
  #streams(): PartitionName[] {
    const all: PartitionName[] = [...this.#world.partitions.keys(), 'all'];
    return all.filter((partition) => this.engine.left(partition) > 0);
  }

  #dice(): (typeof DICE)[number][0] {
    let at = this.#random.next() * TOTAL;
    for (const [what, weight] of DICE) {
      at -= weight;
      if (at < 0) return what;
    }
    return 'deliver';
  }

  #oneOf<T>(all: readonly T[]): T {
    return all[this.#below(all.length)]!;
  }

  #below(limit: number): number {
    return Math.floor(this.#random.next() * limit);
  }

  #note(what: string): void {
    this.#hash.update(`${what}\n`);
  }
}

async function undisturbed(world: World) {
  const outputs = new SimOutputs();
  const engine = await SimEngine.start(world, new SimDisk(), outputs);
  for (const partition of ['all', ...world.partitions.keys()] as PartitionName[]) {
    while (engine.left(partition) > 0) engine.deliver(partition);
  }
  outputs.store();
  engine.publish();
  return { engine, outputs };
}

/** Everything that the partitions hold, to the last bit. */
function differences(engine: SimEngine, quiet: SimEngine): string[] {
  return engine.hosts.flatMap((host, p) => {
    const [one, other] = [wholeState(host), wholeState(quiet.hosts[p]!)];
    if (one === null || other === null) return [`partition ${p}: a message is half applied`];
    const names = Object.keys(other) as (keyof HostSnapshot)[];
    return names
      .filter((name) => !isDeepStrictEqual(one[name], other[name]))
      .map((name) => `partition ${p}: ${name} is not what it is without faults`);
  });
}

function wholeState(host: PartitionHost): HostSnapshot | null {
  return host.snapshot((snapshot) => deserialize(serialize(snapshot)) as HostSnapshot);
}

/** Each output once, and those of one partition in the order of its log. */
function outputDifferences(stored: readonly Output[], expected: readonly Output[]): string[] {
  const keys = new Set(
    [...stored, ...expected].map(({ what, partition }) => `${what} ${partition}`),
  );
  return [...keys].flatMap((key) => {
    const of = (all: readonly Output[]) =>
      all.filter(({ what, partition }) => `${what} ${partition}` === key).map(lineOf);
    const [ours, theirs] = [of(stored), of(expected)];
    if (ours.join('\n') === theirs.join('\n')) return [];
    return [`${key}: stored ${ours.length}, without faults ${theirs.length}`];
  });
}

const lineOf = ({ sequence, index, content }: Output) => `${sequence}.${index} ${content}`;
