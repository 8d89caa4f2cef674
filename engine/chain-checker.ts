import { Piscina } from 'piscina';
import type { ChainReport } from '../schemas/chain-report.ts';
import { FirstcallError } from '../schemas/errors.ts';
import { distFile } from './platform/dist.ts';
import type { ChainOutcome, ChainTask } from './verify/chain-thread.ts';

/** A verification that takes longer is given up: `firstcall audit verify` has no such bound. */
const CHECK_MS_MAX = 600_000;

/**
 * Verifies the record of decisions when somebody asks, as `firstcall audit verify` does: in a thread
 * that is started for it and ends with it, so that no selection waits. One at a time.
 */
export class ChainChecker {
  readonly #task: ChainTask;
  #pool: Piscina<ChainTask, ChainOutcome> | null = null;
  #isClosed = false;

  constructor(task: ChainTask) {
    this.#task = task;
  }

  /** Rejects with FirstcallError `busy` while another one is under way, and `notReady`. */
  async check(): Promise<ChainReport> {
    if (this.#isClosed) throw notReady('the engine is stopping');
    if (this.#pool !== null) {
      throw new FirstcallError('busy', 'the chain is being verified already; try again later');
    }
    const pool = new Piscina<ChainTask, ChainOutcome>({
      filename: distFile('engine/verify/chain-thread.js'),
      maxThreads: 1,
    });
    // What ends without a task would end the process; with one, the task says so.
    pool.on('error', () => {});
    this.#pool = pool;
    try {
      return reportOf(await this.#run(pool));
    } finally {
      await pool.destroy();
      this.#pool = null;
    }
  }

  /** What is under way is given up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#pool?.destroy();
  }

  async #run(pool: Piscina<ChainTask, ChainOutcome>): Promise<ChainOutcome> {
    try {
      return await pool.run(this.#task, { signal: AbortSignal.timeout(CHECK_MS_MAX) });
    } catch (cause) {
      if (this.#isClosed) throw notReady('the engine is stopping');
      throw new FirstcallError('notReady', `the chain could not be verified: ${cause}`, { cause });
    }
  }
}

function reportOf(outcome: ChainOutcome): ChainReport {
  if ('report' in outcome) return outcome.report;
  const { code, message } = outcome.refusal;
  throw new FirstcallError(code, message);
}

const notReady = (message: string) => new FirstcallError('notReady', message);
