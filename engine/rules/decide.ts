import type { RuleTrace } from '../../schemas/selection.ts';
import { MEMORIES } from '../scoring/metrics.ts';
import type { CallGroup, DealerFilter, Decided, FromRule, OrderFacts } from './decided.ts';
import { compileFilter } from './filter.ts';
import { matchOf, missedPart, unknownParts } from './match.ts';
import { type FactSettings, orderFacts } from './order-facts.ts';
import type { Defaults, GroupSpec, RuleSpec } from './spec.ts';

/** A rule with its filters compiled; each value is put beside the rule's name once, for all orders. */
export interface CompiledRule {
  readonly spec: RuleSpec;
  readonly candidates: FromRule<DealerFilter> | null;
  readonly exclude: FromRule<DealerFilter> | null;
  readonly call: FromRule<readonly CallGroup[]> | null;
}

export function compileRule(spec: RuleSpec): CompiledRule {
  const from = <T>(value: T | undefined): FromRule<T> | null =>
    value === undefined ? null : { value, rule: spec.name };
  return {
    spec,
    candidates: from(spec.candidates && compileFilter(spec.candidates)),
    exclude: from(spec.exclude && compileFilter(spec.exclude)),
    call: from(spec.call?.map(compileGroup)),
  };
}

function compileGroup({ count, filter }: GroupSpec): CallGroup {
  return { count, filter: filter === null ? null : compileFilter(filter) };
}

interface Sorted {
  readonly matched: readonly CompiledRule[];
  readonly nearly: RuleTrace['nearly'];
  readonly undecided: RuleTrace['undecided'];
}

/** Which rules apply to an order, in file order, and which just do not. */
export function sortRules(
  rules: readonly CompiledRule[],
  source: OrderFacts,
  settings: FactSettings,
): Sorted {
  const facts = orderFacts(source, settings);
  const matched: CompiledRule[] = [];
  const nearly: { name: string; missed: string }[] = [];
  const undecided: { name: string; why: string }[] = [];
  for (const rule of rules) {
    const { name, when } = rule.spec;
    const match = when === undefined ? 'matched' : matchOf(when, facts);
    if (match === 'matched') matched.push(rule);
    else if (match === 'nearly') nearly.push({ name, missed: missedPart(when!, facts) });
    else if (match === 'undecided') {
      undecided.push({ name, why: unknownParts(when!, facts, source) });
    }
  }
  return { matched, nearly, undecided };
}

/** Which rule each field comes from; undefined: none sets it. */
type Owners = Partial<Record<keyof RuleSpec, CompiledRule>>;

/** Fields that come from the first rule that sets them. */
const FIRST = [
  'weights',
  'memory',
  'candidates',
  'call',
  'axeWeight',
  'exploration',
  'protocol',
] as const;

/** As a trace lists them, under the names that a rules file has for them. */
const TRACED = [
  ['weights', 'weights'],
  ['memory', 'memory'],
  ['candidates', 'candidates'],
  ['exclude', 'exclude'],
  ['call', 'call'],
  ['exploration', 'exploration'],
  ['sensitive', 'sensitive'],
  ['axeWeight', 'axeWeight'],
  ['protocol', 'protocol'],
  ['maxDealers', 'maxDealers'],
  ['coolOffMicros', 'coolOff'],
] as const satisfies readonly (readonly [keyof RuleSpec, string])[];

/** Puts together what the matching rules say. `count`: what the order asks for. */
export function combine(
  { matched, nearly, undecided }: Sorted,
  defaults: Defaults,
  count: number | undefined,
): Decided {
  const owners = ownersOf(matched);
  const isSensitive = matched.some(({ spec }) => spec.sensitive === true);
  if (isSensitive) delete owners.exploration;
  const memory = owners.memory?.spec.memory ?? defaults.memory;
  return {
    weights: owners.weights?.spec.weights ?? defaults.weights,
    memory: memory === undefined ? undefined : MEMORIES.indexOf(memory),
    candidates: owners.candidates?.candidates ?? null,
    exclusions: matched.flatMap(({ exclude }) => exclude ?? []),
    call: owners.call?.call ?? defaultCall(count ?? defaults.count),
    axeWeight: owners.axeWeight?.spec.axeWeight ?? defaults.axeWeight,
    exploration: isSensitive ? 0 : (owners.exploration?.spec.exploration ?? defaults.exploration),
    protocol: owners.protocol?.spec.protocol ?? defaults.protocol,
    maxDealers: limitOf(owners, count),
    coolOffMicros: fromRule(owners.coolOffMicros, 'coolOffMicros'),
    trace: {
      matched: matched.map((rule) => ({ name: rule.spec.name, sets: setsOf(rule, owners) })),
      nearly,
      undecided,
    },
  };
}

function ownersOf(matched: readonly CompiledRule[]): Owners {
  const owners: Owners = {};
  for (const rule of matched) {
    for (const field of FIRST) {
      if (rule.spec[field] !== undefined) owners[field] ??= rule;
    }
    const { maxDealers, coolOffMicros } = rule.spec;
    const most = owners.maxDealers?.spec.maxDealers ?? Number.POSITIVE_INFINITY;
    if (maxDealers !== undefined && maxDealers < most) owners.maxDealers = rule;
    const longest = owners.coolOffMicros?.spec.coolOffMicros ?? 0;
    if (coolOffMicros !== undefined && coolOffMicros > longest) owners.coolOffMicros = rule;
  }
  return owners;
}

function defaultCall(count: CallGroup['count']): FromRule<readonly CallGroup[]> {
  return { value: [{ count, filter: null }], rule: null };
}

/** What an order asks for is a limit where a rule says who is called; else it is the call itself. */
function limitOf(owners: Owners, count: number | undefined): FromRule<number> | null {
  const ofRule = fromRule(owners.maxDealers, 'maxDealers');
  const isLimit = count !== undefined && owners.call !== undefined;
  if (!isLimit || (ofRule !== null && ofRule.value <= count)) return ofRule;
  return { value: count, rule: null };
}

function fromRule(
  rule: CompiledRule | undefined,
  field: 'maxDealers' | 'coolOffMicros',
): FromRule<number> | null {
  return rule === undefined ? null : { value: rule.spec[field]!, rule: rule.spec.name };
}

/** Every rule's `exclude` and `sensitive` count; of the rest, those that come from this rule. */
function setsOf(rule: CompiledRule, owners: Owners): string[] {
  return TRACED.filter(([field]) =>
    field === 'exclude' || field === 'sensitive'
      ? rule.spec[field] !== undefined
      : owners[field] === rule,
  ).map(([, said]) => said);
}
