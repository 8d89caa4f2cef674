import { Piscina } from 'piscina';
import { distFile } from '../engine/platform/dist.ts';
import { OneByOne } from '../engine/platform/one-by-one.ts';
import { runInTurns } from '../engine/platform/turns.ts';
import { canonicalRulesSteps } from '../engine/rules/canonical.ts';
import type { Rules } from '../engine/rules/decided.ts';
import { readRules } from '../engine/rules/rules-file.ts';
import type { Model } from '../engine/scoring/model.ts';
import { FirstcallError } from '../schemas/errors.ts';
import type { RulesReading, RulesTask } from './messages.ts';
import { abortWhenLost } from './thread-loss.ts';

/** Characters. Shorter files are read at once, in a few milliseconds; to start a thread takes longer. */
const SHORT_LENGTH = 2_048;
/** The thread ends when nothing was to be read for so long. */
const IDLE_MS = 10_000;
/** Past it the thread is given up: a file takes it a tenth of a second. */
const GIVE_UP_MS = 5_000;

export interface RulesCompilerOptions {
  /** What metrics, tiers and windows are of. */
  readonly model: Model;
  /** The thread has failed; the file is read without it. */
  onTrouble(error: unknown): void;
}

/**
 * Compiles rules files as `readRules` does, with the same messages, and holds the event loop for no more
 * than some milliseconds at a time: YAML and whatever is wrong with a file are the business of a thread,
 * and the conditions of what it gives are compiled in turns.
 */
export class RulesCompiler {
  readonly #options: RulesCompilerOptions;
  /** One file at a time, so that a thread that fails costs no other file its own. */
  readonly #turns = new OneByOne();
  #pool = newPool();
  #isClosed = false;

  constructor(options: RulesCompilerOptions) {
    this.#options = options;
  }

  /** For those who end one. */
  get threads(): Piscina['threads'] {
    return this.#pool.threads;
  }

  /** Rejects with FirstcallError `badRules`, and with `notReady` once closed. */
  async compile(text: string, file?: string): Promise<Rules> {
    const { canonical } = await this.read(text, file);
    return runInTurns(canonicalRulesSteps(canonical, this.#options.model));
  }

  /** The same without anything that could decide. */
  async read(text: string, file?: string): Promise<Pick<Rules, 'canonical' | 'size'>> {
    if (this.#isClosed) throw stopping();
    const { model } = this.#options;
    if (text.length <= SHORT_LENGTH) return readRules(text, { file, model });
    const reading = await this.#turns.run(() => this.#readInThread({ text, file, model }));
    if (reading === null) return readRules(text, { file, model });
    if ('refusal' in reading) throw new FirstcallError('badRules', reading.refusal);
    return reading;
  }

  /** What is being read is given up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#pool.destroy();
  }

  /** Null: the thread has failed. */
  async #readInThread(task: RulesTask): Promise<RulesReading | null> {
    if (this.#isClosed) throw stopping();
    const pool = this.#pool;
    const lost = new AbortController();
    const timer = setTimeout(() => lost.abort(), GIVE_UP_MS);
    const stopWatching = abortWhenLost(pool, lost);
    try {
      return await pool.run(task, { signal: lost.signal });
    } catch (error) {
      if (this.#isClosed) throw stopping();
      this.#options.onTrouble(error);
      await this.#replacePool();
      return null;
    } finally {
      clearTimeout(timer);
      stopWatching();
    }
  }

  async #replacePool(): Promise<void> {
    await this.#pool.destroy();
    if (!this.#isClosed) this.#pool = newPool();
  }
}

function newPool(): Piscina<RulesTask, RulesReading> {
  const pool = new Piscina<RulesTask, RulesReading>({
    filename: distFile('workers/rules-reader.js'),
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
  });
  // What ends without a task would end the process; with one, the task says so.
  pool.on('error', () => {});
  return pool;
}

const stopping = () => new FirstcallError('notReady', 'the engine is stopping');
