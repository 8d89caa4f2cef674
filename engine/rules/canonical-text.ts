import type { Protocol } from '../../schemas/selection.ts';
import { MICROS_PER_SECOND } from '../scoring/model.ts';
import type {
  Defaults,
  FilterSpec,
  GroupSpec,
  MetricBound,
  RuleSpec,
  RulesSpec,
  Settings,
} from './spec.ts';
import { sayDuration } from './units.ts';

/**
 * A rules file as JSON that is itself a rules file: every default filled in, keys in one order, notes
 * and layout gone. Two files with the same effect written differently have the same canonical text.
 */
export function canonicalText(spec: RulesSpec): string {
  const { currencies, illiquidAfterDays, impactCoefficient, usuallyAsked, defaults } = spec;
  return JSON.stringify({
    currencies,
    illiquidAfterDays,
    impactCoefficient,
    usuallyAsked,
    defaults: defaultsOf(defaults),
    rules: spec.rules.map(ruleOf),
  });
}

function defaultsOf(defaults: Defaults): object {
  return { count: defaults.count, ...settingsOf(defaults) };
}

/** JSON leaves out what is undefined. */
function settingsOf({ weights, memory, axeWeight, exploration, protocol }: Settings): object {
  return {
    weights: weights && Object.fromEntries(weights.map(({ metric, weight }) => [metric, weight])),
    memory,
    axeWeight,
    exploration,
    protocol: protocol && protocolOf(protocol),
  };
}

function protocolOf({ kind, delaySeconds, timeoutSeconds, isTwoSided }: Protocol): object {
  return {
    kind,
    delay: sayDuration(Math.round(delaySeconds * MICROS_PER_SECOND)),
    timeout: sayDuration(Math.round(timeoutSeconds * MICROS_PER_SECOND)),
    twoSided: isTwoSided,
  };
}

function ruleOf(rule: RuleSpec): object {
  return {
    name: rule.name,
    when: rule.when?.text,
    candidates: rule.candidates && filterOf(rule.candidates),
    exclude: rule.exclude && filterOf(rule.exclude),
    ...settingsOf(rule),
    call: rule.call?.map(groupOf),
    sensitive: rule.sensitive,
    maxDealers: rule.maxDealers,
    coolOff: rule.coolOffMicros && sayDuration(rule.coolOffMicros),
  };
}

function groupOf({ count, filter }: GroupSpec): object {
  return { count, ...(filter && filterOf(filter)) };
}

function filterOf(filter: FilterSpec): object {
  const { quoted, atLeast, atMost, where } = filter;
  return {
    known: filter.known,
    dealers: filter.dealers,
    tier: filter.tier,
    specialist: filter.specialist,
    quoted: quoted && { in: quoted.in, within: sayDuration(quoted.withinMicros) },
    agreement: filter.agreement,
    atLeast: atLeast && boundsOf(atLeast),
    atMost: atMost && boundsOf(atMost),
    where: where?.text,
  };
}

function boundsOf(bounds: readonly MetricBound[]): object {
  return Object.fromEntries(bounds.map(({ metric, bound }) => [metric, bound]));
}
