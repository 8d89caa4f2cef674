import type { Micros } from '../../schemas/ids.ts';
import type { FilteredDealer, SelectRequest } from '../../schemas/selection.ts';
import { refuseDealer } from '../rules/dealer-admission.ts';
import type { Decided, Rules } from '../rules/decided.ts';
import { MICROS_PER_SECOND } from '../scoring/model.ts';
import type { DealerView } from './dealer-view.ts';

export interface Candidates {
  /** Indices into `rows.dealers`, ascending. */
  readonly allowed: Int32Array;
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
  dealers: number,
  decided: Decided,
  admission: Admission,
): Candidates {
  const allowed = new Int32Array(dealers);
  let count = 0;
  const filtered: FilteredDealer[] = [];
  for (let dealer = 0; dealer < dealers; dealer++) {
    const refusal = refuse(view.at(dealer), decided, admission);
    if (refusal === null) allowed[count++] = dealer;
    else filtered.push(refusal);
  }
  return { allowed: allowed.subarray(0, count), filtered };
}

function refuse(view: DealerView, decided: Decided, admission: Admission): FilteredDealer | null {
  const { dealerId } = view;
  const { candidates, exclusions, coolOffMicros } = decided;
  const barred = refuseDealer(view.record, admission);
  if (barred !== null) return { dealerId, rule: null, why: barred };
  for (let i = 0; i < exclusions.length; i++) {
    const { value, rule } = exclusions[i]!;
    if (value.refuse(view) === null) {
      return { dealerId, rule, why: `is excluded: it ${value.says}` };
    }
  }
  const unfit = candidates === null ? null : candidates.value.refuse(view);
  if (unfit !== null) return { dealerId, rule: candidates!.rule, why: unfit };
  if (coolOffMicros === null) return null;
  const { askedAt, asOf } = view;
  const { value, rule } = coolOffMicros;
  if (askedAt === 0 || asOf - askedAt >= value) return null;
  return { dealerId, rule, why: `was asked about the issuer ${ago(asOf - askedAt)}` };
}

/** An order may be of a moment before the newest ask: that of the watermark, for example. */
function ago(micros: Micros): string {
  if (micros < 0) return 'after the time of the order';
  const seconds = Math.floor(micros / MICROS_PER_SECOND);
  if (seconds < 120) return `${seconds} seconds ago`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} minutes ago`;
  return `${Math.floor(seconds / 3600)} hours ago`;
}
