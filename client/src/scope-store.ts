import type { ScoreRows } from '../../engine/scoring/score-rows.ts';
import { FirstcallError } from '../../schemas/errors.ts';
import type { DealerId } from '../../schemas/ids.ts';
import type { SumsRow } from '../../schemas/protocol.ts';
import { Emitter } from './emitter.ts';
import { LocalScores } from './local-scores.ts';
import type { LiveTopic, ReplicaChange } from './replica.ts';

interface HeldScope {
  readonly replica: LiveTopic<SumsRow>;
  readonly stopListening: () => void;
  holders: number;
}

/** The sums of the scopes that watched instruments need: one replica each, shared by all of them. */
export class ScopeStore {
  readonly #openSums: (scope: string) => LiveTopic<SumsRow>;
  readonly #scores = new LocalScores();
  readonly #held = new Map<string, HeldScope>();
  /** Scopes whose rows cannot be read, until a snapshot replaces them. */
  readonly #failures = new Map<string, FirstcallError>();
  readonly #changes = new Emitter<void>();

  constructor(openSums: (scope: string) => LiveTopic<SumsRow>) {
    this.#openSums = openSums;
  }

  /** Every hold needs a release. */
  hold(scope: string): LiveTopic<SumsRow> {
    let held = this.#held.get(scope);
    if (held === undefined) {
      const replica = this.#openSums(scope);
      const stopListening = replica.onChange((change) => {
        this.#take(scope, change);
        this.#changes.emit();
      });
      held = { replica, stopListening, holders: 0 };
      this.#held.set(scope, held);
      // A replica that somebody else has opened before has rows already.
      this.#take(scope, { kind: 'snapshot', rows: replica.rows, removed: [] });
    }
    held.holders++;
    return held.replica;
  }

  release(scope: string): void {
    const held = this.#held.get(scope);
    if (held === undefined || --held.holders > 0) return;
    held.stopListening();
    held.replica.close();
    this.#held.delete(scope);
    this.#failures.delete(scope);
    this.#scores.forget(scope);
  }

  onChange(listener: () => void): () => void {
    return this.#changes.on(listener);
  }

  /** The first of some scopes whose rows cannot be read, as the error that says why. */
  failure(scopes: Iterable<string>): FirstcallError | null {
    for (const scope of scopes) {
      const failure = this.#failures.get(scope);
      if (failure !== undefined) return failure;
    }
    return null;
  }

  /** See LocalScores. */
  know(dealerIds: Iterable<DealerId>): void {
    this.#scores.know(dealerIds);
  }

  /** See LocalScores. */
  rowsOf(scopes: readonly string[]): ScoreRows {
    return this.#scores.rowsOf(scopes);
  }

  #take(scope: string, change: ReplicaChange<SumsRow>): void {
    try {
      this.#scores.change(scope, change);
      if (change.kind === 'snapshot') this.#failures.delete(scope);
    } catch (error) {
      if (!(error instanceof FirstcallError)) throw error;
      this.#failures.set(scope, error);
    }
  }
}
