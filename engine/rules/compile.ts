import { finish, type Steps } from '../../schemas/steps.ts';
import { DEFAULT_MODEL, type Model } from '../scoring/model.ts';
import { canonicalText } from './canonical-text.ts';
import { Combinations } from './combination.ts';
import { compileRule } from './compile-rule.ts';
import { decide } from './decide.ts';
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

export interface SourceReading {
  /** Default: the default one. */
  readonly model?: Model | undefined;
  /** Those found so far. */
  readonly problems?: Problems;
  /** The rules were in force already: what a later version refuses as of no use is let through. */
  readonly isPast?: boolean;
}

/**
 * Compiles what a file says; null: nothing.
 * Throws FirstcallError `badRules` with all of them.
 */
export function compileSource(
  root: SourceNode | null,
  file: SourceFile,
  reading: SourceReading = {},
): Rules {
  return finish(compileSteps(root, file, reading));
}

/** The same, a rule at a time. */
export function* compileSteps(
  root: SourceNode | null,
  file: SourceFile,
  { model = DEFAULT_MODEL, problems = new Problems(), isPast = false }: SourceReading = {},
): Steps<Rules> {
  const spec = yield* readSpec(root, { model, problems, isPast });
  problems.throwIfAny(file.name, file.text);
  return compileSpec(spec);
}

function compileSpec(spec: RulesSpec): Rules {
  const rules = spec.rules.map(compileRule);
  const rates = new Map([['USD', 1], ...Object.entries(spec.currencies)]);
  const usdPer = (currency: string) => rates.get(currency);
  const settings = { illiquidAfterDays: spec.illiquidAfterDays, usdPer };
  const combinations = new Combinations(spec.defaults);
  const deciding = { rules, combinations, settings, count: spec.defaults.count };
  return {
    canonical: canonicalText(spec),
    size: rules.length,
    impactCoefficient: spec.impactCoefficient,
    usuallyAsked: spec.usuallyAsked,
    usdPer,
    decide: (facts, count) => decide(deciding, facts, count),
  };
}
