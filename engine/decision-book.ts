import { FirstcallError } from '../schemas/errors.ts';
import type { Override, OverrideRequest } from '../schemas/override.ts';
import type { Selection } from '../schemas/selection.ts';
import type { DecisionAndOverrides } from './gateway/services.ts';
import { decisionOf, type KnownDealers, overrideDecision } from './selection/override.ts';

/** Beyond either, the oldest decisions are forgotten; the audit log keeps them. */
const DECISIONS_MAX = 10_000;
const FILTERED_MAX = 500_000;
/** Of one decision; the oldest are forgotten here. */
const OVERRIDES_MAX = 100;

/** The newest decisions, as far as overriding them needs. */
export class DecisionBook {
  readonly #decisions = new Map<string, DecisionAndOverrides>();
  readonly #decisionsMax: number;
  /** Filtered dealers of all decisions together: most of the memory. */
  #filtered = 0;

  constructor(decisionsMax = DECISIONS_MAX) {
    this.#decisionsMax = decisionsMax;
  }

  /** The same decision again keeps its overrides. */
  add(selection: Selection): void {
    const decision = decisionOf(selection);
    const overrides = this.#decisions.get(decision.decisionId)?.overrides ?? [];
    this.#forget(decision.decisionId);
    this.#decisions.set(decision.decisionId, { ...decision, overrides });
    this.#filtered += decision.filtered.length;
    for (const oldest of this.#decisions.keys()) {
      const isFull = this.#decisions.size > this.#decisionsMax || this.#filtered > FILTERED_MAX;
      if (!isFull || oldest === decision.decisionId) break;
      this.#forget(oldest);
    }
  }

  /** Throws FirstcallError `unknownDecision`. */
  get(decisionId: string): DecisionAndOverrides {
    const decision = this.#decisions.get(decisionId);
    if (decision !== undefined) return decision;
    const kept = `this engine knows the newest ${this.#decisionsMax} that were asked of it since it started`;
    const message = `decision "${decisionId}": not found; ${kept}; the history answers for all others (query "decision")`;
    throw new FirstcallError('unknownDecision', message);
  }

  /** Throws FirstcallError as get() and overrideDecision() do. */
  override(decisionId: string, request: OverrideRequest, dealers: KnownDealers): Override {
    const decision = this.get(decisionId);
    const override = overrideDecision(decision, request, dealers);
    const overrides = [...decision.overrides, override].slice(-OVERRIDES_MAX);
    this.#decisions.set(decisionId, { ...decision, overrides });
    return override;
  }

  #forget(decisionId: string): void {
    this.#filtered -= this.#decisions.get(decisionId)?.filtered.length ?? 0;
    this.#decisions.delete(decisionId);
  }
}
