import type { Rules } from '../../engine/rules/decided.ts';
import type { Model } from '../../engine/scoring/model.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { DealerId } from '../../schemas/ids.ts';
import type { DeskFrame, StatusFrame } from '../../schemas/protocol.ts';
import type { DealerEvent } from '../../schemas/reference.ts';
import { contentHash } from './content-hash.ts';

/** What a local selection goes by besides scores. */
export interface HeldDesk {
  readonly rulesHash: string;
  readonly rules: Rules;
  readonly records: DealerDirectory;
  /** All that have a record. */
  readonly dealerIds: readonly DealerId[];
}

interface DealerDirectory {
  /** Of the newest record, in the log that all partitions share; 0: none. */
  readonly sequence: number;
  get(dealerId: string): DealerEvent | undefined;
}

/** Gone with the next connection, or the next moment. */
const TRANSIENT: ReadonlySet<string> = new Set([
  'disconnected',
  'notConnected',
  'tooManyRequests',
  'closed',
]);

/**
 * The engine's rules and dealer records, fetched when a status says that they have changed: one request
 * at a time, however many statuses come meanwhile.
 */
export class LocalDesk {
  readonly #model: Model;
  readonly #ask: () => Promise<DeskFrame>;
  readonly #changed: (held: HeldDesk | null) => void;
  /** Newest that the engine has said; null: nobody has wanted the desk yet. */
  #status: StatusFrame | null = null;
  #held: HeldDesk | null = null;
  /** What stands in the way of the engine's newest; null: nothing is known to. */
  #problem: FirstcallError | null = null;
  /** The newest status differs from what is held. */
  #isBehind = true;
  #isAsking = false;
  #isClosed = false;

  constructor(
    model: Model,
    ask: () => Promise<DeskFrame>,
    changed: (held: HeldDesk | null) => void,
  ) {
    this.#model = model;
    this.#ask = ask;
    this.#changed = changed;
  }

  /** What is held is what the engine has announced. */
  get isCurrent(): boolean {
    return this.#held !== null && !this.#isBehind;
  }

  /**
   * What to select with. Throws FirstcallError `notReady` while the engine's newest is on its way
   * (with `allowStale` only before the first), and `rulesMismatch` when it cannot be used here.
   */
  require(allowStale: boolean): HeldDesk {
    if (this.#held !== null && (!this.#isBehind || allowStale)) return this.#held;
    this.#fetchIfBehind();
    throw this.#problem ?? new FirstcallError('notReady', 'rules and dealers are on their way');
  }

  /** What cannot be mended by waiting for the answer that is on its way. */
  get problem(): FirstcallError | null {
    return this.#isAsking ? null : this.#problem;
  }

  /** The engine's status, on each change and on each new connection. */
  follow(status: StatusFrame): void {
    this.#status = status;
    const held = this.#held;
    this.#isBehind =
      held === null ||
      held.rulesHash !== status.rulesHash ||
      held.records.sequence !== status.directory;
    this.#problem = null;
    this.#fetchIfBehind();
  }

  close(): void {
    this.#isClosed = true;
  }

  /** What another try would not mend is not tried again before the next status. */
  #fetchIfBehind(): void {
    const isIdle = !this.#isAsking && this.#problem === null && this.#status !== null;
    if (this.#isBehind && isIdle) void this.#fetch();
  }

  /** Until no status has come since the last answer that differs from it. */
  async #fetch(): Promise<void> {
    this.#isAsking = true;
    let isAgain = true;
    while (isAgain && !this.#isClosed) {
      const asked = this.#status;
      isAgain = !(await this.#take());
      // What was answered is as new as the last status that had come before it.
      if (!isAgain && asked !== this.#status) isAgain = this.#differs();
    }
    this.#isAsking = false;
    this.#changed(this.#held);
  }

  /** False: it was lost on its way, and another try may bring it. */
  async #take(): Promise<boolean> {
    try {
      this.#held = await compile(await this.#ask(), this.#model);
      this.#problem = null;
      this.#isBehind = false;
    } catch (error) {
      const { code, message: cause } = error as FirstcallError;
      const message = `rules and dealers cannot be had: ${cause}`;
      if (code === 'timeout') return false;
      if (code === 'rulesMismatch') this.#problem = error as FirstcallError;
      else if (!TRANSIENT.has(code)) {
        this.#problem = new FirstcallError('notReady', message, { cause: error });
      }
    }
    return true;
  }

  #differs(): boolean {
    const { rulesHash, directory } = this.#status!;
    const held = this.#held;
    this.#isBehind =
      held === null || held.rulesHash !== rulesHash || held.records.sequence !== directory;
    return this.#isBehind;
  }
}

/** Throws FirstcallError `rulesMismatch` where the engine's rules do not mean the same here. */
async function compile(frame: DeskFrame, model: Model): Promise<HeldDesk> {
  const { rulesHash, rules: canonical, directory, dealers } = frame;
  const byId = new Map<string, DealerEvent>(dealers.map((record) => [record.dealerId, record]));
  const rules = await read(canonical, model);
  const ours = await contentHash(rules.canonical);
  if (ours !== rulesHash) {
    throw new FirstcallError(
      'rulesMismatch',
      `the engine's rules ${rulesHash} are ${ours} here: client and engine are of different versions`,
    );
  }
  return {
    rulesHash,
    rules,
    records: { sequence: directory, get: (id) => byId.get(id) },
    dealerIds: dealers.map(({ dealerId }) => dealerId),
  };
}

/** Who only looks at rankings never loads the rules language, which is as large as the rest. */
async function read(canonical: string, model: Model): Promise<Rules> {
  const { parseCanonicalRules } = await import('../../engine/rules/canonical.ts');
  try {
    return parseCanonicalRules(canonical, model);
  } catch (cause) {
    const message = `the engine's rules cannot be read here: ${(cause as Error).message}`;
    throw new FirstcallError('rulesMismatch', message, { cause });
  }
}
