import { otherDealers } from '../../../schemas/other-dealers.ts';
import { type Case, callerOf } from './case.ts';
import { lets, type PlainDealer, type PlainRule } from './plain-rules.ts';

/** Nobody is considered, or left out, against the dealer database or a matching rule. */
export function complaintsAboutDealers(one: Case): string[] {
  return [...complaintsAboutConsidered(one), ...complaintsAboutFiltered(one)];
}

function complaintsAboutConsidered(one: Case): string[] {
  const { answer, matched } = one;
  const choosing = chooserOf(one);
  const groups = callerOf(one)?.call;
  const complaints: string[] = [];
  for (const { dealerId } of [...answer.dealers, ...otherDealers(answer)]) {
    const dealer = plainDealer(one, dealerId);
    const complain = (what: string) => complaints.push(`${dealerId} ${what}`);
    if (isBarred(one, dealer)) complain('is considered against the dealer database');
    for (const { name, exclude } of matched) {
      const isExcluded = exclude !== undefined && lets(exclude, dealer) === true;
      if (isExcluded) complain(`is considered, and excluded by ${name}`);
    }
    if (choosing !== undefined && lets(choosing.candidates!, dealer) === false) {
      complain(`is considered, and no candidate of ${choosing.name}`);
    }
    const isCalled = dealer.called !== null && groups !== undefined;
    if (isCalled && groups.every((group) => lets(group, dealer) === false)) {
      complain('is called, and in no group');
    }
  }
  return complaints;
}

function chooserOf({ matched }: Case): PlainRule | undefined {
  return matched.find(({ candidates }) => candidates !== undefined);
}

function complaintsAboutFiltered(one: Case): string[] {
  return one.answer.filtered.flatMap(({ dealerId, rule, why }) => {
    const dealer = plainDealer(one, dealerId);
    const isBarredByRecord = isBarred(one, dealer);
    const isRight = rule === null ? isBarredByRecord : mayLeaveOut(one, rule, why, dealer);
    return isRight && isBarredByRecord === (rule === null)
      ? []
      : [`${dealerId} is left out by ${rule} since it ${why}: it must not, or by another`];
  });
}

function mayLeaveOut(one: Case, name: string, why: string, dealer: PlainDealer): boolean {
  const rule = one.matched.find((each) => each.name === name);
  if (rule === undefined) return false;
  const { exclude, candidates, coolOff } = rule;
  if (why.startsWith('is excluded: it '))
    return exclude !== undefined && lets(exclude, dealer) !== false;
  if (why.startsWith('was asked about the issuer')) return coolOff !== undefined;
  return rule === chooserOf(one) && lets(candidates!, dealer) !== true;
}

function plainDealer({ answer, instrument, records }: Case, dealerId: string): PlainDealer {
  return {
    dealerId,
    record: records.get(dealerId),
    assetClass: instrument?.assetClass,
    day: new Date(answer.order.tsEvent / 1000).toISOString().slice(0, 10),
    called: answer.dealers.find((each) => each.dealerId === dealerId) ?? null,
  };
}

/** Disabled, restricted, or over the credit limit, as far as currencies can be compared. */
function isBarred({ answer, file, instrument }: Case, { record }: PlainDealer): boolean {
  if (record === undefined) return false;
  if (!record.enabled || record.restricted !== undefined) return true;
  const { creditLimit: limit } = record;
  if (limit === undefined) return false;
  const { quantity } = answer.order;
  if (instrument?.currency === limit.currency) return quantity > limit.quantity;
  const rates: Readonly<Record<string, number>> = { ...file.currencies, USD: 1 };
  const own = rates[instrument?.currency ?? ''];
  const theirs = rates[limit.currency];
  if (own === undefined || theirs === undefined) return true;
  return quantity * own > limit.quantity * theirs;
}
