import { DEFAULT_MODEL, type Model } from '../scoring/model.ts';
import { canonicalText } from './canonical-text.ts';
import { combine, compileRule, sortRules } from './decide.ts';
import type { Rules } from './decided.ts';
import { Problems } from './problems.ts';
import { readSpec } from './read-rules.ts';
import type { SourceNode } from './source.ts';
import type { RulesSpec } from './spec.ts';

export interface SourceFile {
  /** As its name is said in messages. */
  readonly name: string;
  readonly text: string;
}

/**
 * Compiles what a file says; null: nothing. `problems`: those found so far.
 * Throws FirstcallError `badRules` with all of them.
 */
export function compileSource(
  root: SourceNode | null,
  file: SourceFile,
  model: Model = DEFAULT_MODEL,
  problems = new Problems(),
): Rules {
  const spec = readSpec(root, { model, problems });
  problems.throwIfAny(file.name, file.text);
  return compileSpec(spec);
}

function compileSpec(spec: RulesSpec): Rules {
  const rules = spec.rules.map(compileRule);
  const rates = new Map([['USD', 1], ...Object.entries(spec.currencies)]);
  const usdPer = (currency: string) => rates.get(currency);
  const settings = { illiquidAfterDays: spec.illiquidAfterDays, usdPer };
  return {
    canonical: canonicalText(spec),
    size: rules.length,
    impactCoefficient: spec.impactCoefficient,
    usuallyAsked: spec.usuallyAsked,
    usdPer,
    decide: (facts, count) => combine(sortRules(rules, facts, settings), spec.defaults, count),
  };
}
