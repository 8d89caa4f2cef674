import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { RoleMethods } from '../support/role.ts';
import { type Census, takeCensus } from './board-census.ts';
import { Crowd, type CrowdOptions } from './crowd.ts';
import { CrowdDesk } from './crowd-desk.ts';

/** Cost of some events. */
export interface SliceResult {
  readonly events: number;
  readonly eventsPerSecond: number;
  /** Of all threads: collecting garbage counts. */
  readonly cpuSecondsPerMillion: number;
}

/** What a run has come to. */
export interface RunResult extends Census {
  /** Events that the partitions were given. */
  readonly given: number;
  readonly mishaps: number;
  /** Of the boards: blocks in use or free again, and what stands beside them by row. */
  readonly boardBytes: number;
  /** By how much the process has grown since before the first event, garbage collected. */
  readonly rssBytes: number;
  /** The same of the objects on its heap: books, maps, reference data. */
  readonly heapBytes: number;
}

/** Long enough for every mark-out of the last fill to be due. */
const SETTLE_MICROS = 5_400 * 1_000_000;

/** Scores a crowd in a process of its own, so that no other's state or garbage is in the figures. */
export function scaleRole(): RoleMethods {
  let run: CrowdRun | null = null;
  return {
    open: async (options: CrowdOptions) => {
      run = new CrowdRun(options);
      await run.begin();
    },
    /** Applies the events of so many RFQs more, at least. */
    play: (rfqs: number): Promise<SliceResult> => run!.play(rfqs),
    end: (): Promise<RunResult> => run!.end(),
  };
}

class CrowdRun {
  readonly #crowd: Crowd;
  readonly #before: NodeJS.MemoryUsage;
  readonly #desk: CrowdDesk;

  constructor(options: CrowdOptions) {
    this.#crowd = new Crowd(options);
    this.#before = memoryInUse();
    this.#desk = new CrowdDesk();
  }

  async begin(): Promise<void> {
    this.#desk.take(await this.#desk.prepare(this.#crowd.reference(), this.#crowd.ts));
  }

  async play(rfqs: number): Promise<SliceResult> {
    const [crowd, desk] = [this.#crowd, this.#desk];
    const [meter, given, until] = [new SliceMeter(), desk.given, crowd.rfqs + rfqs];
    while (crowd.rfqs < until) {
      const events = crowd.nextPiece();
      const messages = await desk.prepare(events, crowd.ts);
      meter.time(() => desk.take(messages));
    }
    return meter.per(desk.given - given);
  }

  async end(): Promise<RunResult> {
    const [desk, before, after] = [this.#desk, this.#before, memoryInUse()];
    const { bytes: boardBytes } = desk.live;
    desk.take(await desk.prepare([], this.#crowd.ts + SETTLE_MICROS));
    desk.assertIdle();
    return {
      ...takeCensus(desk.boards),
      given: desk.given,
      mishaps: desk.mishaps,
      boardBytes,
      rssBytes: after.rss - before.rss,
      heapBytes: after.heapUsed - before.heapUsed,
    };
  }
}

/** Processor time of all threads and time passed while some work is done, and not between. */
class SliceMeter {
  #cpuMicros = 0;
  #nanos = 0n;

  time(work: () => void): void {
    const cpu = process.cpuUsage();
    const start = process.hrtime.bigint();
    work();
    this.#nanos += process.hrtime.bigint() - start;
    const { user, system } = process.cpuUsage(cpu);
    this.#cpuMicros += user + system;
  }

  per(events: number): SliceResult {
    return {
      events,
      eventsPerSecond: events / (Number(this.#nanos) / 1e9),
      cpuSecondsPerMillion: this.#cpuMicros / events,
    };
  }
}

function memoryInUse(): NodeJS.MemoryUsage {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage();
}
