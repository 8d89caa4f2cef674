import type { Steps } from '../../schemas/steps.ts';
import { resolveWeights } from '../scoring/composite.ts';
import { ORDER_FIELDS } from './condition-fields.ts';
import { FILTER_FIELDS, readFilter, readFilterFields } from './read-filter.ts';
import {
  DEFAULT_PROTOCOL,
  readCount,
  readSettings,
  SETTING_FIELDS,
  withoutAbsent,
} from './read-settings.ts';
import {
  entriesOf,
  type FieldsByName,
  found,
  type NumberRange,
  readDuration,
  readFields,
  readFlag,
  readNumber,
  readText,
} from './read-values.ts';
import { type Reading, readWhen } from './reading.ts';
import type { Place, SourceNode } from './source.ts';
import type { Defaults, GroupSpec, RuleSpec, RulesSpec } from './spec.ts';

const MAX_RULES = 500;
const MAX_GROUPS = 20;
const MAX_NAME = 80;
const MAX_NOTE = 2000;

const FILE_FIELDS = [
  'currencies',
  'illiquidAfterDays',
  'impactCoefficient',
  'usuallyAsked',
  'defaults',
  'rules',
] as const;

const RULE_FIELDS = [
  'name',
  'note',
  'when',
  'candidates',
  'exclude',
  ...SETTING_FIELDS,
  'count',
  'call',
  'sensitive',
  'maxDealers',
  'coolOff',
] as const;
type RuleFields = FieldsByName<(typeof RULE_FIELDS)[number]>;

/**
 * Reads a whole file, a rule at a time; null: it says nothing. What it gives counts only if no problem
 * was found.
 */
export function* readSpec(root: SourceNode | null, reading: Reading): Steps<RulesSpec> {
  const { problems } = reading;
  const fields =
    root === null ? {} : readFields<(typeof FILE_FIELDS)[number]>(root, FILE_FIELDS, problems);
  const number = (node: SourceNode | undefined, range: NumberRange, otherwise: number) =>
    (node && readNumber(node, range, problems)) ?? otherwise;
  return {
    currencies: fields.currencies === undefined ? {} : readCurrencies(fields.currencies, reading),
    illiquidAfterDays: number(fields.illiquidAfterDays, { least: 0, most: 36_500 }, 5),
    impactCoefficient: number(fields.impactCoefficient, { least: 0, most: 1000 }, 1),
    usuallyAsked: number(fields.usuallyAsked, { least: 1, most: 1000 }, 4),
    defaults: readDefaults(fields.defaults, reading),
    rules: fields.rules === undefined ? [] : yield* readRuleList(fields.rules, reading),
  };
}

function readCurrencies(node: SourceNode, { problems }: Reading): Record<string, number> {
  const rates: Record<string, number> = {};
  for (const entry of entriesOf(node, problems)) {
    const rate = readNumber(entry.node, { least: 1e-9, most: 1e9 }, problems);
    if (!/^[A-Z]{3}$/.test(entry.key)) {
      problems.add(entry, 'is not a currency; write its three capitals, such as EUR');
    } else if (entry.key === 'USD' && rate !== undefined && rate !== 1) {
      problems.add(entry, 'is what the others are counted in, so it is 1; leave it out');
    } else if (rate !== undefined) rates[entry.key] = rate;
  }
  delete rates.USD;
  return Object.fromEntries(Object.entries(rates).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readDefaults(node: SourceNode | undefined, reading: Reading): Defaults {
  const fields: FieldsByName<(typeof SETTING_FIELDS)[number] | 'count'> =
    node === undefined ? {} : readFields(node, ['count', ...SETTING_FIELDS], reading.problems);
  return {
    count: (fields.count && readCount(fields.count, reading)) ?? 5,
    weights: resolveWeights({}, reading.model),
    axeWeight: 0.1,
    exploration: 0,
    protocol: DEFAULT_PROTOCOL,
    ...readSettings(fields, reading),
  };
}

function* readRuleList(node: SourceNode, reading: Reading): Steps<RuleSpec[]> {
  const { problems } = reading;
  if (node.kind !== 'list') {
    problems.add(node, `${found(node)}; it must be a list of rules, each beginning with "- name:"`);
    return [];
  }
  if (node.items.length > MAX_RULES) {
    problems.add(node, `has ${node.items.length} rules; at most ${MAX_RULES} are allowed`);
    return [];
  }
  const names = new Set<string>();
  const rules: RuleSpec[] = [];
  for (const item of node.items) {
    const fields = readFields<(typeof RULE_FIELDS)[number]>(item, RULE_FIELDS, problems);
    const name = item.kind === 'map' ? readName(fields.name, item, names, reading) : undefined;
    const rule = readRule(fields, reading);
    if (!reading.isPast && setsNothing(item)) problems.add(item, SETS_NOTHING);
    if (name !== undefined) rules.push({ name, ...rule });
    yield;
  }
  return rules;
}

const SETS_NOTHING =
  'sets nothing; say what it is to change, such as count: 3, or take the rule out';
const IDLE_FIELDS = ['name', 'note', 'when'];

/** Whether a rule only says when it applies. A field that is none is a problem already. */
function setsNothing(rule: SourceNode): boolean {
  if (rule.kind !== 'map') return false;
  return rule.entries.every(({ key, node }) => {
    const isUnset = key === 'sensitive' && node.kind === 'scalar' && node.value === false;
    return isUnset || IDLE_FIELDS.includes(key);
  });
}

function readName(
  node: SourceNode | undefined,
  rule: Place,
  names: Set<string>,
  { problems }: Reading,
): string | undefined {
  if (node === undefined) {
    problems.add(rule, 'has no name; add one, since every decision says which rules it follows');
    return undefined;
  }
  const name = readText(node, MAX_NAME, problems);
  if (name === undefined) return undefined;
  if (names.has(name)) problems.add(node, `is the name of an earlier rule; names must differ`);
  names.add(name);
  return name;
}

function readRule(fields: RuleFields, reading: Reading): Omit<RuleSpec, 'name'> {
  const { problems } = reading;
  if (fields.note !== undefined) readText(fields.note, MAX_NOTE, problems);
  const { when, candidates, exclude, sensitive, maxDealers, coolOff } = fields;
  const isSensitive = sensitive && readFlag(sensitive, problems);
  return {
    ...readSettings(fields, reading),
    ...withoutAbsent({
      when: when && readWhen(when, ORDER_FIELDS, reading),
      candidates: candidates && readFilter(candidates, reading),
      exclude: exclude && readFilter(exclude, reading),
      call: readCall(fields, reading),
      sensitive: isSensitive === true ? true : undefined,
      maxDealers:
        maxDealers && readNumber(maxDealers, { least: 1, most: 1000, isWhole: true }, problems),
      coolOffMicros: coolOff && readDuration(coolOff, problems),
    }),
  };
}

/** `count` is short for a call of one group. */
function readCall({ count, call }: RuleFields, reading: Reading): GroupSpec[] | undefined {
  const { problems } = reading;
  if (count !== undefined && call !== undefined) {
    problems.add(count, 'says how many are called, as call does; keep one of them');
  }
  if (call === undefined) {
    const number = count && readCount(count, reading);
    return number === undefined ? undefined : [{ count: number, filter: null }];
  }
  if (call.kind !== 'list' || call.items.length === 0 || call.items.length > MAX_GROUPS) {
    const what = `a list of 1 to ${MAX_GROUPS} groups, such as [{ tier: 1, count: all }]`;
    problems.add(
      call,
      `${call.kind === 'list' ? `has ${call.items.length} items` : found(call)}; it must be ${what}`,
    );
    return undefined;
  }
  return call.items.map((item) => readGroup(item, reading));
}

function readGroup(node: SourceNode, reading: Reading): GroupSpec {
  const names = ['count', ...FILTER_FIELDS] as const;
  const fields = readFields<(typeof names)[number]>(node, names, reading.problems);
  const { count, ...rest } = fields;
  if (count === undefined && node.kind === 'map') {
    reading.problems.add(node, 'has no count; add a number, all or recommended');
  }
  const filter = Object.keys(rest).length === 0 ? null : readFilterFields(rest, reading);
  return { count: (count && readCount(count, reading)) ?? 'all', filter };
}
