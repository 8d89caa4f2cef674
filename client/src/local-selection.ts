import { canonicalRules, DEFAULT_RULES, type Rules } from '../../engine/rules/rules.ts';
import { canonicalModel, DEFAULT_MODEL, type Model } from '../../engine/scoring/model.ts';
import { ALL_SCOPE } from '../../engine/scoring/scopes.ts';
import { select } from '../../engine/selection/select.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { StatusFrame, SumsRow } from '../../schemas/protocol.ts';
import type { Selection, SelectRequest } from '../../schemas/selection.ts';
import { contentHash } from './content-hash.ts';
import { Emitter } from './emitter.ts';
import type { LiveTopic, ReplicaState } from './replica.ts';
import { ScopeStore } from './scope-store.ts';
import { WatchedScopes } from './watched-scopes.ts';

/** What `watchInstrument` gives: `selectLocally` works for the instrument until it is closed. */
export interface InstrumentWatch {
  readonly instrumentId: string;
  /** `live` once every scope of the instrument is. */
  readonly state: ReplicaState;
  /** Resolves once a local selection can be made; rejects with what stands in its way for good. */
  whenLive(): Promise<void>;
  close(): void;
}

export interface LocalOptions {
  /** Answer even while the rows may be older than the engine's. */
  readonly allowStale?: boolean;
}

interface Watching {
  readonly scopes: WatchedScopes;
  holders: number;
}

/** Runs the engine's own selection on replicas of its sums: same rows, same answer, no network. */
export class LocalSelection {
  readonly #model: Model;
  readonly #rules: Rules;
  readonly #status: () => StatusFrame | null;
  readonly #store: ScopeStore;
  readonly #watching = new Map<string, Watching>();
  readonly #changes = new Emitter<void>();
  /** Of our model and rules; null until they are computed, which takes a promise. */
  #hashes: { readonly model: string; readonly rules: string } | null = null;
  /** What no further frame can mend. */
  #failure: FirstcallError | null = null;

  constructor(
    options: { readonly model?: Model; readonly rules?: Rules },
    openSums: (scope: string) => LiveTopic<SumsRow>,
    status: () => StatusFrame | null,
  ) {
    this.#model = options.model ?? DEFAULT_MODEL;
    this.#rules = options.rules ?? DEFAULT_RULES;
    this.#status = status;
    this.#store = new ScopeStore(openSums);
    this.#store.onChange(() => {
      for (const { scopes } of [...this.#watching.values()]) scopes.follow();
      this.#changes.emit();
    });
  }

  watch(instrumentId: string): InstrumentWatch {
    if (this.#hashes === null) void this.#hash();
    const { scopes } = this.#hold(instrumentId);
    let isClosed = false;
    return {
      instrumentId,
      get state() {
        return isClosed ? 'stale' : scopes.state;
      },
      whenLive: () => this.#whenLive(scopes, () => isClosed),
      close: () => {
        if (isClosed) return;
        isClosed = true;
        this.#release(instrumentId);
        this.#changes.emit();
      },
    };
  }

  /**
   * Throws FirstcallError: `notWatched`; `notReady` while rows are on their way; `stale` when they
   * may be old; `modelMismatch` or `rulesMismatch` when the engine would answer otherwise.
   */
  select(order: SelectRequest, options: LocalOptions = {}): Selection {
    const scopes = this.#watching.get(order.instrumentId)?.scopes;
    if (scopes === undefined) {
      const message = `${order.instrumentId}: call watchInstrument first`;
      throw new FirstcallError('notWatched', message);
    }
    const { modelHash, rulesHash, degradedPartitions } = this.#checkedStatus();
    const chain = scopes.chainOf(order);
    this.#requireRows(scopes, chain, options.allowStale ?? false);
    return select(order, this.#rules, this.#store.rowsOf(chain), {
      model: this.#model,
      modelHash,
      rulesHash,
      position: scopes.position(chain),
      degradedPartitions,
      instrument: scopes.instrument,
    });
  }

  /** The client's connection or status has changed. */
  refresh(): void {
    this.#changes.emit();
  }

  close(): void {
    this.#failure = new FirstcallError('closed', 'the client was closed');
    this.#changes.emit();
  }

  #hold(instrumentId: string): Watching {
    let watching = this.#watching.get(instrumentId);
    if (watching === undefined) {
      watching = { scopes: new WatchedScopes(instrumentId, this.#model, this.#store), holders: 0 };
      this.#watching.set(instrumentId, watching);
    }
    watching.holders++;
    return watching;
  }

  #release(instrumentId: string): void {
    const watching = this.#watching.get(instrumentId);
    if (watching === undefined || --watching.holders > 0) return;
    this.#watching.delete(instrumentId);
    watching.scopes.close();
  }

  async #hash(): Promise<void> {
    try {
      const [model, rules] = await Promise.all([
        contentHash(canonicalModel(this.#model)),
        contentHash(canonicalRules(this.#rules)),
      ]);
      this.#hashes = { model, rules };
    } catch (cause) {
      const message = 'no SHA-256 here to compare models with: use https or localhost';
      this.#failure ??= new FirstcallError('noHash', message, { cause });
    }
    this.#changes.emit();
  }

  #whenLive(scopes: WatchedScopes, isClosed: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        const failure = isClosed()
          ? new FirstcallError('closed', 'the watch was closed')
          : (this.#failure ?? this.#store.failure(scopes.names));
        const isLive = scopes.state === 'live' && this.#hashes !== null;
        if (failure === null && !isLive) return;
        stop();
        if (failure === null) resolve();
        else reject(failure);
      };
      const stop = this.#changes.on(check);
      check();
    });
  }

  #checkedStatus(): StatusFrame {
    if (this.#failure !== null) throw this.#failure;
    const status = this.#status();
    const ours = this.#hashes;
    if (status === null || ours === null) {
      throw new FirstcallError('notReady', 'not connected yet: await whenLive of the watch');
    }
    if (status.modelHash !== ours.model) throw mismatch('model', status.modelHash, ours.model);
    if (status.rulesHash !== ours.rules) throw mismatch('rules', status.rulesHash, ours.rules);
    return status;
  }

  #requireRows(scopes: WatchedScopes, chain: readonly string[], allowStale: boolean): void {
    const missing = scopes.missing(chain);
    if (missing.length > 0) {
      throw new FirstcallError('notReady', `no rows of ${missing.join(', ')} yet`);
    }
    const failure = this.#store.failure(chain);
    if (failure !== null) throw failure;
    const behind = scopes.behind(chain);
    if (behind.length > 0 && !allowStale) {
      throw new FirstcallError('stale', `the rows of ${behind.join(', ')} may be old`);
    }
    if (this.#store.rowsOf([ALL_SCOPE]).poolRow < 0) {
      throw new FirstcallError('notReady', 'no dealer has been observed yet: nobody to rank');
    }
  }
}

function mismatch(what: 'model' | 'rules', theirs: string, ours: string): FirstcallError {
  const message = `the engine's ${what} ${theirs} is not this client's ${ours}: pass \`${what}\``;
  return new FirstcallError(`${what}Mismatch`, message);
}
