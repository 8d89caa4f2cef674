import type { Condition, Conjunct } from './condition.ts';
import type { Facts } from './condition-fields.ts';
import type { OrderFacts } from './decided.ts';
import { whyUnknown } from './order-facts.ts';

/** What became of one rule's condition. */
export type Match = 'matched' | 'nearly' | 'undecided' | 'apart';

/**
 * Asks the parts of a condition in turn, and no more of them than settle the answer: two that fail, or
 * one that fails beside one that cannot be told, leave nothing to say.
 */
export function matchOf({ conjuncts }: Condition, facts: Facts): Match {
  let failed = 0;
  let untold = 0;
  for (let i = 0; i < conjuncts.length; i++) {
    const value = conjuncts[i]!.evaluate(facts);
    if (value === true) continue;
    if (value === false) failed++;
    else untold++;
    if (failed > 1 || (failed === 1 && untold > 0)) return 'apart';
  }
  return failed === 1 ? 'nearly' : untold > 0 ? 'undecided' : 'matched';
}

/** What is not known of what the undecided parts read. */
export function unknownParts(condition: Condition, facts: Facts, source: OrderFacts): string {
  const isUntold = ({ evaluate }: Conjunct) => evaluate(facts) === undefined;
  const missing = condition.conjuncts
    .filter(isUntold)
    .flatMap(({ fields }) => fields.filter(({ slot }) => facts[slot] === undefined));
  return [...new Set(missing.map((field) => whyUnknown(field, source)))].join('; ');
}
