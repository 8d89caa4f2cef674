import type { RuleTrace } from '../../schemas/selection.ts';
import { MEMORIES } from '../scoring/metrics.ts';
import type { CompiledRule } from './compile-rule.ts';
import type { Decided, FromRule } from './decided.ts';
import type { Defaults, RuleSpec } from './spec.ts';

/** What some rules say together of any order that they match. */
export interface Combination {
  /** What does not depend on how many dealers an order asks for. */
  readonly said: Omit<Decided, 'call' | 'maxDealers' | 'trace'>;
  /** Null: none sets it. */
  readonly call: Decided['call'] | null;
  readonly maxDealers: FromRule<number> | null;
  readonly matched: RuleTrace['matched'];
}

interface Node {
  combination: Combination | null;
  readonly after: Map<CompiledRule, Node>;
}

/** Beyond it all are forgotten: 50 rules could match in more ways than there are orders. */
const NODES_MAX = 4096;

/** Rules that match together do so again and again: what they say is put together once. */
export class Combinations {
  readonly #defaults: Defaults;
  #none: Node = { combination: null, after: new Map() };
  #nodes = 1;

  constructor(defaults: Defaults) {
    this.#defaults = defaults;
  }

  /** `matched`: in file order. */
  of(matched: readonly CompiledRule[]): Combination {
    let node = this.#none;
    for (const rule of matched) node = node.after.get(rule) ?? this.#open(node, rule);
    node.combination ??= combine(matched, this.#defaults);
    return node.combination;
  }

  #open(before: Node, rule: CompiledRule): Node {
    if (this.#nodes >= NODES_MAX) {
      this.#none = { combination: null, after: new Map() };
      this.#nodes = 1;
    }
    const node: Node = { combination: null, after: new Map() };
    before.after.set(rule, node);
    this.#nodes++;
    return node;
  }
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

function combine(matched: readonly CompiledRule[], defaults: Defaults): Combination {
  const owners = ownersOf(matched);
  const isSensitive = matched.some(({ spec }) => spec.sensitive === true);
  if (isSensitive) delete owners.exploration;
  const memory = owners.memory?.spec.memory ?? defaults.memory;
  return {
    said: {
      weights: owners.weights?.spec.weights ?? defaults.weights,
      memory: memory === undefined ? undefined : MEMORIES.indexOf(memory),
      candidates: owners.candidates?.candidates ?? null,
      exclusions: matched.flatMap(({ exclude }) => exclude ?? []),
      axeWeight: owners.axeWeight?.spec.axeWeight ?? defaults.axeWeight,
      exploration: isSensitive ? 0 : (owners.exploration?.spec.exploration ?? defaults.exploration),
      protocol: owners.protocol?.spec.protocol ?? defaults.protocol,
      coolOffMicros: fromRule(owners.coolOffMicros, 'coolOffMicros'),
    },
    call: owners.call?.call ?? null,
    maxDealers: fromRule(owners.maxDealers, 'maxDealers'),
    matched: matched.map((rule) => ({ name: rule.spec.name, sets: setsOf(rule, owners) })),
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
