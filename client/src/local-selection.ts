import { canonicalModel, DEFAULT_MODEL, type Model } from '../../engine/scoring/model.ts';
import { ALL_SCOPE } from '../../engine/scoring/scopes.ts';
import { select } from '../../engine/selection/select.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { DeskFrame, StatusFrame, SumsRow } from '../../schemas/protocol.ts';
import type { Selection, SelectRequest } from '../../schemas/selection.ts';
import { contentHash } from './content-hash.ts';
import { Emitter } from './emitter.ts';
import { LocalDesk } from './local-desk.ts';
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
  /** Answer even while rows, rules or dealer records may be older than the engine's. */
  readonly allowStale?: boolean;
}

interface Watching {
  readonly scopes: WatchedScopes;
  holders: number;
}

/** Runs the engine's own selection on replicas of its sums: same rows, same answer, no network. */
export class LocalSelection {
  readonly #model: Model;
  readonly #desk: LocalDesk;
  readonly #status: () => StatusFrame | null;
  readonly #store: ScopeStore;
  readonly #watching = new Map<string, Watching>();
  readonly #changes = new Emitter<void>();
  /** Of our model; null until it is computed, which takes a promise. */
  #modelHash: string | null = null;
  /** What no further frame can mend. */
  #failure: FirstcallError | null = null;

  constructor(
    options: { readonly model?: Model },
    openSums: (scope: string) => LiveTopic<SumsRow>,
    askDesk: () => Promise<DeskFrame>,
    status: () => StatusFrame | null,
  ) {
    this.#model = options.model ?? DEFAULT_MODEL;
    this.#desk = new LocalDesk(this.#model, askDesk, (held) => {
      this.#store.know(held?.dealerIds ?? []);
      this.#changes.emit();
    });
    this.#status = status;
    this.#store = new ScopeStore(openSums);
    this.#store.onChange(() => {
      for (const { scopes } of [...this.#watching.values()]) scopes.follow();
      this.#changes.emit();
    });
  }

  watch(instrumentId: string): InstrumentWatch {
    if (this.#modelHash === null) void this.#hash();
    const desk = this.#desk;
    const { scopes } = this.#hold(instrumentId);
    this.#followDesk();
    let isClosed = false;
    return {
      instrumentId,
      get state() {
        return isClosed ? 'stale' : stateOf(scopes, desk);
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
   * may be old; `modelMismatch` when the engine has another model, and `rulesMismatch` when its rules
   * cannot be used here.
   */
  select(order: SelectRequest, options: LocalOptions = {}): Selection {
    const scopes = this.#watching.get(order.instrumentId)?.scopes;
    if (scopes === undefined) {
      const message = `${order.instrumentId}: call watchInstrument first`;
      throw new FirstcallError('notWatched', message);
    }
    const { modelHash, degradedPartitions } = this.#checkedStatus();
    const allowStale = options.allowStale ?? false;
    const { rules, rulesHash, records } = this.#desk.require(allowStale);
    const chain = scopes.chainOf(order);
    this.#requireRows(scopes, chain, allowStale);
    return select(order, rules, this.#store.rowsOf(chain), {
      model: this.#model,
      modelHash,
      rulesHash,
      position: scopes.position(chain),
      degradedPartitions,
      instrument: scopes.instrument,
      records,
    });
  }

  /** The client's connection or status has changed. */
  refresh(): void {
    this.#followDesk();
    this.#changes.emit();
  }

  close(): void {
    this.#desk.close();
    this.#failure = new FirstcallError('closed', 'the client was closed');
    this.#changes.emit();
  }

  /** A page that only shows rankings never asks for the desk. */
  #followDesk(): void {
    const status = this.#status();
    if (status !== null && this.#watching.size > 0) this.#desk.follow(status);
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
      this.#modelHash = await contentHash(canonicalModel(this.#model));
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
          : (this.#failure ?? this.#desk.problem ?? this.#store.failure(scopes.names));
        const isLive = stateOf(scopes, this.#desk) === 'live' && this.#modelHash !== null;
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
    const ours = this.#modelHash;
    if (status === null || ours === null) {
      throw new FirstcallError('notReady', 'not connected yet: await whenLive of the watch');
    }
    if (status.modelHash !== ours) {
      const message = `the engine's model ${status.modelHash} is not this client's ${ours}`;
      throw new FirstcallError('modelMismatch', `${message}: pass \`model\``);
    }
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

function stateOf(scopes: WatchedScopes, desk: LocalDesk): ReplicaState {
  if (scopes.state === 'live' && !desk.isCurrent) return 'stale';
  return scopes.state;
}
