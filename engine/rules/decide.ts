import type { RuleTrace } from '../../schemas/selection.ts';
import type { Combinations } from './combination.ts';
import type { CompiledRule } from './compile-rule.ts';
import type { CallGroup, Decided, FromRule, OrderFacts } from './decided.ts';
import { matchOf, unknownParts } from './match.ts';
import { type FactSettings, orderFacts } from './order-facts.ts';

/** A compiled rules file, as far as an order needs it. */
export interface DecidingRules {
  readonly rules: readonly CompiledRule[];
  readonly combinations: Combinations;
  readonly settings: FactSettings;
  /** Dealers that are called where neither a rule nor the order says. */
  readonly count: CallGroup['count'];
}

/** Puts together what the matching rules say. `count`: what the order asks for. */
export function decide(
  { rules, combinations, settings, count: usual }: DecidingRules,
  source: OrderFacts,
  count: number | undefined,
): Decided {
  const { matched, nearly, undecided } = sortRules(rules, source, settings);
  const { said, call, maxDealers, matched: traced } = combinations.of(matched);
  return {
    weights: said.weights,
    memory: said.memory,
    candidates: said.candidates,
    exclusions: said.exclusions,
    axeWeight: said.axeWeight,
    exploration: said.exploration,
    protocol: said.protocol,
    coolOffMicros: said.coolOffMicros,
    call: call ?? { value: [{ count: count ?? usual, filter: null }], rule: null },
    // What an order asks for is a limit where a rule says who is called; else it is the call itself.
    maxDealers: call === null || count === undefined ? maxDealers : tighter(maxDealers, count),
    trace: { matched: traced, nearly, undecided },
  };
}

function tighter(ofRule: FromRule<number> | null, count: number): FromRule<number> {
  return ofRule !== null && ofRule.value <= count ? ofRule : { value: count, rule: null };
}

interface Sorted {
  readonly matched: readonly CompiledRule[];
  readonly nearly: RuleTrace['nearly'];
  readonly undecided: RuleTrace['undecided'];
}

/** Which rules apply to an order, in file order, and which just do not. */
function sortRules(
  rules: readonly CompiledRule[],
  source: OrderFacts,
  settings: FactSettings,
): Sorted {
  const facts = orderFacts(source, settings);
  const matched: CompiledRule[] = [];
  const nearly: RuleTrace['nearly'][number][] = [];
  const undecided: { name: string; why: string }[] = [];
  for (const rule of rules) {
    const { name, when } = rule.spec;
    const match = when === undefined ? 'matched' : matchOf(when, facts);
    if (match === 'matched') matched.push(rule);
    else if (match === 'nearly') nearly.push(rule.nearMiss!.tell(facts));
    else if (match === 'undecided') {
      undecided.push({ name, why: unknownParts(when!, facts, source) });
    }
  }
  return { matched, nearly, undecided };
}
