import type { Micros } from '../../schemas/ids.ts';
import type { FilteredDealer, SelectRequest } from '../../schemas/selection.ts';
import { refuseDealer } from '../rules/dealer-admission.ts';
import type { DealerFilter, Decided, FromRule, Rules } from '../rules/decided.ts';
import { MICROS_PER_SECOND } from '../scoring/model.ts';
import type { DealerView } from './dealer-view.ts';
import { Refusals, toldBy } from './refusals.ts';
import { standingVerdicts } from './standing-verdicts.ts';

export interface Candidates {
  /** [dealers]: 1 for those that may not be asked. Holds until the next order. */
  readonly refused: Uint8Array;
  readonly filtered: readonly FilteredDealer[];
}

/** What an order is, to the dealer database's own limits. */
export interface Admission {
  readonly quantity: SelectRequest['quantity'];
  readonly currency: string | undefined;
  readonly usdPer: Rules['usdPer'];
}

/**
 * Who may be asked: whom the dealer database allows, no exclusion names, the candidates' filter lets
 * through, and who was not asked about the issuer too recently. The first reason is the one that is told.
 */
export function findCandidates(
  view: DealerView,
  { candidates, exclusions, coolOffMicros }: Decided,
  admission: Admission,
): Candidates {
  const refusals = new Refusals(view.dealers.length);
  refuseLimited(refusals, view, admission);
  for (const exclusion of exclusions) refuseExcluded(refusals, view, exclusion);
  if (candidates !== null) refuseUnfit(refusals, view, candidates);
  if (coolOffMicros !== null) refuseResting(refusals, view, coolOffMicros);
  return { refused: refusals.flags, filtered: refusals.filtered() };
}

function refuseLimited(refusals: Refusals, view: DealerView, admission: Admission): void {
  const { limited, list } = view.records;
  const told = toldBy(view.records, null);
  for (const dealer of limited) {
    const why = refuseDealer(list[dealer], admission);
    if (why !== null) refusals.add(dealer, told.of(dealer, view.dealers, why));
  }
}

function refuseExcluded(
  refusals: Refusals,
  view: DealerView,
  exclusion: FromRule<DealerFilter>,
): void {
  const { value, rule } = exclusion;
  const { dealers } = view;
  const told = toldBy(exclusion, rule);
  const why = `is excluded: it ${value.says}`;
  if (value.standing !== undefined) {
    for (const dealer of standingVerdicts(value, view).passed) {
      if (!refusals.has(dealer)) refusals.add(dealer, told.of(dealer, dealers, why));
    }
    return;
  }
  for (let dealer = 0; dealer < dealers.length; dealer++) {
    if (refusals.has(dealer) || value.refuse(view.at(dealer)) !== null) continue;
    refusals.add(dealer, told.of(dealer, dealers, why));
  }
}

function refuseUnfit(
  refusals: Refusals,
  view: DealerView,
  candidates: FromRule<DealerFilter>,
): void {
  const { value, rule } = candidates;
  const { dealers } = view;
  const told = toldBy(candidates, rule);
  if (value.standing !== undefined) {
    const { refused, reasons } = standingVerdicts(value, view);
    for (const dealer of refused) {
      if (refusals.has(dealer)) continue;
      refusals.add(dealer, told.of(dealer, dealers, reasons[dealer]!));
    }
    return;
  }
  if (value.quoted !== undefined) {
    const { scopes, withinMicros, reason } = value.quoted;
    const flags = view.quotedSince(scopes, view.asOf - withinMicros);
    for (let dealer = 0; dealer < dealers.length; dealer++) {
      if (flags[dealer] === 1 || refusals.has(dealer)) continue;
      refusals.add(dealer, told.of(dealer, dealers, reason));
    }
    return;
  }
  for (let dealer = 0; dealer < dealers.length; dealer++) {
    if (refusals.has(dealer)) continue;
    const why = value.refuse(view.at(dealer));
    if (why !== null) refusals.add(dealer, told.of(dealer, dealers, why));
  }
}

function refuseResting(
  refusals: Refusals,
  view: DealerView,
  { value, rule }: FromRule<Micros>,
): void {
  const { asOf, dealers } = view;
  for (let dealer = 0; dealer < dealers.length; dealer++) {
    if (refusals.has(dealer)) continue;
    const { askedAt } = view.at(dealer);
    if (askedAt === 0 || asOf - askedAt >= value) continue;
    const why = `was asked about the issuer ${ago(asOf - askedAt)}`;
    refusals.add(dealer, { dealerId: dealers[dealer]!, rule, why });
  }
}

/** An order may be of a moment before the newest ask: that of the watermark, for example. */
function ago(micros: Micros): string {
  if (micros < 0) return 'after the time of the order';
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  if (seconds < 120) return `${seconds} seconds ago`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} minutes ago`;
  return `${Math.floor(seconds / 3600)} hours ago`;
}
