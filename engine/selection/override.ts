import { FirstcallError } from '../../schemas/errors.ts';
import type { DealerId } from '../../schemas/ids.ts';
import type { Override, OverrideRequest } from '../../schemas/override.ts';
import type { Selection } from '../../schemas/selection.ts';
import { planOf } from './plan.ts';

/** What an override needs of a selection. */
export interface Decision
  extends Pick<Selection, 'decisionId' | 'orderId' | 'filtered' | 'plan' | 'maxDealers'> {
  /** First to call first. */
  readonly recommended: readonly DealerId[];
  readonly rules: Selection['rules']['matched'];
}

export function decisionOf(selection: Selection): Decision {
  const { decisionId, orderId, dealers, filtered, plan, maxDealers, rules } = selection;
  return {
    decisionId,
    orderId,
    recommended: dealers.map(({ dealerId }) => dealerId),
    filtered,
    plan,
    maxDealers,
    rules: rules.matched,
  };
}

/** What is known of dealers now, which may be more than when the decision was made. */
export interface KnownDealers {
  /** Whether the dealer was ever observed or has a record. */
  isKnown(dealerId: DealerId): boolean;
  /** Why the dealer database does not let it be asked at all; null: it does. */
  refusalOf(dealerId: DealerId): string | null;
}

/**
 * The record of an override, always of what was recommended, not of an earlier override. Pure. Throws
 * FirstcallError `excluded` for a dealer that may not be called, `badOverride` for what makes no list.
 */
export function overrideDecision(
  decision: Decision,
  request: OverrideRequest,
  dealers: KnownDealers,
): Override {
  const { decisionId, orderId, recommended } = decision;
  refuseIdleDelay(request);
  const added = request.add ?? [];
  const dropped = request.drop ?? [];
  refuseExcluded(decision, added, dealers);
  for (const dealerId of added) {
    if (recommended.includes(dealerId)) throw bad(`add: ${dealerId} is on the list already`);
    if (!dealers.isKnown(dealerId)) throw bad(`add: nobody knows a dealer ${dealerId}`);
  }
  for (const dealerId of dropped) {
    if (!recommended.includes(dealerId)) throw bad(`drop: ${dealerId} is not on the list`);
  }
  const kept = [...recommended.filter((dealerId) => !dropped.includes(dealerId)), ...added];
  if (kept.length === 0)
    throw bad('nobody would be called: an override leaves at least one dealer');
  const called = request.order ?? kept;
  refuseOtherDealers(called, kept);
  const isReordered = called.some((dealerId, i) => dealerId !== kept[i]);
  if (added.length + dropped.length === 0 && !isReordered && request.protocol === undefined) {
    throw bad('it changes nothing: give add, drop, order or protocol');
  }
  return {
    type: 'override',
    decisionId,
    orderId,
    by: request.by,
    reason: request.reason,
    recommended,
    called,
    added,
    dropped,
    isReordered,
    plan: planOf(called, request.protocol ?? decision.plan),
    breaks: breaksOf(decision, called, request),
  };
}

function refuseIdleDelay({ protocol }: OverrideRequest): void {
  if (protocol?.kind !== 'parallel' || protocol.delaySeconds === 0) return;
  throw bad('protocol.delaySeconds: has no effect in parallel; make it 0');
}

function refuseExcluded(
  { filtered }: Decision,
  added: readonly DealerId[],
  { refusalOf }: KnownDealers,
): void {
  for (const dealerId of added) {
    const barred = refusalOf(dealerId);
    if (barred !== null) {
      const message = `add: ${dealerId} ${barred} (the dealer database, as it is now)`;
      throw new FirstcallError('excluded', message);
    }
    const found = filtered.find((dealer) => dealer.dealerId === dealerId);
    if (found === undefined) continue;
    const source = found.rule === null ? 'the dealer database' : `rule "${found.rule}"`;
    throw new FirstcallError('excluded', `add: ${dealerId} ${found.why} (${source})`);
  }
}

function refuseOtherDealers(order: readonly DealerId[], kept: readonly DealerId[]): void {
  const missing = kept.find((dealerId) => !order.includes(dealerId));
  if (missing !== undefined) throw bad(`order: ${missing} is missing; name it, or drop it`);
  const extra = order.find((dealerId) => !kept.includes(dealerId));
  if (extra !== undefined) throw bad(`order: ${extra} is not on the list; add it`);
}

function breaksOf(
  { maxDealers, plan, rules }: Decision,
  called: readonly DealerId[],
  { protocol }: OverrideRequest,
): string[] {
  const breaks: string[] = [];
  if (maxDealers !== null && called.length > maxDealers.value) {
    const source = maxDealers.rule === null ? 'the order' : `rule "${maxDealers.rule}"`;
    breaks.push(`${source} allows ${maxDealers.value} dealers: ${called.length} are called`);
  }
  for (const { name, sets } of rules) {
    if (sets.includes('protocol') && protocol !== undefined && protocol.kind !== plan.kind) {
      breaks.push(`rule "${name}" sets the protocol ${plan.kind}: ${protocol.kind} is used`);
    }
  }
  return breaks;
}

function bad(message: string): FirstcallError {
  return new FirstcallError('badOverride', message);
}
