import type { RuleTrace } from '../../schemas/selection.ts';
import { type Condition, type Conjunct, sayMissed } from './condition.ts';
import type { Facts, FactValue } from './condition-fields.ts';

type Told = RuleTrace['nearly'][number];

/** Things found by one part of a condition that are remembered with what was said of them. */
const TOLD_MAX = 64;

/** What is told of a rule of whose condition one part failed: as it was before, where the same was found. */
export class NearMiss {
  readonly #rule: string;
  readonly #parts: readonly Conjunct[];
  /** By part, by what its only field was. */
  readonly #told: readonly Map<FactValue, Told>[];

  constructor(rule: string, { conjuncts }: Condition) {
    this.#rule = rule;
    this.#parts = conjuncts;
    this.#told = conjuncts.map(() => new Map());
  }

  /** The one part that failed, with what was found instead. */
  tell(facts: Facts): Told {
    const failed = this.#parts.findIndex(({ evaluate }) => evaluate(facts) === false);
    const { fields } = this.#parts[failed]!;
    if (fields.length !== 1) return this.#say(failed, facts);
    const known = this.#told[failed]!;
    const value = facts[fields[0]!.slot];
    let told = known.get(value);
    if (told === undefined) {
      if (known.size >= TOLD_MAX) known.clear();
      told = this.#say(failed, facts);
      known.set(value, told);
    }
    return told;
  }

  #say(failed: number, facts: Facts): Told {
    return { name: this.#rule, missed: sayMissed(this.#parts[failed]!, facts) };
  }
}
