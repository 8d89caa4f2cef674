import type { CallGroup, DealerFilter, FromRule } from './decided.ts';
import { compileFilter } from './filter.ts';
import { NearMiss } from './near-miss.ts';
import type { GroupSpec, RuleSpec } from './spec.ts';

/** A rule with its filters compiled; each value is put beside the rule's name once, for all orders. */
export interface CompiledRule {
  readonly spec: RuleSpec;
  readonly candidates: FromRule<DealerFilter> | null;
  readonly exclude: FromRule<DealerFilter> | null;
  readonly call: FromRule<readonly CallGroup[]> | null;
  readonly nearMiss: NearMiss | null;
}

export function compileRule(spec: RuleSpec): CompiledRule {
  const from = <T>(value: T | undefined): FromRule<T> | null =>
    value === undefined ? null : { value, rule: spec.name };
  return {
    spec,
    candidates: from(spec.candidates && compileFilter(spec.candidates)),
    exclude: from(spec.exclude && compileFilter(spec.exclude)),
    call: from(spec.call?.map(compileGroup)),
    nearMiss: spec.when === undefined ? null : new NearMiss(spec.name, spec.when),
  };
}

function compileGroup({ count, filter }: GroupSpec): CallGroup {
  return { count, filter: filter === null ? null : compileFilter(filter) };
}
