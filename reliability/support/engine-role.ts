import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import type { RoleMethods } from '../../bench/support/role.ts';
import { Engine } from '../../engine/engine.ts';
import { connectNats } from '../../engine/platform/log.ts';
import { DEFAULT_MODEL } from '../../engine/scoring/model.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { InstrumentId, OrderId } from '../../schemas/ids.ts';
import { logNames } from '../../schemas/subjects.ts';

export interface EngineTask {
  readonly natsUrl: string;
  readonly log: string;
  readonly partitions: number;
  /** Instruments that selections are asked for in turn. */
  readonly instruments: readonly string[];
}

const SELECTIONS_PER_SECOND = 50;
const DAY_US = 86_400_000_000;

/** The engine with its shards and its ranking thread, and an order desk that asks it all the time. */
export function engineRole(): RoleMethods {
  let running: RunningEngine | null = null;
  return {
    start: async (task: EngineTask) => {
      running = await RunningEngine.start(task);
    },
    isReady: () => running!.engine.status().ready,
    /** One a partition. */
    stateHashes: () => running!.engine.stateHashes(),
    /** What it has logged as an error: shards that died and were started again. */
    errors: () => running!.errors,
    select: () => running!.beginSelecting(),
    /** Returns how many selections were answered, each of them once recorded. */
    endSelecting: () => running!.endSelecting(),
    close: () => running!.close(),
  };
}

class RunningEngine {
  readonly engine: Engine;
  readonly #task: EngineTask;
  readonly #closeNats: () => Promise<void>;
  errors = 0;
  #answered = 0;
  #selecting: Promise<void> | null = null;
  #isEnding = false;

  private constructor(task: EngineTask, nc: Awaited<ReturnType<typeof connectNats>>) {
    this.#task = task;
    this.#closeNats = () => nc.close();
    this.engine = new Engine({
      nc,
      natsUrl: task.natsUrl,
      names: logNames(task.log),
      partitions: task.partitions,
      shards: 2,
      rankTickMs: 100,
      model: DEFAULT_MODEL,
      logger: pino({ level: 'error' }, { write: (line) => this.#tell(line) }),
      snapshots: null,
      readyLagMs: 5_000,
      onUpdate: () => {},
      onStatus: () => {},
      onFatal: (error) => {
        throw error;
      },
    });
  }

  static async start(task: EngineTask): Promise<RunningEngine> {
    const running = new RunningEngine(task, await connectNats(task.natsUrl, 'reliability-engine'));
    await running.engine.start();
    return running;
  }

  #tell(line: string): void {
    this.errors += 1;
    process.stderr.write(line);
  }

  beginSelecting(): void {
    this.#selecting = this.#select();
  }

  async endSelecting(): Promise<number> {
    this.#isEnding = true;
    await this.#selecting;
    return this.#answered;
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.#closeNats();
  }

  async #select(): Promise<void> {
    const { instruments } = this.#task;
    for (let n = 0; !this.#isEnding; n++) {
      await delay(1000 / SELECTIONS_PER_SECOND);
      const { asOf } = this.engine.status();
      if (asOf === null) continue;
      try {
        this.engine.select({
          orderId: `order-${n}` as OrderId,
          instrumentId: instruments[n % instruments.length] as InstrumentId,
          side: n % 2 === 0 ? 'buy' : 'sell',
          quantity: 1e6,
          // The market goes on meanwhile, and scores of the past are not kept.
          tsEvent: asOf + DAY_US,
        });
        this.#answered += 1;
      } catch (error) {
        // The dealer database is still being read.
        if (!(error instanceof FirstcallError && error.code === 'notReady')) throw error;
      }
    }
  }
}
