import { otherDealers } from '../../../schemas/other-dealers.ts';
import type { Selection } from '../../../schemas/selection.ts';
import { type Case, callerOf, type Evidence } from './case.ts';
import { complaintsAboutDealers } from './dealers.ts';
import { complaintsAboutNumbers } from './numbers.ts';
import { type PlainProtocol, partsOf, secondsOf } from './plain-rules.ts';

/** What is wrong with an answer, in words; nothing, if it is as it must be. */
export function complaintsAbout(answer: Selection, evidence: Evidence): string[] {
  const names = answer.rules.matched.map(({ name }) => name);
  const matched = (evidence.file.rules ?? []).filter(({ name }) => names.includes(name));
  const one: Case = { answer, ...evidence, matched };
  return [
    ...complaintsAboutTrace(one),
    ...complaintsAboutLimit(one),
    ...complaintsAboutPlan(one),
    ...complaintsAboutLists(one),
    ...complaintsAboutDealers(one),
    ...complaintsAboutNumbers(one),
  ];
}

const LISTS = ['matched', 'nearly', 'undecided'] as const;

/** Rules whose conditions are simple enough are matched, nearly matching and undecided as they must be. */
function complaintsAboutTrace({ answer, file, instrument, matched }: Case): string[] {
  const { order, rules } = answer;
  const listed = [...rules.matched, ...rules.nearly, ...rules.undecided].map(({ name }) => name);
  const complaints = listed.length === new Set(listed).size ? [] : ['a rule is listed twice'];
  if (rules.matched.some(({ name }, i) => name !== matched[i]?.name)) {
    complaints.push('matched rules are unknown, or not in file order');
  }
  for (const { name, when } of file.rules ?? []) {
    const parts = when === undefined ? [] : partsOf(when, order, instrument?.assetClass);
    if (parts === null) continue;
    const found = LISTS.find((list) => rules[list].some((each) => each.name === name)) ?? 'apart';
    const wanted = standingOf(parts);
    if (found !== wanted) complaints.push(`${name} is ${found}, and must be ${wanted}`);
  }
  return complaints;
}

function standingOf(parts: readonly (boolean | undefined)[]): string {
  const failed = parts.filter((part) => part === false).length;
  const untold = parts.filter((part) => part === undefined).length;
  if (failed === 0) return untold === 0 ? 'matched' : 'undecided';
  return failed === 1 && untold === 0 ? 'nearly' : 'apart';
}

/** Never more dealers than any matching rule, the order, and the call say. */
function complaintsAboutLimit(one: Case): string[] {
  const { answer, file, matched } = one;
  const { order, dealers, maxDealers } = answer;
  const caller = callerOf(one);
  const limits = matched.flatMap((rule) => rule.maxDealers ?? []);
  if (caller !== undefined && order.count !== undefined) limits.push(order.count);
  const limit = limits.length === 0 ? null : Math.min(...limits);
  const complaints: string[] = [];
  const said = maxDealers?.value ?? null;
  if (said !== limit) complaints.push(`maxDealers is ${said}, and must be ${limit}`);
  const groups = caller?.call ?? [
    { count: caller?.count ?? order.count ?? file.defaults?.count ?? 5 },
  ];
  const sizes = groups.map(({ count }) => (typeof count === 'number' ? count : Infinity));
  const most = Math.min(
    sizes.reduce((sum, size) => sum + size, 0),
    order.count ?? Infinity,
    ...limits,
  );
  if (dealers.length > most) complaints.push(`${dealers.length} are called, at most ${most}`);
  return complaints;
}

/** Each step follows the protocol of the first rule that has one. */
function complaintsAboutPlan({ answer, file, matched }: Case): string[] {
  const ofRule = matched.find(({ protocol }) => protocol !== undefined)?.protocol;
  const said = ofRule ?? file.defaults?.protocol ?? 'parallel';
  const protocol: PlainProtocol = typeof said === 'string' ? { kind: said } : said;
  const { kind, delay, timeout, twoSided } = protocol;
  const timeoutSeconds = timeout === undefined ? 60 : secondsOf(timeout);
  const between = delay === undefined ? timeoutSeconds : secondsOf(delay);
  const delaySeconds = kind === 'parallel' ? 0 : between;
  const { plan, dealers } = answer;
  const complaints: string[] = [];
  if (plan.kind !== kind || plan.isTwoSided !== (twoSided ?? false)) {
    complaints.push(`the plan is ${plan.kind}, and must be ${kind}`);
  }
  if (plan.steps.length !== dealers.length) complaints.push('the plan has not one step a dealer');
  for (const [i, step] of plan.steps.entries()) {
    const isLate =
      differs(step.askAtSeconds, i * delaySeconds) ||
      differs(step.answerBySeconds, i * delaySeconds + timeoutSeconds);
    if (isLate || step.dealerId !== dealers[i]?.dealerId) {
      complaints.push(`step ${i} of the plan does not follow the protocol`);
    }
  }
  return complaints;
}

function differs(a: number, b: number): boolean {
  return Math.abs(a - b) > 1e-9 * Math.max(1, Math.abs(b));
}

/** Everybody is somewhere, and nobody twice. */
function complaintsAboutLists({ answer, records }: Case): string[] {
  const { dealers, filtered } = answer;
  const listed = [...dealers, ...otherDealers(answer), ...filtered].map(
    ({ dealerId }) => dealerId as string,
  );
  const all = new Set(listed);
  const complaints = listed.length === all.size ? [] : ['a dealer is listed twice'];
  for (const dealerId of records.keys()) {
    if (!all.has(dealerId)) complaints.push(`${dealerId} is nowhere`);
  }
  if (dealers.some(({ callOrder }, i) => callOrder !== i + 1))
    complaints.push('callOrder is wrong');
  return complaints;
}
